/**
 * When the proxies began to use one change. Exact for up to 1,024 proxies; of more, every second, fourth, … is kept, in
 * the order in which they came, so a rank is off by 0.2 % at most. 8 KiB at most while the change is on its way.
 */
import type { Nanos } from '../../engine/time.js';
import { select } from '../../stats/select.js';

const KEPT_MAX = 1024;

export class ApplyTimes {
  count = 0;
  first: Nanos = Number.POSITIVE_INFINITY;
  last: Nanos = 0;
  readonly #kept: number[] = [];
  #stride = 1;

  add(at: Nanos): void {
    if (at > this.last) this.last = at;
    if (at < this.first) this.first = at;
    if ((this.count & (this.#stride - 1)) === 0) this.#keep(at);
    this.count += 1;
  }

  /** The smallest time by which a share `q` of the proxies had it; the last for 1. */
  by(q: number): Nanos {
    const { length } = this.#kept;
    if (q >= 1 || length === 0) return this.last;
    // Asked once or twice of each change: to sort them all would take ten times as long.
    return select([...this.#kept], Math.max(1, Math.ceil(q * length)) - 1);
  }

  #keep(at: Nanos): void {
    if (this.#kept.length === KEPT_MAX) {
      // In place: with another array V8 would no longer know what is in them.
      for (let i = 0; 2 * i < KEPT_MAX; i++) this.#kept[i] = this.#kept[2 * i]!;
      this.#kept.length = KEPT_MAX / 2;
      this.#stride *= 2;
      if ((this.count & (this.#stride - 1)) !== 0) return;
    }
    // Not pushed: V8 calls a function for that.
    this.#kept[this.#kept.length] = at;
  }
}
