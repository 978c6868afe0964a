import { expect, test } from 'vitest';
import { Path, Warmth } from '../../src/cost/warm-up.js';
import { MICROSECOND, MILLISECOND } from '../../src/engine/time.js';

test('the first pass after an idle stretch takes nearly twice the time of a warm one, the second 1.3 times', () => {
  const warmth = new Warmth({ now: 0 }, 1);
  const path = new Path();
  const factors = Array.from({ length: 6 }, () => warmth.factor(path));
  expect(factors.map((factor) => factor.toFixed(2))).toEqual(['1.86', '1.30', '1.18', '1.13', '1.10', '1.08']);
});

test('each path warms up by itself', () => {
  const warmth = new Warmth({ now: 0 }, 1);
  warmth.factor(new Path());
  expect(warmth.factor(new Path())).toBeCloseTo(1.86);
});

test('work that follows at once finds everything warm; a millisecond of idleness later it is cold again', () => {
  const clock = { now: 0 };
  const warmth = new Warmth(clock, 1);
  const path = new Path();
  expect(warmth.isCold).toBe(true);
  warmth.factor(path);
  warmth.worked(5 * MILLISECOND);
  clock.now = 5 * MILLISECOND + 900 * MICROSECOND;
  expect(warmth.isCold).toBe(false);
  expect(warmth.factor(path)).toBeCloseTo(1.3, 1);
  clock.now = 7 * MILLISECOND;
  expect(warmth.isCold).toBe(true);
  expect(warmth.factor(path)).toBeCloseTo(1.86);
});
