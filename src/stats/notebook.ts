/** Whoever counts numbers, in whatever order they come. */
export interface Sink {
  /** Those at places `from` to `to - 1` of an array that is used again afterwards. */
  addAll(values: Float64Array, from: number, to: number): void;
  /** The same number so many times. */
  add(value: number, times: number): void;
}

/** Names one column of a notebook. */
export type Column = number;

const ROWS = 256;

/**
 * Whole numbers on their way to whoever counts them. Noting one is a store and nothing else, wherever it comes up; what
 * is done with it is done for many in a row, when memory and processor are at it anyway. What goes on in equal steps is
 * only counted: the size of a message that is the same for a thousand proxies, how long each of them waited while those
 * before it took equally long. All columns are side by side in a few arrays: a dozen of them are written to in turns,
 * and each object of its own would push something else out of the processor's caches. Flush before looking at a sink.
 */
export class Notebook {
  readonly #sinks: (readonly Sink[])[] = [];
  #values = new Float64Array(0);
  #lengths = new Int32Array(0);
  /** The last number of each column, its distance from the one before, and how often it went on like that. */
  #last = new Float64Array(0);
  #step = new Float64Array(0);
  #steps = new Int32Array(0);
  readonly #run = new Float64Array(ROWS);

  /** A new column, whose numbers go to these. */
  column(sinks: readonly Sink[]): Column {
    const column = this.#sinks.push(sinks) - 1;
    if (column === this.#last.length) this.#grow();
    return column;
  }

  add(column: Column, value: number): void {
    const step = value - this.#last[column]!;
    this.#last[column] = value;
    if (step === this.#step[column]) this.#steps[column]! += 1;
    else this.#note(column, value, step);
  }

  /** Adds how much larger than `base` those at places `from` to `to - 1` are: many at once are counted at once. */
  addAll(column: Column, base: number, values: Float64Array, from: number, to: number): void {
    const run = this.#run;
    for (let first = from; first < to; first += ROWS) {
      const length = Math.min(to - first, ROWS);
      for (let i = 0; i < length; i++) run[i] = values[first + i]! - base;
      this.#tell(column, run, 0, length);
    }
  }

  flush(): void {
    for (const column of this.#sinks.keys()) {
      this.#countSteps(column, this.#last[column]!);
      this.#countColumn(column);
    }
  }

  #note(column: Column, value: number, step: number): void {
    if (this.#steps[column]! > 0) this.#countSteps(column, value - step);
    if (this.#lengths[column] === ROWS) this.#countColumn(column);
    const row = this.#lengths[column]!;
    this.#values[column * ROWS + row] = value;
    this.#lengths[column] = row + 1;
    this.#step[column] = step;
  }

  /** The numbers that came in equal steps, up to this one. */
  #countSteps(column: Column, last: number): void {
    const steps = this.#steps[column]!;
    if (steps === 0) return;
    this.#steps[column] = 0;
    const step = this.#step[column]!;
    const sinks = this.#sinks[column]!;
    if (step === 0) {
      for (const sink of sinks) sink.add(last, steps);
      return;
    }
    const run = this.#run;
    let value = last - (steps - 1) * step;
    for (let left = steps; left > 0; left -= ROWS) {
      const length = Math.min(left, ROWS);
      for (let i = 0; i < length; i++) {
        run[i] = value;
        value += step;
      }
      this.#tell(column, run, 0, length);
    }
  }

  #countColumn(column: Column): void {
    const length = this.#lengths[column]!;
    if (length === 0) return;
    this.#lengths[column] = 0;
    const first = column * ROWS;
    this.#tell(column, this.#values, first, first + length);
  }

  #tell(column: Column, values: Float64Array, from: number, to: number): void {
    const sinks = this.#sinks[column]!;
    for (let i = 0; i < sinks.length; i++) sinks[i]!.addAll(values, from, to);
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
    this.#step = grown(new Float64Array(columns), this.#step).fill(Number.NaN, before);
    this.#steps = grown(new Int32Array(columns), this.#steps);
  }
}
