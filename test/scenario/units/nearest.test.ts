import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from '../../../src/scenario/units/nearest.js';

test.each<[string, string, number]>([
  ['', 'abc', 3],
  ['kitten', 'sitting', 3],
  ['teh', 'the', 1],
  ['same', 'same', 0],
])('from %j to %j it is %d edits', (a, b, edits) => {
  expect(editDistance(a, b)).toBe(edits);
});

test('distance is the same in both directions and zero only for equals', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
    }),
  );
});

test('a slip of the keyboard finds the word', () => {
  expect(nearest('PILOT_DEBOUNCE_AFTR', ['PILOT_DEBOUNCE_MAX', 'PILOT_DEBOUNCE_AFTER'])).toBe('PILOT_DEBOUNCE_AFTER');
  expect(nearest('virtualservice', ['Service', 'VirtualService'])).toBe('VirtualService');
});

test('a different word finds nothing', () => {
  expect(nearest('banana', ['VirtualService', 'Gateway'])).toBeUndefined();
});
