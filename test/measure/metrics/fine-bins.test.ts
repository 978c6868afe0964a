import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { MICROSECOND, SECOND } from '../../../src/engine/time.js';
import { FineBins } from '../../../src/measure/metrics/fine-bins.js';
import { nearestRank } from '../../../src/stats/quantile.js';
import { batchOf } from '../../support/batch.js';

const QUANTILES = [0, 0.5, 0.99, 1];

function quantilesOf(values: readonly number[]): (number | undefined)[] {
  const bins = new FineBins();
  bins.addAll(batchOf(values));
  return QUANTILES.map((q) => bins.quantile(q));
}

const time = fc.integer({ min: 8_192, max: 120 * SECOND });

property.prop([fc.array(time, { minLength: 1, maxLength: 50 })], { seed: 20_261_128 })(
  'a time of 8 µs to 2 minutes is told to 6 %, with its rank',
  (values) => {
    const sorted = [...values].sort((a, b) => a - b);
    for (const [i, told] of quantilesOf(values).entries())
      expect(Math.abs(told! / nearestRank(sorted, QUANTILES[i]!) - 1)).toBeLessThanOrEqual(0.0625);
  },
);

test('what is shorter is told as the shortest, what is longer as the longest', () => {
  const shortest = quantilesOf([8_192]);
  expect(quantilesOf([0])).toEqual(shortest);
  expect(quantilesOf([5 * MICROSECOND])).toEqual(shortest);
  expect(quantilesOf([10 * MICROSECOND])).not.toEqual(shortest);
  expect(quantilesOf([3_600 * SECOND])).toEqual(quantilesOf([137 * SECOND]));
  expect(quantilesOf([120 * SECOND])).not.toEqual(quantilesOf([1e6 * SECOND]));
});
