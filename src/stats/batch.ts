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
