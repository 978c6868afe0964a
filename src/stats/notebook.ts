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
 * What is known of a column, side by side because it is looked at together: its last number, the distance of that from
 * the one before, how often it went on like that, and how many numbers are noted.
 */
const LAST = 0;
const STEP = 1;
const STEPS = 2;
const LENGTH = 3;
const PLACES = 4;

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
  #columns = new Float64Array(0);
  readonly #run = new Float64Array(ROWS);

  /** A new column, whose numbers go to these. */
  column(sinks: readonly Sink[]): Column {
    const column = this.#sinks.push(sinks) - 1;
    if (column * PLACES === this.#columns.length) this.#grow();
    return column;
  }

  add(column: Column, value: number): void {
    const columns = this.#columns;
    const place = column * PLACES;
    const step = value - columns[place + LAST]!;
    columns[place + LAST] = value;
    if (step === columns[place + STEP]) columns[place + STEPS]! += 1;
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
      this.#countSteps(column, this.#columns[column * PLACES + LAST]!);
      this.#countColumn(column);
    }
  }

  #note(column: Column, value: number, step: number): void {
    const columns = this.#columns;
    const place = column * PLACES;
    if (columns[place + STEPS]! > 0) this.#countSteps(column, value - step);
    if (columns[place + LENGTH] === ROWS) this.#countColumn(column);
    const row = columns[place + LENGTH]!;
    this.#values[column * ROWS + row] = value;
    columns[place + LENGTH] = row + 1;
    columns[place + STEP] = step;
  }

  /** The numbers that came in equal steps, up to this one. */
  #countSteps(column: Column, last: number): void {
    const columns = this.#columns;
    const place = column * PLACES;
    const steps = columns[place + STEPS]!;
    if (steps === 0) return;
    columns[place + STEPS] = 0;
    const step = columns[place + STEP]!;
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
    const place = column * PLACES + LENGTH;
    const length = this.#columns[place]!;
    if (length === 0) return;
    this.#columns[place] = 0;
    const first = column * ROWS;
    this.#tell(column, this.#values, first, first + length);
  }

  #tell(column: Column, values: Float64Array, from: number, to: number): void {
    const sinks = this.#sinks[column]!;
    for (let i = 0; i < sinks.length; i++) sinks[i]!.addAll(values, from, to);
  }

  #grow(): void {
    const before = this.#columns.length / PLACES;
    const after = Math.max(16, 2 * before);
    const values = new Float64Array(after * ROWS);
    values.set(this.#values);
    const columns = new Float64Array(after * PLACES);
    columns.set(this.#columns);
    for (let place = before * PLACES; place < columns.length; place += PLACES)
      columns.fill(Number.NaN, place + LAST, place + STEP + 1);
    this.#values = values;
    this.#columns = columns;
  }
}
