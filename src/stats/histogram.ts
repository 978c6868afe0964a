import { EXPONENT_OF_ONE, HIGH_BITS, highWord } from './high-word.js';
import type { Sink } from './notebook.js';

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

export class Histogram implements Sink {
  #count = 0;
  #max = 0;
  #sum = 0;
  /** The first `count`; undefined: all are binned. */
  #exact: Float64Array | undefined = new Float64Array(0);
  #sorted = true;
  /** Half the size of doubles: a dozen histograms are filled in turns, and what they touch is what they cost. A bin holds 4 · 10⁹. */
  readonly #octaves: (Uint32Array | undefined)[] = [];

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

  addAll(values: Float64Array, from: number, to: number): void {
    const exact = this.#roomFor(to - from);
    const before = this.#count - from;
    if (exact !== undefined) for (let i = from; i < to; i++) exact[before + i] = values[i]!;
    else this.#binAll(values, from, to);
    let sum = this.#sum;
    let max = this.#max;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      sum += value;
      if (value > max) max = value;
    }
    this.#count += to - from;
    this.#sum = sum;
    this.#max = max;
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
      if (this.#count > 0) this.#binAll(exact, 0, this.#count);
      this.#exact = undefined;
      return undefined;
    }
    const wider = new Float64Array(Math.min(this.exactMax - 1, Math.max(16, 2 * samples)));
    wider.set(exact.subarray(0, this.#count));
    this.#exact = wider;
    return wider;
  }

  #bin(value: number, times: number): void {
    const high = highWord(value);
    const bins = this.#octaves[octaveOf(high)] ?? this.#addOctave(octaveOf(high));
    bins[binOf(high)]! += times;
  }

  /** Numbers that follow each other are alike. */
  #binAll(values: Float64Array, from: number, to: number): void {
    let octave = octaveOf(highWord(values[from]!));
    let bins = this.#octaves[octave] ?? this.#addOctave(octave);
    for (let i = from; i < to; i++) {
      const high = highWord(values[i]!);
      const itsOctave = octaveOf(high);
      if (itsOctave !== octave) {
        octave = itsOctave;
        bins = this.#octaves[octave] ?? this.#addOctave(octave);
      }
      bins[binOf(high)]! += 1;
    }
  }

  #addOctave(octave: number): Uint32Array {
    const bins = new Uint32Array(BINS_PER_OCTAVE);
    // Without gaps the array is the faster one.
    while (this.#octaves.length < octave) this.#octaves.push(undefined);
    this.#octaves[octave] = bins;
    return bins;
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

/** Octave 0 is that of zero, octave k that of numbers of k bits: while that are few, a bin holds one number. */
function octaveOf(high: number): number {
  const exponent = (high >>> HIGH_BITS) - EXPONENT_OF_ONE;
  return exponent < 0 ? 0 : exponent + 1;
}

/** Within its octave, by what follows the leading one. */
function binOf(high: number): number {
  return (high >>> (HIGH_BITS - MANTISSA_BITS)) & (BINS_PER_OCTAVE - 1);
}

function middle(octave: number, index: number): number {
  if (octave === 0) return 0;
  return Math.floor((BINS_PER_OCTAVE + index + 0.5) * 2 ** (octave - 1 - MANTISSA_BITS));
}
