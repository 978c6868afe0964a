import { parseString } from 'fast-csv';
import { expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/measure/catalogue/catalogue.js';
import { metricsCsv, timelineCsv } from '../../../src/report/files/csv.js';
import { jsonReport } from '../../../src/report/files/json.js';
import { PROVENANCE, result } from '../fixture.js';

const summary = { provenance: PROVENANCE, ...result() };

function rowsOf(csv: string): Promise<Record<string, string>[]> {
  return new Promise((resolve, reject) => {
    const rows: Record<string, string>[] = [];
    parseString(csv, { headers: true })
      .on('data', (row) => rows.push(row))
      .on('end', () => resolve(rows))
      .on('error', reject);
  });
}

test('metrics.csv has a row for every number of the result', async () => {
  const rows = await rowsOf(await metricsCsv([summary]));
  const value = (metric: string, statistic: string) =>
    rows.filter((row) => row.metric === metric && row.statistic === statistic).map((row) => row.value);
  expect(value('pilot_xds_pushes', 'total')).toEqual(['1510']);
  expect(value('pilot_xds_pushes', 'by eds')).toEqual(['410']);
  expect(value('pilot_proxy_convergence_time', 'p99')).toEqual(['0.048']);
  expect(value('staleness_to_last', 'max')).toEqual(['1']);
  expect(value('cpu_seconds', 'value')).toEqual(['12.5']);
  const named = new Set(
    rows.map(({ metric, statistic }) => (statistic === 'value' ? metric : `${metric}.${statistic}`)),
  );
  const missing = [...CATALOGUE.values()].filter(({ name, read }) => read(summary) !== null && !named.has(name));
  expect(missing.map(({ name }) => name)).toEqual([]);
});

test('timeline.csv has a row for every round', async () => {
  const csv = await timelineCsv([summary]);
  expect(csv.split('\n').slice(0, 3)).toEqual([
    'scenario,seed,round,at_s,merged,kind',
    'fixture,1,1,1.125,1,full',
    'fixture,1,2,3.625,2,full',
  ]);
  expect(csv.endsWith('\n')).toBe(true);
});

test('a run without rounds still has the titles', async () => {
  expect(await timelineCsv([{ ...summary, rounds: [] }])).toBe('scenario,seed,round,at_s,merged,kind\n');
});

test('names with commas and quotes survive', async () => {
  const provenance = { ...PROVENANCE, scenario: 'a, "b"' };
  const [row] = await rowsOf(await metricsCsv([{ ...summary, provenance }]));
  expect(row!.scenario).toBe('a, "b"');
});

test('JSON is an object for one scenario and an array for several, provenance first', () => {
  const one = jsonReport([summary]);
  expect(JSON.parse(one)).toEqual(summary);
  expect(Object.keys(JSON.parse(one))[0]).toBe('provenance');
  expect(JSON.parse(jsonReport([summary, summary]))).toHaveLength(2);
});
