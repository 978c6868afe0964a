import { describe, expect, test } from 'vitest';
import { levelEffects, slopeEffects } from '../../src/stats/effects.js';
import { leastSquares } from '../../src/stats/least-squares.js';
import { kneeOf, paretoFront } from '../../src/stats/pareto.js';

const exact = (...values: number[]) => values.map((value) => [value, value, value]);

describe('the Pareto front', () => {
  test('leaves out what another one beats in one thing and matches in the rest', () => {
    expect(paretoFront([exact(1, 5), exact(2, 5), exact(5, 1), exact(5, 5)], 0.95)).toEqual([0, 2]);
  });

  test('keeps equals', () => {
    expect(paretoFront([exact(1, 1), exact(1, 1)], 0.95)).toEqual([0, 1]);
  });

  test('keeps what may only look worse by chance', () => {
    const noisy = [
      [10, 12, 8],
      [5, 5, 5],
    ];
    const maybeBetter = [
      [9, 13, 7],
      [5, 5, 5],
    ];
    expect(paretoFront([noisy, maybeBetter], 0.95)).toEqual([0, 1]);
  });

  test('sees through noise that both share', () => {
    const noisy = [
      [10, 12, 8],
      [5, 5, 5],
    ];
    const better = [
      [9, 11.1, 6.9],
      [5, 5, 5],
    ];
    expect(paretoFront([noisy, better], 0.95)).toEqual([1]);
  });
});

describe('the knee of a front', () => {
  test('is the point farthest below the line between its ends', () => {
    expect(
      kneeOf([
        [0, 100],
        [10, 20],
        [50, 10],
        [100, 0],
      ]),
    ).toBe(1);
  });

  test('does not depend on the units', () => {
    expect(
      kneeOf([
        [0, 0.1],
        [10e9, 0.02],
        [50e9, 0.01],
        [100e9, 0],
      ]),
    ).toBe(1);
  });

  test('does not exist on a line, between two points, or where one axis is flat', () => {
    expect(
      kneeOf([
        [0, 2],
        [1, 1],
        [2, 0],
      ]),
    ).toBeUndefined();
    expect(
      kneeOf([
        [0, 2],
        [2, 0],
      ]),
    ).toBeUndefined();
    expect(
      kneeOf([
        [0, 1],
        [1, 1],
        [2, 1],
      ]),
    ).toBeUndefined();
  });
});

describe('effects', () => {
  test('of levels are distances from the average of all points, and what replications share cancels', () => {
    // Two factors of two levels; the first adds 10, the second nothing; the second replication is 100 higher.
    const response = [
      [1, 101],
      [1, 101],
      [11, 111],
      [11, 111],
    ];
    const [low, high] = levelEffects([0, 0, 1, 1], response, 0.95);
    expect([low?.mean, low?.half, high?.mean, high?.half]).toEqual([-5, 0, 5, 0]);
    expect(levelEffects([0, 1, 0, 1], response, 0.95).map(({ mean }) => mean)).toEqual([0, 0]);
  });

  test('of numeric factors are slopes from the low end to the high end', () => {
    const coordinates = [
      [0, 0],
      [0.5, 0],
      [1, 0.5],
      [0.25, 1],
      [0.75, 1],
    ];
    const response = coordinates.map(([x = 0, y = 0]) => [3 + 4 * x - 2 * y, 7 + 4 * x - 2 * y]);
    const effects = slopeEffects(coordinates, response, 0.95);
    expect(effects?.[0]?.mean).toBeCloseTo(4, 10);
    expect(effects?.[1]?.mean).toBeCloseTo(-2, 10);
  });

  test('cannot be told apart where factors always change together', () => {
    expect(
      slopeEffects(
        [
          [0, 0],
          [1, 1],
          [0.5, 0.5],
        ],
        [[1], [2], [3]],
        0.95,
      ),
    ).toBeUndefined();
  });
});

describe('least squares', () => {
  test('fits a line worked by hand', () => {
    const [a, b] =
      leastSquares(
        [
          [1, 0],
          [1, 1],
          [1, 2],
        ],
        [1, 2, 4],
      ) ?? [];
    expect(a).toBeCloseTo(5 / 6, 12);
    expect(b).toBeCloseTo(1.5, 12);
  });

  test('has no answer with fewer rows than columns', () => {
    expect(leastSquares([[1, 2]], [3])).toBeUndefined();
  });
});
