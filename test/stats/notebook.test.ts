import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { Notebook, type Sink } from '../../src/stats/notebook.js';

/** Keeps all it is told, and how often it was told something. */
class Heard implements Sink {
  readonly values: number[] = [];
  calls = 0;

  addAll(values: Float64Array, from: number, to: number): void {
    this.values.push(...values.slice(from, to));
    this.calls += 1;
  }

  add(value: number, times: number): void {
    this.values.push(...new Array<number>(times).fill(value));
    this.calls += 1;
  }
}

const COLUMNS = 20;
const number = fc.oneof(fc.constantFrom(0, 1, 7), fc.nat());
const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.tuple(
      fc.nat({ max: COLUMNS - 1 }),
      number,
      fc.constantFrom(1, 1, 1, 3, 200, 600),
      fc.constantFrom(0, 0, 1, 4_000, -3),
    ),
  },
  { weight: 1, arbitrary: fc.constant('flush' as const) },
);

property.prop([fc.array(step, { maxLength: 400 })], { seed: 20_261_121 })(
  'every sink of a column gets each number as often as it was noted, whenever it is flushed',
  (steps) => {
    const notebook = new Notebook();
    const sinks = Array.from({ length: COLUMNS }, () => [new Heard(), new Heard()]);
    const columns = sinks.map((pair) => notebook.column(pair));
    const noted: number[][] = sinks.map(() => []);
    for (const one of steps) {
      if (one === 'flush') {
        notebook.flush();
        continue;
      }
      const [column, value, times, by] = one;
      for (let i = 0; i < times; i++) {
        notebook.add(columns[column]!, value + i * by);
        noted[column]!.push(value + i * by);
      }
    }
    notebook.flush();
    const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
    for (const [i, pair] of sinks.entries())
      for (const { values } of pair) expect(sorted(values)).toEqual(sorted(noted[i]!));
  },
);

test('a thousand equal numbers are two calls, and a thousand others a few more', () => {
  const notebook = new Notebook();
  const heard = [new Heard(), new Heard(), new Heard()];
  const [equal, steps, different] = heard.map((sink) => notebook.column([sink])) as [number, number, number];
  for (let i = 0; i < 1_000; i++) {
    notebook.add(equal, 42);
    notebook.add(steps, 7 * i);
    notebook.add(different, i * i);
  }
  notebook.flush();
  expect(heard.map(({ calls }) => calls)).toEqual([2, 5, 4]);
  expect(heard.map(({ values }) => values.length)).toEqual([1_000, 1_000, 1_000]);
});

test('a column that is made when numbers are on their way disturbs none of them', () => {
  const notebook = new Notebook();
  const first = new Heard();
  const column = notebook.column([first]);
  for (const value of [1, 2, 2]) notebook.add(column, value);
  for (let i = 0; i < 40; i++) notebook.column([new Heard()]);
  notebook.add(column, 2);
  notebook.flush();
  expect(first.values.sort()).toEqual([1, 2, 2, 2]);
});
