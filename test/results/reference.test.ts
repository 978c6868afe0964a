/** The reference results are what this version says: runs are repeated, tables and chart worked out again from them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  at,
  fromCsv,
  frontSvg,
  readmeTables,
  scenarioNames,
  scenarioRow,
  sweepItems,
  sweepResult,
  sweepRow,
  sweepSpec,
  sweepTable,
  withTables,
} from '../../bench/results/reference.js';

const FOLDER = 'results/reference';
const scenarios = await fromCsv(`${FOLDER}/scenarios.csv`);
const runs = await fromCsv(`${FOLDER}/debounce-runs.csv`);
const spec = await sweepSpec();

describe('reference results (npm run results writes them anew)', () => {
  test('are there for every shipped scenario', () => {
    expect(scenarios.map(({ scenario }) => scenario)).toEqual(scenarioNames);
  });

  test.each(scenarioNames)('of %s are what it gives', (name) => {
    expect(scenarioRow(name)).toEqual(scenarios.find(({ scenario }) => scenario === name));
  });

  // Every seventieth of 420 simulations: another setting and another replication each time.
  const items = Array.from({ length: 6 }, (_, i) => i * 70 + i);
  test.each(items)('of the debounce sweep, simulation %i, are what it gives', (item) => {
    expect(sweepItems(spec)).toBe(420);
    const row = sweepRow(spec, item);
    expect(row).toEqual(runs.find((one) => one.point === row.point && one.replication === row.replication));
  });

  test('of the debounce sweep have tables and a chart that follow from its runs', async () => {
    const result = sweepResult(spec, runs);
    expect(sweepTable(result)).toEqual(await fromCsv(`${FOLDER}/debounce.csv`));
    expect(frontSvg(result)).toBe(readFileSync(at(`${FOLDER}/debounce-front.svg`), 'utf8'));
  });

  test('are shown by results/README.md', () => {
    const text = readFileSync(at('results/README.md'), 'utf8');
    expect(withTables(text, readmeTables(scenarios, sweepResult(spec, runs)))).toBe(text);
  });
});
