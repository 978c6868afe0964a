/** Whoever counts numbers, in whatever order they come. */
export interface Sink {
  /** The array is used again afterwards. */
  addAll(values: Float64Array): void;
  /** The same number so many times. */
  add(value: number, times: number): void;
}

/** Names one column of a notebook. */
export type Column = number;

const ROWS = 256;

/**
 * Numbers on their way to whoever counts them. Noting one is a store and nothing else, wherever it comes up; what is
 * done with it is done for many in a row, when memory and processor are at it anyway. What comes many times running, as
 * the size of a message that is the same for a thousand proxies, is only counted. All columns are side by side in a few
 * arrays: a dozen of them are written to in turns, and each object of its own would push something else out of the
 * processor's caches. Flush before looking at a sink.
 */
export class Notebook {
  readonly #sinks: (readonly Sink[])[] = [];
  #values = new Float64Array(0);
  #lengths = new Int32Array(0);
  /** The last number of each column, and how often it came again. */
  #last = new Float64Array(0);
  #again = new Int32Array(0);

  /** A new column, whose numbers go to these. */
  column(sinks: readonly Sink[]): Column {
    const column = this.#sinks.push(sinks) - 1;
    if (column === this.#last.length) this.#grow();
    return column;
  }

  add(column: Column, value: number): void {
    if (this.#last[column] === value) this.#again[column]! += 1;
    else this.#note(column, value);
  }

  flush(): void {
    for (const column of this.#sinks.keys()) {
      this.#countRepeats(column);
      this.#countColumn(column);
    }
  }

  #note(column: Column, value: number): void {
    this.#countRepeats(column);
    if (this.#lengths[column] === ROWS) this.#countColumn(column);
    const row = this.#lengths[column]!;
    this.#values[column * ROWS + row] = value;
    this.#lengths[column] = row + 1;
    this.#last[column] = value;
  }

  #countRepeats(column: Column): void {
    const again = this.#again[column]!;
    if (again === 0) return;
    this.#again[column] = 0;
    for (const sink of this.#sinks[column]!) sink.add(this.#last[column]!, again);
  }

  #countColumn(column: Column): void {
    const length = this.#lengths[column]!;
    if (length === 0) return;
    this.#lengths[column] = 0;
    const values = this.#values.subarray(column * ROWS, column * ROWS + length);
    for (const sink of this.#sinks[column]!) sink.addAll(values);
  }

  #grow(): void {
    const before = this.#last.length;
    const columns = Math.max(16, 2 * before);
    const grown = <T extends Float64Array | Int32Array>(to: T, from: T): T => {
      to.set(from);
      return to;
    };
    this.#values = grown(new Float64Array(columns * ROWS), this.#values);
    this.#lengths = grown(new Int32Array(columns), this.#lengths);
    this.#last = grown(new Float64Array(columns), this.#last).fill(Number.NaN, before);
    this.#again = grown(new Int32Array(columns), this.#again);
  }
}
