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
  'every sink of a column gets each number once, in order, whenever it is flushed',
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
    for (const [i, pair] of sinks.entries()) for (const { values } of pair) expect(values).toEqual(noted[i]);
  },
);

test('a thousand numbers are four calls, and a second flush tells nothing again', () => {
  const notebook = new Notebook();
  const heard = new Heard();
  const column = notebook.column([heard]);
  for (let i = 0; i < 1_000; i++) notebook.add(column, i * i);
  notebook.flush();
  notebook.flush();
  expect(heard.calls).toBe(4);
  expect(heard.values).toEqual(Array.from({ length: 1_000 }, (_, i) => i * i));
});

test('differences of many numbers from one are told at once', () => {
  const notebook = new Notebook();
  const heard = new Heard();
  const column = notebook.column([heard]);
  const values = Float64Array.from({ length: 602 }, (_, i) => 10 + i);
  notebook.addAll(column, 10, values, 1, 601);
  expect(heard.values).toEqual(Array.from({ length: 600 }, (_, i) => i + 1));
});

test('a column that is made when numbers are on their way disturbs none of them', () => {
  const notebook = new Notebook();
  const first = new Heard();
  const column = notebook.column([first]);
  for (const value of [1, 2, 2]) notebook.add(column, value);
  for (let i = 0; i < 40; i++) notebook.column([new Heard()]);
  notebook.add(column, 2);
  notebook.flush();
  expect(first.values).toEqual([1, 2, 2, 2]);
});
