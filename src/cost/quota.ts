/**
 * How long work takes when there is less CPU than goroutines may use: threads of more Ps than cores take turns, and a CPU
 * limit (CFS bandwidth control, `cpu.max`) stops all of a container's threads for the rest of a period of 100 ms once
 * they have used up its share of it.
 */
import { MILLISECOND, type Nanos } from '../engine/time.js';

export interface QuotaOptions {
  readonly clock: { readonly now: Nanos };
  /** Cores that there really are for istiod, a fraction included. */
  readonly physical: number;
  /** Cores' worth of CPU in each period; infinite: no limit. */
  readonly limit: number;
  /** Ps that have something to do. */
  readonly busyPs: () => number;
}

const PERIOD = 100 * MILLISECOND;

export class Quota {
  /** Of all work's time, how much it was not running. */
  stoppedNanos: Nanos = 0;
  /** Periods in which threads were stopped (`nr_throttled`). */
  throttledPeriods = 0;
  #period = -1;
  #left = 0;

  constructor(private readonly options: QuotaOptions) {}

  /** How long this much CPU takes that is asked for now. */
  stretch(cpu: Nanos): Nanos {
    const { physical, busyPs } = this.options;
    const turns = Math.max(1, busyPs() / physical);
    const total = Math.round(this.#throttled(cpu) + cpu * (turns - 1));
    this.stoppedNanos += total - cpu;
    return total;
  }

  #throttled(cpu: Nanos): Nanos {
    const { clock, limit } = this.options;
    if (limit === Number.POSITIVE_INFINITY) return cpu;
    const share = limit * PERIOD;
    const period = Math.floor(clock.now / PERIOD);
    if (period > this.#period) {
      // What ran over into later periods has been taken from their shares already.
      this.#left = Math.min(share, this.#left + share * (period - Math.max(this.#period, -1)));
      this.#period = period;
    }
    this.#left -= cpu;
    if (this.#left >= 0) return cpu;
    // So many further periods have to bring their share before the last of it has run.
    const more = Math.ceil(-this.#left / share);
    this.throttledPeriods += more;
    const rest = this.#left + more * share;
    return Math.max(cpu, (period + more) * PERIOD - clock.now + (share - rest) / Math.max(1, limit));
  }
}
