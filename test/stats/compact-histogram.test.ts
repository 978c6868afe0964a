import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CompactHistogram } from '../../src/stats/compact-histogram.js';
import { Histogram } from '../../src/stats/histogram.js';
import { batchOf } from '../support/batch.js';

function filled(values: readonly number[]): CompactHistogram {
  const histogram = new CompactHistogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

describe('a compact histogram', () => {
  test('of nothing is zeros', () => {
    const { count, mean, max } = new CompactHistogram();
    expect([count, mean, max, new CompactHistogram().quantile(0.99)]).toEqual([0, 0, 0, 0]);
  });

  test('is exact while few', () => {
    const histogram = filled([5, 1, 4, 2, 3]);
    expect([0, 0.2, 0.21, 0.5, 0.99, 1].map((q) => histogram.quantile(q))).toEqual([1, 1, 2, 3, 5, 5]);
    expect([histogram.count, histogram.mean, histogram.max]).toEqual([5, 3, 5]);
  });

  test('of many is within a bin of the true quantile: 0.05 %', () => {
    // 1 to 100,000 in an order that is not theirs (7 and 100,003 have no common factor).
    const values = Array.from({ length: 100_000 }, (_, i) => ((i * 7) % 100_003) + 1);
    const sorted = [...values].sort((a, b) => a - b);
    const histogram = filled(values);
    for (const q of [0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
      const exact = sorted[Math.ceil(q * values.length) - 1]!;
      expect(Math.abs(histogram.quantile(q) - exact) / exact, `${q}`).toBeLessThan(0.0005);
    }
    expect(histogram.max).toBe(sorted.at(-1));
  });

  test.prop([
    fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 1, maxLength: 3_000 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('answers as the full one does, zeros and all', (values, q) => {
    const full = new Histogram(1024);
    for (const value of values) full.add(value);
    const compact = filled(values);
    expect(compact.count).toBe(full.count);
    expect(compact.max).toBe(full.max);
    if (values.length < 1024) expect(compact.quantile(q)).toBe(full.quantile(q));
    else expect(Math.abs(compact.quantile(q) - full.quantile(q))).toBeLessThanOrEqual(0.001 * full.quantile(q));
  });

  test.each([
    [100, 200],
    [1_000, 1_000],
    [3_000, 10],
    [10, 3_000],
  ])('merged of %d and %d samples is that of all of them', (n, m) => {
    const values = Array.from({ length: n + m }, (_, i) => (i * 7919) % 100_003);
    const one = filled(values.slice(0, n));
    one.merge(filled(values.slice(n)));
    const all = filled(values);
    const said = (of: CompactHistogram) => [
      of.count,
      of.sum,
      of.max,
      ...[0, 0.1, 0.5, 0.9, 1].map((q) => of.quantile(q)),
    ];
    expect(said(one)).toEqual(said(all));
  });

  test('takes batches as it takes single values', () => {
    const values = Array.from({ length: 200 }, (_, i) => i * i);
    const one = new CompactHistogram();
    for (let i = 0; i < 10; i++) one.addAll(batchOf(values));
    const other = filled(Array.from({ length: 10 }, () => values).flat());
    expect([one.count, one.sum, one.max, one.quantile(0.9)]).toEqual([
      other.count,
      other.sum,
      other.max,
      other.quantile(0.9),
    ]);
  });
});
