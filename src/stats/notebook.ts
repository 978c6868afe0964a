/** Whoever counts numbers, in whatever order they come. */
export interface Sink {
  /** Those at places `from` to `to - 1` of an array that is used again afterwards. */
  addAll(values: Float64Array, from: number, to: number): void;
}

/** Names one column of a notebook. */
export type Column = number;

const ROWS = 256;

/**
 * Numbers on their way to whoever counts them. Noting one is a store and nothing else, wherever it comes up; what is done
 * with it is done for many in a row, when memory and processor are at it anyway. All columns are side by side in two
 * arrays: a dozen of them are written to in turns, and each object of its own would push something else out of the
 * processor's caches. Flush before looking at a sink.
 */
export class Notebook {
  readonly #sinks: (readonly Sink[])[] = [];
  #values = new Float64Array(0);
  /** How many numbers of each column are noted. */
  #lengths = new Int32Array(0);
  readonly #differences = new Float64Array(ROWS);

  /** A new column, whose numbers go to these. */
  column(sinks: readonly Sink[]): Column {
    const column = this.#sinks.push(sinks) - 1;
    if (column === this.#lengths.length) this.#grow();
    return column;
  }

  add(column: Column, value: number): void {
    const length = this.#lengths[column]!;
    this.#values[column * ROWS + length] = value;
    this.#lengths[column] = length + 1;
    if (length + 1 === ROWS) this.#count(column);
  }

  /** Adds how much larger than `base` those at places `from` to `to - 1` are: many at once are counted at once. */
  addAll(column: Column, base: number, values: Float64Array, from: number, to: number): void {
    const differences = this.#differences;
    for (let first = from; first < to; first += ROWS) {
      const length = Math.min(to - first, ROWS);
      for (let i = 0; i < length; i++) differences[i] = values[first + i]! - base;
      this.#tell(column, differences, 0, length);
    }
  }

  flush(): void {
    for (const column of this.#sinks.keys()) if (this.#lengths[column]! > 0) this.#count(column);
  }

  #count(column: Column): void {
    const first = column * ROWS;
    const length = this.#lengths[column]!;
    this.#lengths[column] = 0;
    this.#tell(column, this.#values, first, first + length);
  }

  #tell(column: Column, values: Float64Array, from: number, to: number): void {
    const sinks = this.#sinks[column]!;
    for (let i = 0; i < sinks.length; i++) sinks[i]!.addAll(values, from, to);
  }

  #grow(): void {
    const columns = Math.max(16, 2 * this.#lengths.length);
    const values = new Float64Array(columns * ROWS);
    values.set(this.#values);
    const lengths = new Int32Array(columns);
    lengths.set(this.#lengths);
    this.#values = values;
    this.#lengths = lengths;
  }
}
