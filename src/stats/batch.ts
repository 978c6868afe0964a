/** Whoever takes in numbers many at a time. */
export interface Sink {
  /** The first `count` of `values`, in order. The array is used again afterwards. */
  addAll(values: Float64Array, count: number): void;
}

const SIZE = 256;

/**
 * Numbers on their way to whoever counts them. Noting one is a store and nothing else, wherever it comes up; what is
 * done with it is done for many in a row, when memory and processor are at it anyway. Flush before looking at a sink.
 */
export class Batch {
  readonly #values = new Float64Array(SIZE);
  #length = 0;

  constructor(private readonly sinks: readonly Sink[]) {}

  add(value: number): void {
    this.#values[this.#length] = value;
    this.#length += 1;
    if (this.#length === SIZE) this.flush();
  }

  flush(): void {
    const count = this.#length;
    if (count === 0) return;
    this.#length = 0;
    for (const sink of this.sinks) sink.addAll(this.#values, count);
  }
}

interface Column {
  readonly values: Float64Array;
  readonly sinks: readonly Sink[];
}

/** The same for numbers that always come up together: whoever notes them asks once for a row and fills each column there. */
export class Rows {
  readonly #columns: Column[] = [];
  #length = 0;

  /** All columns are there before the first row. */
  column(...sinks: readonly Sink[]): Float64Array {
    const values = new Float64Array(SIZE);
    this.#columns.push({ values, sinks });
    return values;
  }

  /** The row to fill now, in every column. */
  next(): number {
    if (this.#length === SIZE) this.flush();
    const row = this.#length;
    this.#length = row + 1;
    return row;
  }

  flush(): void {
    const count = this.#length;
    if (count === 0) return;
    this.#length = 0;
    for (const { values, sinks } of this.#columns) for (const sink of sinks) sink.addAll(values, count);
  }
}
