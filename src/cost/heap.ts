/**
 * Go's heap and its collector (runtime/mgc.go, mgcpacer.go, mgcmark.go). Work allocates; when the heap in use reaches
 * the goal, a cycle begins whose work is proportional to the live heap. While it lasts, a quarter of the cores marks, and
 * past the goal whoever allocates assists; cores that have nothing else to do mark as well, for free. What is allocated
 * meanwhile survives the cycle. The next goal is what has survived and GOGC percent of it more, at least 4 MiB of
 * garbage, and never more than GOMEMLIMIT leaves to the heap, at the price of collecting all the time.
 *
 * When nothing is left to mark, but the cycle has yet to be ended by a goroutine that waits its turn, whoever wants to
 * allocate parks (gcParkAssist) and is released, in order, when the cycle is over (gcWakeAllAssists). With as many slots
 * as proxies, everybody else in the run queue begins a push meanwhile and parks at once: recordings show up to a hundred
 * proxies that begin within a few milliseconds and finish in turn much later.
 */
import { Goroutine, PARKED, type Processor } from '../engine/cpu/processor.js';
import { MICROSECOND, type Nanos } from '../engine/time.js';

export interface HeapOptions {
  readonly clock: { readonly now: Nanos };
  readonly processor: Processor;
  /** Bytes that are reachable now: objects that live, and messages on their way. */
  readonly live: () => number;
  /** CPU of marking one live byte. */
  readonly markNanosPerByte: number;
  /** GOGC, percent. */
  readonly gogc?: number;
  /** GOMEMLIMIT, bytes: of all the memory Go uses, of which a part is not heap. */
  readonly limit?: number | undefined;
  /** Bytes of goroutine stacks and of the runtime itself, which count against the limit. */
  readonly outside?: () => number;
  /** A cycle has ended: caches that live for a cycle or two are emptied. */
  readonly onCycle?: () => void;
  /** Where in the cycle the run begins, 0 to 1. */
  readonly phase: number;
}

/** Marking takes a quarter of the CPU (gcBackgroundUtilization): so much for each nanosecond of other work. */
const BACKGROUND = 1 / 3;
/** And as much again for assists as soon as the goal is passed: whoever allocates then marks first. */
const ASSIST = 1;
/** A cycle begins early enough to end at the goal, but within these shares of the way from one to the next. */
const EARLIEST = 0.7;
const LATEST = 0.95;
/** Stopping the world to end a cycle. */
const TERMINATION = 50 * MICROSECOND;
/** The smallest goal (`heapMinimum`), bytes. */
const GOAL_MIN = 4 * 2 ** 20;
/** Collections take at most half of the CPU (gcCPULimiter), so below this much garbage none begins. */
const GARBAGE_MIN = 2 ** 20;

export class Heap {
  /** Cycles begun. */
  cycles = 0;
  /** CPU of marking on cores that were idle: not part of anybody's work. */
  idleNanos: Nanos = 0;
  #peak = 0;
  #inUse = 0;
  #goal = 0;
  /** Heap in use at which the next cycle begins. */
  #trigger = 0;
  #hasBegun = false;
  /** Allocated since the cycle began. */
  #fresh = 0;
  #toMark = 0;
  #busyUntil: Nanos = 0;
  #isEnding = false;
  #waiting = new Set<Goroutine>();
  readonly #termination: Goroutine;
  /** Takes the place after the running goroutine, so that the termination has to queue behind everybody else. */
  readonly #first = new Goroutine('mark done', () => PARKED);

  constructor(private readonly options: HeapOptions) {
    let paid = false;
    this.#termination = new Goroutine('mark termination', (): Nanos => {
      paid = !paid;
      if (paid) return TERMINATION;
      this.#end();
      return PARKED;
    });
  }

  /** Bytes in use now, garbage included (`/gc/heap/live` and what has been allocated since). */
  get bytes(): number {
    this.#begin();
    return this.#inUse;
  }

  /** The most that was ever in use at once. */
  get peak(): number {
    return Math.max(this.#peak, this.bytes);
  }

  /** Whether the goroutine may allocate now; else it should park and is woken when the cycle has ended. */
  admits(goroutine: Goroutine): boolean {
    if (!this.#isEnding) return true;
    this.#waiting.add(goroutine);
    return false;
  }

  /** Garbage, or what will be: of a message built and handed over, of a request read. */
  allocate(bytes: number): void {
    this.#begin();
    this.#inUse += bytes;
    this.#fresh += bytes;
    if (this.#inUse > this.#peak) this.#peak = this.#inUse;
  }

  /** So much more lives from now on. What does so before the first work has always been there. */
  grow(bytes: number): void {
    if (this.#hasBegun) this.allocate(bytes);
  }

  /** What `nanos` of work that allocates so much take with the collector's share. */
  charge(nanos: Nanos, bytes: number): Nanos {
    const { clock, markNanosPerByte, processor } = this.options;
    const isMarking = this.#toMark > 0;
    if (isMarking) this.#markWhileIdle(clock.now, processor.cores);
    const assisted = Math.min(this.#toMark, nanos * (this.#inUse > this.#goal ? ASSIST : BACKGROUND));
    this.#toMark -= assisted;
    this.allocate(bytes);
    if (isMarking && this.#toMark <= 0) this.#beginEnding();
    if (this.#toMark <= 0 && !this.#isEnding && this.#inUse >= this.#trigger) {
      this.cycles += 1;
      this.#fresh = 0;
      this.#toMark = this.options.live() * markNanosPerByte;
    }
    const total = Math.round(nanos + assisted);
    this.#busyUntil = Math.max(this.#busyUntil, clock.now) + total / processor.cores;
    return total;
  }

  /** With the first work: until then proxies may have connected that have always been there. */
  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    const { live: liveBytes, phase } = this.options;
    const live = liveBytes();
    this.#goal = this.#goalAfter(live);
    this.#trigger = this.#triggerBefore(this.#goal, 0, live);
    this.#inUse = Number.isFinite(this.#goal) ? live + phase * (this.#goal - live) : live;
  }

  #goalAfter(marked: number): number {
    const { gogc = 100, limit, outside } = this.options;
    const grown = Math.max(GOAL_MIN, marked * (1 + gogc / 100));
    if (limit === undefined) return grown;
    return Math.max(marked + GARBAGE_MIN, Math.min(grown, limit - (outside?.() ?? 0)));
  }

  /** `black`: what was allocated during the cycle before, and will be during the next. */
  #triggerBefore(goal: number, black: number, marked = this.#inUse): number {
    const way = goal - marked;
    return Math.min(marked + LATEST * way, Math.max(marked + EARLIEST * way, goal - black));
  }

  #beginEnding(): void {
    this.#isEnding = true;
    this.options.processor.wake(this.#termination);
    this.options.processor.wake(this.#first);
  }

  #end(): void {
    this.#isEnding = false;
    this.options.onCycle?.();
    // Objects are allocated black: what came during the cycle has survived it, reachable or not.
    const live = this.options.live();
    this.#inUse = Math.max(live, Math.min(this.#inUse, live + this.#fresh));
    const black = this.#fresh;
    this.#goal = this.#goalAfter(this.#inUse);
    this.#trigger = this.#triggerBefore(this.#goal, black);
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
