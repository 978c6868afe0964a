/**
 * Code and data that have not run for a moment have left the processor's caches, and the first pass over them is slow.
 * Recordings of both versions show the same course in every piece of a push, whatever its size: the first after an idle
 * period, however short, takes three times its later time, the second 1.35 times, the fourth 1.13 times.
 */
import { MILLISECOND, type Nanos } from '../engine/time.js';

/** An idle period in which others use the caches. */
const COLD_AFTER = 1 * MILLISECOND;
const FIRST = 2;
const FADES = 4.7;

/** Microseconds of a pass that go over code and data not fetched before. */
const FETCHED = 150;

/** How much longer than warm a pass takes after `passes` others. */
export function coldFactor(passes: number): number {
  return 1 + FIRST / (1 + FADES * passes);
}

/** Code with its data. Objects and not names, because every piece of every message asks. */
export class CodePath {
  /** Since the idle period of this number. */
  passes = 0;
  busyPeriod = 0;
}

export class CacheWarmUp {
  /** idle periods so far, and whether anything has passed since the last. */
  #busyPeriods = 0;
  #isCold = true;
  #busyUntil: Nanos = 0;

  constructor(
    private readonly clock: { readonly now: Nanos },
    private readonly cores: number,
  ) {}

  /** Whether nothing has passed since the last idle period. */
  get isCold(): boolean {
    this.#forget();
    return this.#isCold;
  }

  /** How much longer than warm the next pass over `path` takes. */
  factor(path: CodePath): number {
    this.#forget();
    this.#isCold = false;
    if (path.busyPeriod !== this.#busyPeriods) {
      path.busyPeriod = this.#busyPeriods;
      path.passes = 0;
    }
    return coldFactor(path.passes++);
  }

  /** What a pass over `path` takes that takes `micros` when warm: a long one goes over what it has fetched itself. */
  pass(path: CodePath, micros: number): number {
    return micros + (this.factor(path) - 1) * Math.min(micros, FETCHED);
  }

  /** How long nothing has been done. */
  get idle(): Nanos {
    return Math.max(0, this.clock.now - this.#busyUntil);
  }

  /** This much work begins now. */
  worked(nanos: Nanos): void {
    this.#busyUntil = Math.max(this.#busyUntil, this.clock.now) + nanos / this.cores;
  }

  #forget(): void {
    if (this.#isCold || this.clock.now <= this.#busyUntil + COLD_AFTER) return;
    this.#busyPeriods += 1;
    this.#isCold = true;
  }
}
