/**
 * A distribution of which there are many: exact while few samples, then in the bins of `Histogram`, made for the octaves
 * that occur. What a label or a group of proxies saw lies within a few octaves: 4 KiB each instead of all of them.
 */
import type { Batch, Sink } from './batch.js';
import { highWord } from './high-word.js';
import { BINS_PER_OCTAVE, binOf, middle } from './histogram.js';

const EXACT_MAX = 1024;

export class CompactHistogram implements Sink {
  count = 0;
  max = 0;
  sum = 0;
  #min = Number.POSITIVE_INFINITY;
  /** Undefined: all are binned. */
  #exact: number[] | undefined = [];
  #zeros = 0;
  readonly #octaves: (Uint32Array | undefined)[] = [];

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** 0 without samples, as `max` is. */
  get min(): number {
    return this.count === 0 ? 0 : this.#min;
  }

  add(value: number): void {
    this.#note(value);
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  addAll({ values, length, sum, max }: Readonly<Batch>): void {
    for (let i = 0; i < length; i++) this.#note(values[i]!);
    this.count += length;
    this.sum += sum;
    if (max > this.max) this.max = max;
  }

  /** The smallest sample with at least `q` of all samples at or below it. */
  quantile(q: number): number {
    if (this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(q * this.count));
    const exact = this.#exact;
    if (exact !== undefined) return exact.sort((a, b) => a - b)[rank - 1] ?? this.max;
    let below = this.#zeros;
    if (below >= rank) return 0;
    for (const [octave, bins] of this.#octaves.entries()) {
      for (const [i, count] of (bins ?? []).entries()) {
        below += count;
        if (below >= rank) return Math.min(this.max, middle(1 + octave * BINS_PER_OCTAVE + i));
      }
    }
    return this.max;
  }

  #note(value: number): void {
    if (value < this.#min) this.#min = value;
    const exact = this.#exact;
    if (exact === undefined) this.#bin(value);
    else if (exact.length < EXACT_MAX) exact.push(value);
    else {
      this.#exact = undefined;
      for (const each of exact) this.#bin(each);
      this.#bin(value);
    }
  }

  #bin(value: number): void {
    const bin = binOf(highWord(value)) - 1;
    if (bin < 0) {
      this.#zeros += 1;
      return;
    }
    const octave = Math.floor(bin / BINS_PER_OCTAVE);
    this.#octaves[octave] ??= new Uint32Array(BINS_PER_OCTAVE);
    this.#octaves[octave]![bin % BINS_PER_OCTAVE]! += 1;
  }
}
