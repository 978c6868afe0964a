/** Damaged inputs of every format: no crash, no hang, every message with its place, and the rest imported. */
import { readdirSync, readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { damaged, readDamaged } from './damage.js';
import { inputs } from './reading.js';

const SAMPLES = readdirSync(inputs('')[0]!).filter((name) => name !== 'bundle');

describe.each(SAMPLES)('%s', (name) => {
  const text = readFileSync(inputs(name)[0]!);
  test.prop([fc.integer({ min: 0, max: 2 ** 31 - 1 })], { numRuns: 15 })('damaged anywhere', async (seed) => {
    const read = await readDamaged(damaged(text, seed));
    for (const { line, what } of read.badRecords) {
      expect(line).toBeGreaterThanOrEqual(0);
      expect(what).not.toBe('');
    }
    expect(read.lines).toBeGreaterThanOrEqual(Math.max(0, ...read.badRecords.map((bad) => bad.line)) - 1);
  });
});
