import { expect, test } from 'vitest';
import { CacheWarmUp, CodePath } from '../../src/cost/warm-up.js';
import { MICROSECOND, MILLISECOND } from '../../src/engine/time.js';

test('the first pass after an idle stretch takes three times the time of a warm one, the second 1.35 times', () => {
  const cacheWarmUp = new CacheWarmUp({ now: 0 }, 1);
  const path = new CodePath();
  const factors = Array.from({ length: 6 }, () => cacheWarmUp.factor(path));
  expect(factors.map((factor) => factor.toFixed(2))).toEqual(['3.00', '1.35', '1.19', '1.13', '1.10', '1.08']);
});

test('each path warms up by itself', () => {
  const cacheWarmUp = new CacheWarmUp({ now: 0 }, 1);
  cacheWarmUp.factor(new CodePath());
  expect(cacheWarmUp.factor(new CodePath())).toBeCloseTo(3);
});

test('work that follows at once finds everything warm; a millisecond of idleness later it is cold again', () => {
  const clock = { now: 0 };
  const cacheWarmUp = new CacheWarmUp(clock, 1);
  const path = new CodePath();
  expect(cacheWarmUp.isCold).toBe(true);
  cacheWarmUp.factor(path);
  cacheWarmUp.worked(5 * MILLISECOND);
  clock.now = 5 * MILLISECOND + 900 * MICROSECOND;
  expect(cacheWarmUp.isCold).toBe(false);
  expect(cacheWarmUp.factor(path)).toBeCloseTo(1.35, 2);
  clock.now = 7 * MILLISECOND;
  expect(cacheWarmUp.isCold).toBe(true);
  expect(cacheWarmUp.factor(path)).toBeCloseTo(3);
});

test('a long pass is cold over its first 150 microseconds only: the rest goes over what it has fetched itself', () => {
  const cacheWarmUp = new CacheWarmUp({ now: 0 }, 1);
  expect(cacheWarmUp.pass(new CodePath(), 100)).toBeCloseTo(300);
  expect(cacheWarmUp.pass(new CodePath(), 4_000)).toBeCloseTo(4_300);
});
