import { Batch, type Sink } from './batch.js';

const ROWS = 256;
/** From a number of a row to the next one: a line of memory more, so that columns do not share places of a cache. */
export const NEXT = ROWS + 8;

/**
 * Numbers on their way to whoever counts them. Noting one is a store and nothing else, wherever it comes up; what is done
 * with it is done for many in a row, when memory and processor are at it anyway. Flush before looking at a sink.
 */
export class SampleBuffer {
  readonly #pages: SampleBatch[] = [];

  /** A batch with so many numbers a row; those of a column go to its sinks. */
  batch(...columns: readonly (readonly Sink[])[]): SampleBatch {
    const batch = new SampleBatch(columns);
    this.#pages.push(batch);
    return batch;
  }

  flush(): void {
    for (const batch of this.#pages) batch.flush();
  }
}

/** What is noted together is a row: `values[row]` is its first number, `values[row + NEXT]` its second, and so on. */
export class SampleBatch {
  readonly values: Float64Array;
  readonly #columns: readonly Batch[];
  #length = 0;

  constructor(private readonly sinks: readonly (readonly Sink[])[]) {
    this.values = new Float64Array(sinks.length * NEXT);
    this.#columns = sinks.map((_, i) => new Batch(this.values.subarray(i * NEXT, i * NEXT + ROWS)));
  }

  /** A new row, whose numbers must be stored at once. */
  row(): number {
    if (this.#length === ROWS) this.flush();
    return this.#length++;
  }

  flush(): void {
    const length = this.#length;
    if (length === 0) return;
    this.#length = 0;
    for (const [i, column] of this.#columns.entries()) {
      column.measure(length);
      for (const sink of this.sinks[i]!) sink.addAll(column);
    }
  }
}
