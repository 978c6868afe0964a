import { describe, expect, test } from 'vitest';
import { tProbability, tQuantile } from '../../src/stats/student-t.js';

/** Quantiles from R 4.3: qt(p, df), 10 digits. */
const FROM_R: readonly (readonly [p: number, df: number, t: number])[] = [
  [0.975, 1, 12.70620474],
  [0.975, 2, 4.30265273],
  [0.975, 3, 3.182446305],
  [0.975, 9, 2.262157163],
  [0.95, 9, 1.833112933],
  [0.995, 30, 2.749995654],
  [0.975, 120, 1.979930405],
  [0.975, 1000, 1.962339081],
];

describe('quantiles of the t distribution', () => {
  test.each(FROM_R)('p = %d with %d degrees of freedom is %d', (p, df, t) => {
    expect(tQuantile(p, df)).toBeCloseTo(t, 7);
  });

  test('approach those of the normal distribution', () => {
    expect(tQuantile(0.975, 100_000)).toBeCloseTo(1.959964, 4);
  });

  test('are symmetric about zero', () => {
    expect(tQuantile(0.025, 7)).toBe(-tQuantile(0.975, 7));
    expect(tQuantile(0.5, 7)).toBe(0);
  });

  test('are where the distribution function has that value', () => {
    for (const df of [1, 2, 3, 8, 15, 40]) {
      for (const p of [0.6, 0.9, 0.99, 0.999_99]) expect(tProbability(tQuantile(p, df), df)).toBeCloseTo(p, 10);
    }
  });

  test('the distribution function agrees with the density, integrated by small steps', () => {
    const df = 5;
    const density = (t: number) => 1 / ((1 + (t * t) / df) ** ((df + 1) / 2) * Math.sqrt(df) * 1.178097245096172);
    let area = 0;
    for (let t = 0.0005; t < 2; t += 0.001) area += density(t) * 0.001;
    expect(tProbability(2, df)).toBeCloseTo(0.5 + area, 5);
  });

  test('do not exist for other degrees of freedom or probabilities', () => {
    expect(() => tQuantile(0.975, 0)).toThrow(RangeError);
    expect(() => tQuantile(0.975, 1.5)).toThrow(RangeError);
    expect(() => tQuantile(1, 3)).toThrow(RangeError);
  });
});
