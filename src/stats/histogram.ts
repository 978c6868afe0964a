/**
 * A distribution of non-negative whole numbers (nanoseconds, bytes) in bounded memory: exact while few, then in bins of
 * equal relative width. Bins are chosen by the bits of the number, so they are the same on every platform; adding
 * samples in another order gives the same answer.
 */

/** Samples kept exactly before they are binned. */
const EXACT_LIMIT = 65_536;
/** Bits after the leading one that choose a bin: a bin is at most 2^-11 = 0.049 % off its middle. */
const MANTISSA_BITS = 10;
const BINS_PER_OCTAVE = 2 ** MANTISSA_BITS;

const double = new DataView(new ArrayBuffer(8));

export class Histogram {
  count = 0;
  max = 0;
  sum = 0;
  #exact: number[] | undefined = [];
  #sorted = true;
  #lastValue = -1;
  #lastIndex = 0;
  #lastBins: Float64Array | undefined;
  readonly #octaves: (Float64Array | undefined)[] = [];

  /** Fewer exact samples make it cheaper to fill: those are binned in the end, too. */
  constructor(private readonly exactMax = EXACT_LIMIT) {}

  /** Adds `times` samples of the same value. */
  add(value: number, times = 1): void {
    this.count += times;
    this.sum += value * times;
    if (value > this.max) this.max = value;
    if (this.#exact === undefined) {
      this.#bin(value, times);
      return;
    }
    this.#sorted = false;
    if (this.#exact.length + times < this.exactMax) {
      for (let i = 0; i < times; i++) this.#exact.push(value);
      return;
    }
    for (const sample of this.#exact) this.#bin(sample, 1);
    this.#bin(value, times);
    this.#exact = undefined;
  }

  get mean(): number {
    return this.count === 0 ? 0 : this.sum / this.count;
  }

  /** The smallest sample with at least `q` of all samples at or below it (inverse of the empirical distribution). */
  quantile(q: number): number {
    if (this.count === 0) return 0;
    const rank = Math.max(1, Math.ceil(q * this.count));
    if (this.#exact !== undefined) {
      if (!this.#sorted) {
        this.#exact.sort((a, b) => a - b);
        this.#sorted = true;
      }
      return this.#exact[rank - 1] ?? this.max;
    }
    return Math.min(this.max, this.#binnedQuantile(rank));
  }

  #bin(value: number, times: number): void {
    // The same again is common (a fixed delay, a fixed size) and needs no search.
    if (value === this.#lastValue) {
      this.#lastBins![this.#lastIndex]! += times;
      return;
    }
    // Octave 0 holds the numbers below BINS_PER_OCTAVE one by one; octave k those with k more bits. Both places are
    // bits of the number as a double: its exponent, and what follows the leading one.
    double.setFloat64(0, value);
    const high = double.getInt32(0);
    const isSmall = value < BINS_PER_OCTAVE;
    const octave = isSmall ? 0 : (high >>> 20) - 1023 - MANTISSA_BITS + 1;
    const index = isSmall ? Math.floor(value) : (high >>> (20 - MANTISSA_BITS)) & (BINS_PER_OCTAVE - 1);
    let bins = this.#octaves[octave];
    if (bins === undefined) {
      bins = new Float64Array(BINS_PER_OCTAVE);
      this.#octaves[octave] = bins;
    }
    bins[index]! += times;
    this.#lastValue = value;
    this.#lastBins = bins;
    this.#lastIndex = index;
  }

  #binnedQuantile(rank: number): number {
    let below = 0;
    for (const [octave, bins] of this.#octaves.entries()) {
      if (bins === undefined) continue;
      for (let index = 0; index < BINS_PER_OCTAVE; index++) {
        below += bins[index] ?? 0;
        if (below >= rank) return middle(octave, index);
      }
    }
    return this.max;
  }
}

function middle(octave: number, index: number): number {
  if (octave === 0) return index;
  const width = 2 ** (octave - 1);
  return Math.floor((BINS_PER_OCTAVE + index + 0.5) * width);
}
