import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { streams } from '../../src/engine/random/streams.js';
import { fullGrid, latinHypercube, MOST_SCREENED, screening } from '../../src/stats/designs.js';

describe('a full grid', () => {
  test('has every combination once, the last factor fastest', () => {
    expect(fullGrid([2, 3])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
    ]);
  });
});

describe('a Latin hypercube', () => {
  property.prop([fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 6 })], { numRuns: 30, seed: 7 })(
    'has one point in each slice of each factor',
    (count, factors) => {
      const points = latinHypercube(count, factors, streams('lhs', count).stream('design'));
      for (let k = 0; k < factors; k++) {
        const slices = points.map((point) => Math.floor(point[k]! * count)).sort((a, b) => a - b);
        expect(slices).toEqual(Array.from({ length: count }, (_, i) => i));
      }
    },
  );

  test('is the same for the same random numbers', () => {
    const draw = () => latinHypercube(8, 3, streams('lhs', 0).stream('design'));
    expect(draw()).toEqual(draw());
  });

  test('keeps points farther apart than a single random one usually does', () => {
    const gap = (points: readonly (readonly number[])[]) =>
      Math.min(...points.flatMap((a, i) => points.slice(i + 1).map((b) => Math.hypot(...a.map((x, k) => x - b[k]!)))));
    const random = streams('lhs', 1).stream('single');
    const singles = Array.from({ length: 21 }, () => {
      const columns = [0, 1].map(() => random.shuffle(Array.from({ length: 12 }, (_, i) => i)));
      return gap(columns[0]!.map((x, i) => [(x + 0.5) / 12, (columns[1]![i]! + 0.5) / 12]));
    }).sort((a, b) => a - b);
    expect(gap(latinHypercube(12, 2, streams('lhs', 1).stream('design')))).toBeGreaterThan(singles[10]!);
  });
});

describe('a screening design', () => {
  property.prop([fc.integer({ min: 1, max: MOST_SCREENED }), fc.boolean()], { numRuns: 60, seed: 7 })(
    'has every factor high in half of the runs, whatever another one is',
    (factors, fold) => {
      const rows = screening(factors, fold);
      for (let k = 0; k < factors; k++) {
        expect(rows.filter((row) => row[k] === 1)).toHaveLength(rows.length / 2);
        for (let j = 0; j < k; j++) {
          expect(rows.filter((row) => row[k] === 1 && row[j] === 1)).toHaveLength(rows.length / 4);
        }
      }
    },
  );

  test('has the fewest runs that a multiple of four allows', () => {
    expect([1, 3, 4, 7, 8, 11, 12, 23].map((n) => screening(n, false).length)).toEqual([4, 4, 8, 8, 12, 12, 16, 24]);
    expect(screening(3, true)).toHaveLength(8);
  });

  test('folded over, no pair of factors can be mistaken for a third', () => {
    const rows = screening(7, true);
    const sign = (level: number) => (level === 1 ? 1 : -1);
    for (let a = 0; a < 7; a++) {
      for (let b = 0; b < 7; b++) {
        for (let c = 0; c < b; c++) {
          const sum = rows.reduce((total, row) => total + sign(row[a]!) * sign(row[b]!) * sign(row[c]!), 0);
          if (a !== b && a !== c) expect(sum).toBe(0);
        }
      }
    }
  });
});
