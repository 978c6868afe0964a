/** Damaged inputs of every format: no crash, no hang, every message with its place, and the rest imported. */
import { readdirSync, readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { complaint, damaged, RecordDamage, readDamaged } from './damage.js';
import { inputs } from './reading.js';
import { records } from './records.js';

const SAMPLES = readdirSync(inputs('')[0]!).filter((name) => /\.\w+$/.test(name));
const SEED = fc.integer({ min: 0, max: 2 ** 31 - 1 });

describe.each(SAMPLES)('%s', (name) => {
  const bytes = readFileSync(inputs(name)[0]!);
  test.prop([SEED], { numRuns: 15 })('damaged anywhere, in pieces of any size', (seed) => {
    expect(complaint(readDamaged(damaged(bytes, seed), 1 + (seed % 61)))).toBe('');
  });
});

describe.each(records())('$name', (sample) => {
  const damage = new RecordDamage(sample);
  test.prop([SEED], { numRuns: 30 })('with damage in one record still tells all the others', (seed) => {
    const { back, lost, how } = damage.read(seed);
    expect(complaint(back)).toBe('');
    expect(lost, how).toEqual([]);
  });
});
