import type { Batch, Sink } from './batch.js';
import { EXPONENT_OF_ONE, HIGH, HIGH_BITS, highWord } from './high-word.js';

/**
 * A distribution of non-negative whole numbers (nanoseconds, bytes) in bounded memory: exact while few, then in bins of
 * equal relative width. Bins are chosen by the bits of the number, so they are the same on every platform; adding
 * samples in another order gives the same answer.
 */

/** Samples kept exactly before they are binned. */
const EXACT_LIMIT = 65_536;
/** Bits after the leading one that choose a bin: a bin is at most 2^-11 = 0.049 % off its middle. */
export const MANTISSA_BITS = 10;
export const BINS_PER_OCTAVE = 2 ** MANTISSA_BITS;
/** Bits of a high word that do not. */
const SHIFT = HIGH_BITS - MANTISSA_BITS;
/** Bins of numbers below 1 that there would be if all doubles had one, but for that of zero. */
const BELOW = EXPONENT_OF_ONE * BINS_PER_OCTAVE - 1;

export class Histogram implements Sink {
  #count = 0;
  #max = 0;
  #sum = 0;
  /** The first `count`; undefined: all are binned. */
  #exact: Float64Array | undefined = new Float64Array(0);
  #sorted = true;
  /**
   * The first is that of zero; then as many for each octave, that of 1 first, as far as there were numbers. Half the size
   * of doubles: a dozen histograms are filled in turns, and what they touch is what they cost. A bin holds 4 · 10⁹.
   */
  #bins = new Uint32Array(1);

  /** Fewer exact samples make it cheaper to fill: those are binned in the end, too. */
  constructor(private readonly exactMax = EXACT_LIMIT) {}

  get count(): number {
    return this.#count;
  }

  get max(): number {
    return this.#max;
  }

  get sum(): number {
    return this.#sum;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** Adds `times` samples of the same value. */
  add(value: number, times = 1): void {
    const exact = this.#roomFor(times);
    if (exact !== undefined) exact.fill(value, this.#count, this.#count + times);
    else this.#bin(value, times);
    this.#count += times;
    this.#sum += value * times;
    if (value > this.#max) this.#max = value;
  }

  /** Adds all samples of another one. */
  absorb(other: Histogram): void {
    if (other.#exact !== undefined) {
      for (const value of other.#exact.subarray(0, other.#count)) this.add(value);
      return;
    }
    this.#toBins();
    const bins = this.#binsUpTo(other.#max);
    for (const [bin, count] of other.#bins.entries()) if (count > 0) bins[bin]! += count;
    this.#count += other.#count;
    this.#sum += other.#sum;
    if (other.#max > this.#max) this.#max = other.#max;
  }

  #toBins(): void {
    const exact = this.#exact;
    if (exact === undefined) return;
    this.#exact = undefined;
    this.#binAll({ words: new Int32Array(exact.buffer), length: this.#count, max: this.#max });
  }

  addAll(batch: Readonly<Batch>): void {
    const { values, length, sum, max } = batch;
    const exact = this.#roomFor(length);
    const before = this.#count;
    if (exact !== undefined) for (let i = 0; i < length; i++) exact[before + i] = values[i]!;
    else this.#binAll(batch);
    this.#count += length;
    this.#sum += sum;
    if (max > this.#max) this.#max = max;
  }

  /** The smallest sample with at least `q` of all samples at or below it (inverse of the empirical distribution). */
  quantile(q: number): number {
    if (this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(q * this.count));
    if (this.#exact !== undefined) {
      if (!this.#sorted) {
        this.#exact.subarray(0, this.#count).sort();
        this.#sorted = true;
      }
      return this.#exact[rank - 1] ?? this.max;
    }
    return Math.min(this.max, this.#binnedQuantile(rank));
  }

  /** Where so many more exact samples go, behind those there are; when they are too many, all are binned. */
  #roomFor(more: number): Float64Array | undefined {
    const exact = this.#exact;
    if (exact === undefined) return undefined;
    this.#sorted = false;
    const samples = this.#count + more;
    if (samples <= exact.length) return exact;
    if (samples >= this.exactMax) {
      this.#toBins();
      return undefined;
    }
    const wider = new Float64Array(Math.min(this.exactMax - 1, Math.max(16, 2 * samples)));
    wider.set(exact.subarray(0, this.#count));
    this.#exact = wider;
    return wider;
  }

  #bin(value: number, times: number): void {
    this.#binsUpTo(value)[binOf(highWord(value))]! += times;
  }

  #binAll({ words, length, max }: Pick<Readonly<Batch>, 'words' | 'length' | 'max'>): void {
    const bins = this.#binsUpTo(max);
    for (let i = HIGH; i < 2 * length; i += 2) bins[binOf(words[i]!)]! += 1;
  }

  /** All bins, with that of this number among them. */
  #binsUpTo(value: number): Uint32Array {
    const last = binOf(highWord(value));
    if (last >= this.#bins.length) {
      const grown = new Uint32Array(1 + Math.ceil(last / BINS_PER_OCTAVE) * BINS_PER_OCTAVE);
      grown.set(this.#bins);
      this.#bins = grown;
    }
    return this.#bins;
  }

  #binnedQuantile(rank: number): number {
    let below = 0;
    for (const [bin, count] of this.#bins.entries()) {
      below += count;
      if (below >= rank) return middle(bin);
    }
    return this.max;
  }
}

export function binOf(high: number): number {
  const bin = (high >> SHIFT) - BELOW;
  return bin < 0 ? 0 : bin;
}

export function middle(bin: number): number {
  if (bin === 0) return 0;
  const octave = Math.floor((bin - 1) / BINS_PER_OCTAVE);
  const withinOctave = (bin - 1) % BINS_PER_OCTAVE;
  return Math.floor((BINS_PER_OCTAVE + withinOctave + 0.5) * 2 ** (octave - MANTISSA_BITS));
}
