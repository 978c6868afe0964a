import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { Batch, Sink } from '../../src/stats/batch.js';
import { NEXT, type SampleBatch, SampleBuffer } from '../../src/stats/sample-buffer.js';

/** Keeps all it is told, and how often it was told something. */
class Heard implements Sink {
  readonly values: number[] = [];
  readonly totals: [length: number, sum: number, max: number][] = [];

  addAll({ values, length, sum, max }: Readonly<Batch>): void {
    this.values.push(...values.slice(0, length));
    this.totals.push([length, sum, max]);
  }
}

function note(batch: SampleBatch, ...numbers: readonly number[]): void {
  const row = batch.row();
  for (const [column, number] of numbers.entries()) batch.values[row + column * NEXT] = number;
}

const PAGES = 3;
const number = fc.oneof(fc.constantFrom(0, 1, 7), fc.nat());
const step = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.tuple(fc.nat({ max: PAGES - 1 }), number, fc.constantFrom(1, 1, 3, 200, 600)),
  },
  { weight: 1, arbitrary: fc.constant('flush' as const) },
);

property.prop([fc.array(step, { maxLength: 400 })], { seed: 20_261_121 })(
  'every sink of a column gets each number once, in order, whenever it is flushed',
  (steps) => {
    const sampleBuffer = new SampleBuffer();
    // Pages of one, two and three columns, with two sinks each.
    const sinks = Array.from({ length: PAGES }, (_, batch) =>
      Array.from({ length: batch + 1 }, () => [new Heard(), new Heard()]),
    );
    const pages = sinks.map((columns) => sampleBuffer.batch(...columns));
    const noted = sinks.map((columns) => columns.map((): number[] => []));
    for (const one of steps) {
      if (one === 'flush') {
        sampleBuffer.flush();
        continue;
      }
      const [batch, value, times] = one;
      for (let i = 0; i < times; i++) {
        const row = Array.from({ length: batch + 1 }, (_, column) => value + 10 * i + column);
        note(pages[batch]!, ...row);
        for (const [column, number] of row.entries()) noted[batch]![column]!.push(number);
      }
    }
    sampleBuffer.flush();
    for (const [batch, columns] of sinks.entries())
      for (const [column, pair] of columns.entries())
        for (const { values } of pair) expect(values).toEqual(noted[batch]![column]);
  },
);

test('a thousand rows are told in four batches with their sums and maxima, and a second flush tells nothing again', () => {
  const sampleBuffer = new SampleBuffer();
  const [heard, backwards] = [new Heard(), new Heard()];
  const batch = sampleBuffer.batch([heard], [backwards]);
  for (let i = 0; i < 1_000; i++) note(batch, i, 1_000 - i);
  sampleBuffer.flush();
  sampleBuffer.flush();
  expect(heard.totals).toEqual([
    [256, (255 * 256) / 2, 255],
    [256, 256 * 256 + (255 * 256) / 2, 511],
    [256, 512 * 256 + (255 * 256) / 2, 767],
    [232, 768 * 232 + (231 * 232) / 2, 999],
  ]);
  expect(backwards.totals.map(([, , max]) => max)).toEqual([1_000, 744, 488, 232]);
});

test('a page that is made when numbers are on their way disturbs none of them', () => {
  const sampleBuffer = new SampleBuffer();
  const [first, later] = [new Heard(), new Heard()];
  const batch = sampleBuffer.batch([first]);
  for (const value of [1, 2, 2]) note(batch, value);
  note(sampleBuffer.batch([later]), 9);
  note(batch, 2);
  sampleBuffer.flush();
  expect([first.values, later.values]).toEqual([[1, 2, 2, 2], [9]]);
});
