import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { select } from '../../src/stats/select.js';

describe('selecting without sorting', () => {
  const samples = fc.oneof(
    fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 60 }),
    fc.array(fc.double({ noNaN: true, min: 0 }), { minLength: 1, maxLength: 60 }),
  );
  property.prop([samples], { seed: 20_261_121 })('gives what sorting gives, at every place', (values) => {
    const sorted = values.toSorted((a, b) => a - b);
    const rearranged = [...values];
    for (let k = 0; k < values.length; k++) {
      expect(select([...values], k)).toBe(sorted[k]);
      expect(select(rearranged, k)).toBe(sorted[k]);
    }
  });
});
