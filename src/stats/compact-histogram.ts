/**
 * A distribution of which there are many: exact while few samples, then in the bins of `Histogram`, made for the octaves
 * that occur. What a label or a group of proxies saw lies within a few octaves: 4 KiB each instead of all of them.
 */
import type { Batch, Sink } from './batch.js';
import { HIGH, highWord } from './high-word.js';
import { BINS_PER_OCTAVE, binOf, MANTISSA_BITS, middle } from './histogram.js';

const EXACT_MAX = 1024;
const WITHIN_OCTAVE = BINS_PER_OCTAVE - 1;

export class CompactHistogram implements Sink {
  count = 0;
  max = 0;
  sum = 0;
  /** Undefined: all are binned. */
  #exact: number[] | undefined = [];
  #zeros = 0;
  readonly #octaves: (Uint32Array | undefined)[] = [];

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  add(value: number): void {
    if (this.#exact !== undefined && this.#exact.length < EXACT_MAX) this.#exact.push(value);
    else this.#bin(highWord(value), this.#binned());
    this.count += 1;
    this.sum += value;
    if (value > this.max) this.max = value;
  }

  addAll({ values, words, length, sum, max }: Readonly<Batch>): void {
    const exact = this.#exact;
    if (exact !== undefined && exact.length + length <= EXACT_MAX) {
      for (let i = 0; i < length; i++) exact.push(values[i]!);
    } else {
      const octaves = this.#binned();
      for (let i = HIGH; i < 2 * length; i += 2) this.#bin(words[i]!, octaves);
    }
    this.count += length;
    this.sum += sum;
    if (max > this.max) this.max = max;
  }

  /** The samples of another one as well. */
  merge(other: CompactHistogram): void {
    const [own, exact] = [this.#exact, other.#exact];
    if (own !== undefined && exact !== undefined && own.length + exact.length <= EXACT_MAX) own.push(...exact);
    else {
      const octaves = this.#binned();
      for (const value of exact ?? []) this.#bin(highWord(value), octaves);
      this.#zeros += other.#zeros;
      for (const [octave, bins] of other.#octaves.entries()) {
        if (bins === undefined) continue;
        octaves[octave] ??= new Uint32Array(BINS_PER_OCTAVE);
        for (const [i, count] of bins.entries()) octaves[octave]![i]! += count;
      }
    }
    this.count += other.count;
    this.sum += other.sum;
    if (other.max > this.max) this.max = other.max;
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

  /** From now on all are binned. */
  #binned(): (Uint32Array | undefined)[] {
    const exact = this.#exact;
    if (exact !== undefined) {
      this.#exact = undefined;
      for (const value of exact) this.#bin(highWord(value), this.#octaves);
    }
    return this.#octaves;
  }

  #bin(high: number, octaves: (Uint32Array | undefined)[]): void {
    const bin = binOf(high) - 1;
    if (bin < 0) {
      this.#zeros += 1;
      return;
    }
    const octave = bin >> MANTISSA_BITS;
    let bins = octaves[octave];
    if (bins === undefined) {
      bins = new Uint32Array(BINS_PER_OCTAVE);
      octaves[octave] = bins;
    }
    bins[bin & WITHIN_OCTAVE]! += 1;
  }
}
