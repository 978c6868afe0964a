import { describe, expect, test } from 'vitest';
import { streams } from '../../src/engine/streams.js';
import { MICROSECOND, MILLISECOND } from '../../src/engine/time.js';
import { timerLate } from '../../src/experiment/verify/test-bed.js';

describe('a timer of a program that sleeps in whole milliseconds', () => {
  const chance = streams('timers', 0).stream('timers');
  const lateness = (delay: number) => {
    const micros = Array.from({ length: 2_000 }, () => timerLate(delay, chance) / MICROSECOND);
    return micros.toSorted((a, b) => a - b);
  };

  test.each([1, 100, 2_500])('of %i ms is late by two awakenings', (whole) => {
    const late = lateness(whole * MILLISECOND);
    expect(late[0]).toBeGreaterThan(whole === 1 ? 200 : 350);
    expect(late[1_000]).toBeGreaterThan(whole === 1 ? 220 : 400);
    expect(late[1_000]).toBeLessThan(480);
  });

  test.each([
    [99.9, 0.55],
    [99.5, 0.9],
    [99.3, 1.1],
  ])('of %f ms sleeps one more for what is left: %f ms late', (delay, expected) => {
    const late = lateness(delay * MILLISECOND);
    expect(late[1_000]! / 1_000).toBeCloseTo(expected, 1);
  });

  test('of a delay that ends just after it has woken is hardly late', () => {
    expect(lateness(100.15 * MILLISECOND)[1_000]).toBeLessThan(150);
  });
});
