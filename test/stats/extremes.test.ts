import { expect, test } from 'vitest';
import { greatest, least } from '../../src/stats/extremes.js';

test('a million values do not overflow the stack', () => {
  const values = Float64Array.from({ length: 1_000_000 }, (_, i) => (i * 7919) % 1_000_003);
  expect([least(values), greatest(values)]).toEqual([0, 1_000_002]);
});

test('of no values there is none', () => {
  expect([least([]), greatest([])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});
