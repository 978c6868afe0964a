/**
 * Go's garbage collector as a user of CPU (runtime/mgc.go, mgcpacer.go). Work allocates; when as much has been
 * allocated as was live after the last cycle (GOGC=100), a cycle begins whose work is proportional to the live heap.
 * While it lasts, a quarter of the cores marks and allocating goroutines assist, so that everything takes about twice
 * as long; cores that have nothing else to do mark as well, for free.
 */
import type { Nanos } from '../engine/time.js';

export interface HeapOptions {
  readonly clock: { readonly now: Nanos };
  readonly cores: number;
  /** Bytes in use whatever lives. */
  readonly overhead: number;
  /** Bytes that survive a cycle. */
  readonly live: number;
  /** Bytes allocated per nanosecond of work. */
  readonly allocation: number;
  /** CPU of marking one live byte. */
  readonly markNanosPerByte: number;
  /** Where in the cycle the run begins, 0 to 1. */
  readonly phase: number;
}

/** CPU added to each nanosecond of work while a cycle runs: a quarter for the marker and as much again for assists. */
const ASSIST = 1;

export class Heap {
  /** Cycles begun. */
  cycles = 0;
  /** CPU of marking on cores that were idle: not part of anybody's work. */
  idleNanos: Nanos = 0;
  #allocated: number;
  #toMark = 0;
  #busyUntil: Nanos = 0;

  constructor(private readonly options: HeapOptions) {
    this.#allocated = options.phase * options.live;
  }

  /** Bytes in use now: what lives, what has been allocated since the last cycle, and what is kept ready. */
  get bytes(): number {
    return this.options.overhead + this.options.live + this.#allocated;
  }

  /** A message of this many bytes of garbage is built and handed over. */
  allocate(bytes: number): void {
    this.#allocated += bytes;
  }

  /** What `nanos` of work take with the collector's share. */
  charge(nanos: Nanos): Nanos {
    const { clock, live, allocation, markNanosPerByte, cores } = this.options;
    if (this.#toMark > 0) this.#markWhileIdle(clock.now, cores);
    const assisted = Math.min(this.#toMark, nanos * ASSIST);
    this.#toMark -= assisted;
    this.#allocated += nanos * allocation;
    if (this.#toMark <= 0 && this.#allocated >= live) {
      this.cycles += 1;
      this.#allocated = 0;
      this.#toMark = live * markNanosPerByte;
    }
    const total = Math.round(nanos + assisted);
    this.#busyUntil = Math.max(this.#busyUntil, clock.now) + total / cores;
    return total;
  }

  /** An idle stretch: every core marks. */
  #markWhileIdle(now: Nanos, cores: number): void {
    const idle = Math.min(this.#toMark, Math.max(0, now - this.#busyUntil) * cores);
    this.#toMark -= idle;
    this.idleNanos += idle;
  }
}
