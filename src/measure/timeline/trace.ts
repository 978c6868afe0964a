/**
 * What ran when, for a trace viewer. Lanes: the debounce, push contexts, push slots, cores. Bounded: what comes after
 * `SLICES_MAX` slices is only counted.
 */
import { Goroutine, type Processor } from '../../engine/cpu/processor.js';
import type { Nanos } from '../../engine/time.js';
import type { Connection } from '../../pipeline/model/connection.js';
import type { SkippedPushes } from '../../pipeline/model/skipped-pushes.js';

export type Lane = 'debounce' | 'context' | 'slots' | 'cores';

export interface Slice {
  readonly lane: Lane;
  /** Position within the lane, from 0. */
  readonly track: number;
  readonly name: string;
  readonly from: Nanos;
  readonly to: Nanos;
  readonly detail?: Readonly<Record<string, string | number>>;
}

const SLICES_MAX = 200_000;

export class Trace {
  readonly slices: Slice[] = [];
  dropped = 0;
  /** Slot tracks in use, by connection. */
  readonly #slots = new Map<number, { readonly track: number; readonly from: Nanos; readonly name: string }>();
  readonly #free: number[] = [];
  /** Steps under way. */
  readonly #steps = new Map<Goroutine, { readonly core: number; readonly from: Nanos }>();
  #tracks = 0;

  add(slice: Slice): void {
    if (this.slices.length < SLICES_MAX) this.slices.push(slice);
    else this.dropped += 1;
  }

  taken(connection: number, name: string, now: Nanos): void {
    const track = this.#free.pop() ?? this.#tracks++;
    this.#slots.set(connection, { track, from: now, name });
  }

  released(connection: number, now: Nanos, what: 'pushed' | 'nothing needed'): void {
    const slot = this.#slots.get(connection);
    if (slot === undefined) return;
    this.#slots.delete(connection);
    this.#free.push(slot.track);
    this.#free.sort((a, b) => b - a);
    this.add({ lane: 'slots', track: slot.track, name: slot.name, from: slot.from, to: now, detail: { what } });
  }

  skippedMany({ count, ids, times }: Readonly<SkippedPushes>, connections: readonly Connection[]): void {
    for (let i = 0; i < count; i++) {
      const id = ids[i]!;
      this.taken(id, connections[id]!.proxy.name, times[i]!);
      this.released(id, times[i]!, 'nothing needed');
    }
  }

  /** The run is over: what is under way shows up to here. */
  end(now: Nanos): void {
    for (const goroutine of this.#steps.keys()) this.#stepEnded(goroutine, now);
    for (const { track, name, from } of this.#slots.values())
      this.add({ lane: 'slots', track, name, from, to: now, detail: { what: 'under way' } });
    this.#slots.clear();
  }

  #stepEnded(goroutine: Goroutine, now: Nanos): void {
    const step = this.#steps.get(goroutine);
    if (step === undefined) return;
    this.#steps.delete(goroutine);
    if (now > step.from) this.add({ lane: 'cores', track: step.core, name: goroutine.name, from: step.from, to: now });
  }

  /**
   * The processor with every goroutine's steps noted. A step that was interrupted shows as one slice with the waits in
   * it, on the core where it began.
   */
  watching(processor: Processor, clock: { readonly now: Nanos }): Processor {
    const watched = new WeakMap<Goroutine, Goroutine>();
    const watch = (goroutine: Goroutine): Goroutine => {
      const known = watched.get(goroutine);
      if (known !== undefined) return known;
      const wrapped: Goroutine = new Goroutine(goroutine.name, () => {
        this.#stepEnded(wrapped, clock.now);
        const step = goroutine.resume();
        if (step > 0) this.#steps.set(wrapped, { core: wrapped.home, from: clock.now });
        return step;
      });
      watched.set(goroutine, wrapped);
      return wrapped;
    };
    return {
      cores: processor.cores,
      get busyNanos() {
        return processor.busyNanos;
      },
      get runnable() {
        return processor.runnable;
      },
      get idleSince() {
        return processor.idleSince;
      },
      get handsOn() {
        return processor.handsOn;
      },
      // So that each step is one to be seen.
      get freeUntil() {
        return clock.now;
      },
      spend: (cpu) => cpu === 0,
      wake: (goroutine) => processor.wake(watch(goroutine)),
      wakeByTimer: (goroutine) => processor.wakeByTimer(watch(goroutine)),
    };
  }
}
