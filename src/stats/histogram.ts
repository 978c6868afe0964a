import { Batch, type Sink } from './batch.js';

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

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
/** Which half of a double holds sign and exponent depends on the byte order of the machine. */
double[0] = 1;
const HIGH = words[1] === 0 ? 0 : 1;
/** Bits of that half below those that choose a bin, and what the others are for the first number of octave 0. */
const REST = 20 - MANTISSA_BITS;
const LOWEST = (1023 + MANTISSA_BITS - 1) << MANTISSA_BITS;

export class Histogram implements Sink {
  #count = 0;
  #max = 0;
  #sum = 0;
  #exact: number[] | undefined = [];
  #sorted = true;
  /** Octave 0 holds the numbers below BINS_PER_OCTAVE one by one; octave k those with k more bits. As many as needed. */
  #bins = new Float64Array(0);
  /** Samples added one by one, and not looked at yet. */
  #pending: Batch | undefined;

  /** Fewer exact samples make it cheaper to fill: those are binned in the end, too. */
  constructor(private readonly exactMax = EXACT_LIMIT) {}

  /** Adds `times` samples of the same value. */
  add(value: number, times = 1): void {
    if (times === 1) {
      this.#pending ??= new Batch([this]);
      this.#pending.add(value);
      return;
    }
    this.#count += times;
    this.#sum += value * times;
    if (value > this.#max) this.#max = value;
    if (this.#keepsExactly(times)) {
      for (let i = 0; i < times; i++) this.#exact?.push(value);
    } else {
      double[0] = value;
      this.#addTo(placeOf(value, words[HIGH]!), times);
    }
  }

  addAll(values: Float64Array, count: number): void {
    let sum = this.#sum;
    let max = this.#max;
    for (let i = 0; i < count; i++) {
      const value = values[i]!;
      sum += value;
      if (value > max) max = value;
    }
    this.#count += count;
    this.#sum = sum;
    this.#max = max;
    if (this.#keepsExactly(count)) for (let i = 0; i < count; i++) this.#exact?.push(values[i]!);
    else this.#binAll(values, count);
  }

  get count(): number {
    this.#pending?.flush();
    return this.#count;
  }

  get max(): number {
    this.#pending?.flush();
    return this.#max;
  }

  get sum(): number {
    this.#pending?.flush();
    return this.#sum;
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

  /** Whether there is room for so many more exact samples. When there is none, those that are there are binned, too. */
  #keepsExactly(more: number): boolean {
    if (this.#exact === undefined) return false;
    this.#sorted = false;
    if (this.#exact.length + more < this.exactMax) return true;
    this.#binAll(Float64Array.from(this.#exact), this.#exact.length);
    this.#exact = undefined;
    return false;
  }

  #binAll(values: Float64Array, count: number): void {
    const halves = new Int32Array(values.buffer, values.byteOffset, 2 * count);
    // Neighbours often share a bin: sizes of messages that are alike, delays that do not vary.
    let place = 0;
    let times = 0;
    for (let i = 0; i < count; i++) {
      const next = placeOf(values[i]!, halves[2 * i + HIGH]!);
      if (next === place) {
        times += 1;
      } else {
        this.#addTo(place, times);
        place = next;
        times = 1;
      }
    }
    this.#addTo(place, times);
  }

  #addTo(place: number, times: number): void {
    if (place >= this.#bins.length) {
      const grown = new Float64Array((Math.floor(place / BINS_PER_OCTAVE) + 1) * BINS_PER_OCTAVE);
      grown.set(this.#bins);
      this.#bins = grown;
    }
    this.#bins[place]! += times;
  }

  #binnedQuantile(rank: number): number {
    let below = 0;
    for (const [place, count] of this.#bins.entries()) {
      below += count;
      if (below >= rank) return middle(Math.floor(place / BINS_PER_OCTAVE), place % BINS_PER_OCTAVE);
    }
    return this.max;
  }
}

/** Exponent and leading bits of a double, in `high`, are the places of its octave and its bin one after the other. */
function placeOf(value: number, high: number): number {
  const place = (high >> REST) - LOWEST;
  return place < BINS_PER_OCTAVE ? Math.floor(value) : place;
}

function middle(octave: number, index: number): number {
  if (octave === 0) return index;
  const width = 2 ** (octave - 1);
  return Math.floor((BINS_PER_OCTAVE + index + 0.5) * width);
}
