import { expect, test } from 'vitest';
import { Rows, type Sink } from '../../src/stats/batch.js';

function collector(): Sink & { readonly all: number[] } {
  const all: number[] = [];
  return { all, addAll: (values, count) => all.push(...values.subarray(0, count)) };
}

test('rows reach the sinks of their columns in order, however many there are', () => {
  const rows = new Rows();
  const [squares, cubes, cubesToo] = [collector(), collector(), collector()];
  const square = rows.column(squares);
  const cube = rows.column(cubes, cubesToo);
  const numbers = Array.from({ length: 1000 }, (_, i) => i);
  for (const number of numbers) {
    const row = rows.next();
    square[row] = number ** 2;
    cube[row] = number ** 3;
  }
  rows.flush();
  rows.flush();
  expect(squares.all).toEqual(numbers.map((number) => number ** 2));
  expect(cubes.all).toEqual(numbers.map((number) => number ** 3));
  expect(cubesToo.all).toEqual(cubes.all);
});
