import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { SECOND } from '../../../src/engine/time.js';
import { familiesOf } from '../../../src/istio/metric-families.js';
import { HistogramSeries, LabelledCounter, Registry } from '../../../src/measure/metrics/registry.js';
import { Samples } from '../../../src/measure/recorder/samples.js';
import { ApplyTimes } from '../../../src/measure/staleness/apply-times.js';
import { batchOf } from '../../support/batch.js';

const families = familiesOf('1.30');

/** A counter that grows by one each 100 ms, sampled with room for `rowsMax` rows. */
function sampled(seconds: number, rowsMax: number) {
  const registry = new Registry();
  const counter = new LabelledCounter(registry, families.pushes);
  const samples = new Samples(registry, () => {}, 0, { rowsMax });
  for (let tick = 0; tick < seconds * 10; tick++) {
    const now = (tick * SECOND) / 10;
    samples.catchUp(now, 0, 0);
    samples.queuePeak = Math.max(samples.queuePeak, tick % 97);
    samples.convergence.addAll(batchOf([1e6 + tick]));
    counter.add('eds');
  }
  samples.finish(seconds * SECOND, 0, 0);
  return samples;
}

describe('samples over time', () => {
  test('hold what had been counted before each of their times', () => {
    const { rows } = sampled(5, 512);
    expect(rows.map(({ at }) => at / SECOND)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(rows.map(({ values }) => values[0] ?? 0)).toEqual([0, 10, 20, 30, 40, 50]);
  });

  test('stay few however long the run is, by doubling their distance', () => {
    const { rows, width } = sampled(1000, 16);
    expect(rows.length).toBeLessThanOrEqual(17);
    expect(width).toBe(128 * SECOND);
    const gaps = rows.slice(1, -1).map(({ at }, i) => at - rows[i]!.at);
    expect(new Set(gaps)).toEqual(new Set([width]));
    for (const { at, values } of rows) expect(values[0] ?? 0).toBe((10 * at) / SECOND);
  });

  property.prop([fc.integer({ min: 1, max: 200 }), fc.integer({ min: 2, max: 20 }).map((half) => 2 * half)])(
    'lose no peak and no count when they are thinned',
    (seconds, rowsMax) => {
      const { rows } = sampled(seconds, rowsMax);
      expect(Math.max(...rows.map(({ queuePeak }) => queuePeak))).toBe(Math.min(96, 10 * seconds - 1));
      expect(rows.reduce((sum, { convergence }) => sum + convergence.count, 0)).toBe(10 * seconds);
      expect(rows.at(-1)?.values[0]).toBe(10 * seconds);
    },
  );
});

property.prop([fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 1, maxLength: 900 })])(
  'the time by which half of the proxies had it is exact for up to 1,024 of them',
  (times) => {
    const uses = new ApplyTimes();
    for (const at of times) uses.add(at);
    const sorted = [...times].sort((a, b) => a - b);
    expect(uses.by(0.5)).toBe(sorted[Math.ceil(0.5 * sorted.length) - 1]);
    expect(uses.by(0.99)).toBe(sorted[Math.ceil(0.99 * sorted.length) - 1]);
    expect(uses.by(1)).toBe(sorted.at(-1));
  },
);

test('of many thousands of proxies the rank is off by 0.2 % at most', () => {
  const uses = new ApplyTimes();
  const count = 50_000;
  // Out of order, as proxies differ.
  for (let i = 0; i < count; i++) uses.add(((i * 7919) % count) + 1);
  expect(uses.count).toBe(count);
  expect(uses.last).toBe(count);
  for (const q of [0.1, 0.5, 0.99]) expect(Math.abs(uses.by(q) / count - q)).toBeLessThan(0.02);
});

test('a value on a bound is in its bucket, one above in the next, and the sum is exact', () => {
  const registry = new Registry();
  const series = new HistogramSeries(registry, families.queueTime);
  series.addAll(batchOf([1e8, 1e8 + 1, 5e8, 31e9]));
  // 0.1, 0.5, 1, 3, 5, 10, 20, 30, +Inf, sum
  expect([...registry.values.slice(0, 10)]).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 1, 2e8 + 1 + 5e8 + 31e9]);
});

test('the development head has a bound of half a second where 1.17 and 1.30 have none', () => {
  for (const version of ['1.17', '1.30'] as const) {
    expect(familiesOf(version).debounceTime.bounds).toEqual([0.01, 0.1, 1, 3, 5, 10, 20, 30]);
    expect(familiesOf(version).pushTime.bounds).not.toContain(0.5);
  }
  expect(familiesOf('1.32-dev').debounceTime.bounds).toEqual([0.01, 0.1, 0.5, 1, 3, 5, 10, 20, 30]);
  expect(familiesOf('1.32-dev').pushTime.bounds).toContain(0.5);
});
