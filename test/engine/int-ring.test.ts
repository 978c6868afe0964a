import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { IntRing } from '../../src/engine/int-ring.js';

const step = fc.oneof(
  fc.record({ push: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 40 }) }),
  fc.record({ drop: fc.nat({ max: 40 }) }),
);

describe('a ring of numbers', () => {
  property.prop([fc.array(step, { maxLength: 40 })])('holds what a list would hold, in the same order', (steps) => {
    const ring = new IntRing(4);
    const list: number[] = [];
    for (const what of steps) {
      if ('push' in what) {
        // Only the first so many are meant.
        ring.push(Int32Array.of(...what.push, 7), what.push.length);
        list.push(...what.push);
      } else {
        const count = Math.min(what.drop, list.length);
        ring.drop(count);
        list.splice(0, count);
      }
      const all = new Int32Array(list.length);
      ring.peek(all, list.length);
      expect([...all]).toEqual(list);
      expect(ring.length).toBe(list.length);
      if (list.length > 0) expect(ring.first).toBe(list[0]);
    }
  });
});
