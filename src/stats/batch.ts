/**
 * Numbers to count, and what several who count them want to know of them: it is worked out once, and again whenever
 * other numbers are there.
 */
export class Batch {
  /** The same memory by halves: the high one of value `i` is at `2 * i + HIGH`. */
  readonly words: Int32Array;
  /** So many of the values, from the first, are meant. */
  length = 0;
  sum = 0;
  /** At least 0. */
  max = 0;

  constructor(readonly values: Float64Array) {
    this.words = new Int32Array(values.buffer, values.byteOffset, 2 * values.length);
  }

  /** From now on the first so many values are meant. */
  measure(length: number): void {
    const { values } = this;
    let sum = 0;
    let max = 0;
    for (let i = 0; i < length; i++) {
      const value = values[i]!;
      sum += value;
      if (value > max) max = value;
    }
    this.length = length;
    this.sum = sum;
    this.max = max;
  }
}

/** Whoever counts numbers, in whatever order they come. */
export interface Sink {
  /** The batch is used again afterwards. */
  addAll(batch: Readonly<Batch>): void;
}
