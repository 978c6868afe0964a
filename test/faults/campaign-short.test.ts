/** A short campaign: the inputs that `bench/campaign` makes by the million, a few of each kind. */
import { expect, test } from 'vitest';
import { fateOf } from './campaign/check.js';
import { objectInput } from './campaign/objects.js';
import { scenarioInput } from './campaign/scenarios.js';
import { folderFate, queueFate, sweepFate } from './campaign/sweeps.js';

const seeds = (from: number, count: number) => Array.from({ length: count }, (_, i) => from + i);

test('a scenario is refused with a place, or runs and reads back', () => {
  const fates = seeds(1_000_000, 150).map((seed) => fateOf(scenarioInput(seed), 300));
  expect(new Set(fates)).toEqual(new Set(['refused', 'accepted', 'simulated']));
});

test('so are objects of every kind, at the start and applied', () => {
  const fates = seeds(1_000_000, 80).map((seed) => fateOf(objectInput(seed), 300));
  expect(new Set(fates)).toEqual(new Set(['refused', 'simulated']));
});

test('a sweep file is refused with a place, or has points', async () => {
  const fates = [];
  for (const seed of seeds(1_000_000, 150)) fates.push(await sweepFate(seed));
  expect(new Set(fates)).toEqual(new Set(['refused', 'accepted']));
});

test('a damaged folder of a sweep is refused, or the damaged items are done again', () => {
  expect(new Set(seeds(1_000_000, 150).map(folderFate))).toEqual(new Set(['refused', 'accepted']));
});

test('what comes through a queue is no task or result, or is refused by its scenario, or simulated', () => {
  expect(new Set(seeds(1_000_000, 150).map(queueFate))).toEqual(new Set(['refused', 'accepted']));
});
