/**
 * Go's garbage collector as a user of CPU (runtime/mgc.go, mgcpacer.go, mgcmark.go). Work allocates; when as much has
 * been allocated as was live after the last cycle (GOGC=100), a cycle begins whose work is proportional to the live
 * heap. While it lasts, a quarter of the cores marks and allocating goroutines assist, so that everything takes about
 * twice as long; cores that have nothing else to do mark as well, for free.
 *
 * When nothing is left to mark, but the cycle has yet to be ended by a goroutine that waits its turn, whoever wants to
 * allocate parks (gcParkAssist) and is released, in order, when the cycle is over (gcWakeAllAssists). With as many slots
 * as proxies, everybody else in the run queue begins a push meanwhile and parks at once: recordings show up to a hundred
 * proxies that begin within a few milliseconds and finish in turn much later.
 */
import { Goroutine, PARKED, type Processor } from '../engine/cpu/processor.js';
import { MICROSECOND, type Nanos } from '../engine/time.js';
import type { Coefficients } from './coefficients.js';

export interface HeapOptions {
  readonly clock: { readonly now: Nanos };
  readonly processor: Processor;
  /** Bytes in use whatever lives. */
  readonly overhead: number;
  /** Bytes that survive a cycle. */
  readonly live: number;
  /** Bytes allocated per nanosecond of work. */
  readonly allocation: number;
  /** CPU of marking one live byte. */
  readonly markNanosPerByte: number;
  /** Above which cycles come closer together, as close as it takes (GOMEMLIMIT); work takes twice as long at worst. */
  readonly softLimit?: number | undefined;
  /** Where in the cycle the run begins, 0 to 1. */
  readonly phase: number;
}

/** CPU added to each nanosecond of work while a cycle runs: a quarter for the marker and as much again for assists. */
const ASSIST = 1;
/** Stopping the world to end a cycle. */
const TERMINATION = 100 * MICROSECOND;

export class Heap {
  /** Cycles begun. */
  cycles = 0;
  /** CPU of marking on cores that were idle: not part of anybody's work. */
  idleNanos: Nanos = 0;
  #allocated: number;
  /** The most that was allocated between two cycles so far. */
  #allocatedMost = 0;
  #toMark = 0;
  #busyUntil: Nanos = 0;
  #isEnding = false;
  #waiting = new Set<Goroutine>();
  readonly #termination: Goroutine;
  /** Takes the place after the running goroutine, so that the termination has to queue behind everybody else. */
  readonly #first = new Goroutine('mark done', () => PARKED);

  constructor(private readonly options: HeapOptions) {
    this.#allocated = options.phase * options.live;
    let paid = false;
    this.#termination = new Goroutine('mark termination', (): Nanos => {
      paid = !paid;
      if (paid) return TERMINATION;
      this.#end();
      return PARKED;
    });
  }

  /** Bytes in use now: what lives, what has been allocated since the last cycle, and what is kept ready. */
  get bytes(): number {
    return this.options.overhead + this.options.live + this.#allocated;
  }

  /** The most that was ever in use at once: just before a cycle. */
  get peakBytes(): number {
    return this.options.overhead + this.options.live + Math.max(this.#allocated, this.#allocatedMost);
  }

  /** Whether the goroutine may allocate now; else it should park and is woken when the cycle has ended. */
  admits(goroutine: Goroutine): boolean {
    if (!this.#isEnding) return true;
    this.#waiting.add(goroutine);
    return false;
  }

  /** A message of this many bytes of garbage is built and handed over. */
  allocate(bytes: number): void {
    this.#allocated += bytes;
  }

  /** What `nanos` of work take with the collector's share. */
  charge(nanos: Nanos): Nanos {
    const { clock, live, allocation, markNanosPerByte, processor } = this.options;
    const isMarking = this.#toMark > 0;
    if (isMarking) this.#markWhileIdle(clock.now, processor.cores);
    const assisted = Math.min(this.#toMark, nanos * ASSIST);
    this.#toMark -= assisted;
    this.#allocated += nanos * allocation;
    if (isMarking && this.#toMark <= 0) this.#beginEnding();
    if (this.#toMark <= 0 && !this.#isEnding && this.#allocated >= this.#room(live)) {
      this.cycles += 1;
      if (this.#allocated > this.#allocatedMost) this.#allocatedMost = this.#allocated;
      this.#allocated = 0;
      this.#toMark = live * markNanosPerByte;
    }
    const total = Math.round(nanos + assisted);
    this.#busyUntil = Math.max(this.#busyUntil, clock.now) + total / processor.cores;
    return total;
  }

  /** Garbage that may gather before a cycle begins. */
  #room(live: number): number {
    const { softLimit, overhead } = this.options;
    return softLimit === undefined ? live : Math.max(0, Math.min(live, softLimit - overhead - live));
  }

  #beginEnding(): void {
    this.#isEnding = true;
    this.options.processor.wake(this.#termination);
    this.options.processor.wake(this.#first);
  }

  #end(): void {
    this.#isEnding = false;
    const released = this.#waiting;
    this.#waiting = new Set();
    for (const goroutine of released) this.options.processor.wake(goroutine);
  }

  /** An idle period: every core marks. */
  #markWhileIdle(now: Nanos, cores: number): void {
    const idle = Math.min(this.#toMark, Math.max(0, now - this.#busyUntil) * cores);
    this.#toMark -= idle;
    this.idleNanos += idle;
  }
}

/** Bytes that survive a cycle: those of istiod itself, of its proxies and of the services. */
export function liveBytes(memory: Coefficients['memory'], proxies: number, services: number): number {
  const { base, perProxy, perService, crowd, perProxyMore } = memory;
  const more = Math.max(0, proxies - crowd);
  return base + perProxy * (proxies - more) + perProxyMore * more + perService * services;
}
