/**
 * The reference results in `results/reference`: outcomes of every shipped scenario and of the debounce sweep, so that a
 * reader sees them without running anything. The tables and the chart follow from the runs alone, which a test repeats.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseString, writeToString } from 'fast-csv';
import { measuresOf } from '../../src/experiment/measures.js';
import { analyseSweep, type SweepResult } from '../../src/experiment/sweep/analyse.js';
import { parseSweep } from '../../src/experiment/sweep/load.js';
import { itemCount, itemOf, pointSource, type SweepSpec } from '../../src/experiment/sweep/spec.js';
import { type Outcome, runTask } from '../../src/experiment/work/task.js';
import { simulate } from '../../src/fleet/run.js';
import { readDesignCsv } from '../../src/report/files/sweep-csv.js';
import { frontChart } from '../../src/report/html/sweep-front.js';
import { shownValue } from '../../src/report/view/sweep-format.js';
import { parseScenario } from '../../src/scenario/load.js';

const ROOT = new URL('../../', import.meta.url);
export const at = (path: string): string => fileURLToPath(new URL(path, ROOT));
const read = (path: string): string => readFileSync(at(path), 'utf8');

export type Row = Readonly<Record<string, string>>;

const SWEEP = 'scenarios/sweeps/debounce.yaml';
const SCENARIO_MEASURES = [
  'pilot_xds_pushes.total',
  'rounds',
  'pilot_proxy_convergence_time.p99',
  'staleness.p50',
  'staleness.p99',
  'staleness_to_last.p99',
  'cpu_seconds',
  'bytes_sent',
] as const;
/** Only where pods, connections or istiods come and go. */
const FLEET_MEASURES = [
  'time_to_ready.p50',
  'time_to_ready.max',
  'refused.total',
  'imbalance.max',
  'heap.max',
  'rollout.max',
  'failed_requests.total',
  'empty_services.seconds',
  'missing_subsets.total',
] as const;
const SWEEP_MEASURES = ['pilot_xds_pushes.total', 'staleness.p99', 'cpu_seconds'] as const;

export const scenarioNames: readonly string[] = readdirSync(at('scenarios'))
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -'.yaml'.length))
  .sort();

export function scenarioRow(name: string): Row {
  const file = at(`scenarios/${name}.yaml`);
  const parsed = parseScenario(readFileSync(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(`${name}: ${parsed.issues.map(({ expected }) => expected).join('; ')}`);
  const result = simulate(parsed.scenario);
  const measures = measuresOf(result);
  return {
    scenario: name,
    proxies: String(result.resources.proxies),
    ...Object.fromEntries(SCENARIO_MEASURES.map((measure) => [measure, String(measures[measure] ?? '')])),
    istiods: result.fleet === undefined ? '' : String(Math.max(...result.fleet.ready.map(({ istiods }) => istiods))),
    ...Object.fromEntries(
      FLEET_MEASURES.map((measure) => [measure, result.fleet === undefined ? '' : String(measures[measure] ?? '')]),
    ),
    fingerprint: result.fingerprint,
  };
}

export async function sweepSpec(): Promise<SweepSpec> {
  const parsed = await parseSweep(read(SWEEP), {
    file: at(SWEEP),
    version: 'reference',
    readFile: (path) => readFileSync(path, 'utf8'),
    readDesign: readDesignCsv,
  });
  if (!parsed.ok) throw new Error(parsed.issues.map(({ expected }) => expected).join('; '));
  return { ...parsed.spec, measures: [...SWEEP_MEASURES] };
}

export function sweepItems(spec: SweepSpec): number {
  return itemCount(spec, spec.replications);
}

/** One simulation of the sweep. Work items of one replication come together. */
export function sweepRow(spec: SweepSpec, item: number): Row {
  const { point, replication } = itemOf(spec, item);
  const { measures, fingerprint } = runTask({ source: pointSource(spec, point), replication });
  return {
    point: String(point),
    replication: String(replication),
    ...Object.fromEntries(SWEEP_MEASURES.map((measure) => [measure, String(measures[measure] ?? '')])),
    fingerprint,
  };
}

/** What the runs say together. */
export function sweepResult(spec: SweepSpec, runs: readonly Row[]): SweepResult {
  const outcomes = spec.points.map((_, point) => {
    const of = runs.filter((run) => Number(run.point) === point);
    const ordered = [...of].sort((a, b) => Number(a.replication) - Number(b.replication));
    return ordered.map((run): Outcome => {
      const measures = SWEEP_MEASURES.map((measure) => [measure, Number(run[measure])]);
      return { measures: Object.fromEntries(measures), fingerprint: run.fingerprint ?? '' };
    });
  });
  const { base: _base, ...rest } = spec;
  return analyseSweep({ format: 1, pushsim: 'reference', ...rest }, outcomes);
}

/** Six digits: enough for every reader, and no last bits. */
const shown = (value: number): string => String(Number(value.toPrecision(6)));

export function sweepTable({ manifest, points }: SweepResult): readonly Row[] {
  return points.map(({ levels, intervals, onFront, knee }) => ({
    ...Object.fromEntries(manifest.factors.map(({ label }, f) => [label, levels[f] ?? ''])),
    ...Object.fromEntries(
      manifest.measures.flatMap((measure, m) => [
        [`${measure} mean`, shown(intervals[m]?.mean ?? Number.NaN)],
        [`${measure} half-width`, shown(intervals[m]?.half ?? Number.NaN)],
      ]),
    ),
    front: onFront ? '1' : '0',
    knee: knee ? '1' : '0',
  }));
}

export function frontSvg(result: SweepResult): string {
  return `${frontChart(result)}\n`;
}

export function toCsv(rows: readonly Row[]): Promise<string> {
  return writeToString([...rows], { headers: true, includeEndRowDelimiter: true });
}

export function fromCsv(path: string): Promise<readonly Row[]> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    parseString<Row, Row>(read(path), { headers: true })
      .on('data', (row) => rows.push(row))
      .on('error', reject)
      .on('end', () => resolve(rows));
  });
}

const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
const value = (measure: string, text: string): string => (text === '' ? '–' : shownValue(measure, Number(text)));

/** Tables for `results/README.md`, each between comments with its name. */
export function readmeTables(scenarios: readonly Row[], result: SweepResult): Readonly<Record<string, string>> {
  const heads = [
    'scenario',
    'proxies',
    'pushes',
    'rounds',
    'convergence p99',
    'staleness p50',
    'p99',
    'last p99',
    'CPU',
    'sent',
  ];
  const front = result.points
    .filter(({ onFront }) => onFront)
    .sort((a, b) => (a.intervals[0]?.mean ?? 0) - (b.intervals[0]?.mean ?? 0));
  const mean = (measure: string, at: number, intervals: (typeof front)[number]['intervals']) =>
    `${shownValue(measure, intervals[at]?.mean ?? 0)} ± ${shownValue(measure, intervals[at]?.half ?? 0)}`;
  return {
    scenarios: [
      cells(heads),
      `| --- |${' ---: |'.repeat(heads.length - 1)}`,
      ...scenarios.map((row) =>
        cells([
          `[${row.scenario}](../scenarios/${row.scenario}.yaml)`,
          Number(row.proxies).toLocaleString('en-US'),
          ...SCENARIO_MEASURES.map((measure) => value(measure, row[measure] ?? '')),
        ]),
      ),
    ].join('\n'),
    fleets: fleetTable(scenarios),
    front: [
      cells([...result.manifest.factors.map(({ label }) => `\`${label}\``), 'pushes', 'staleness p99', 'CPU', '']),
      '| ---: | ---: | --- | ---: | ---: | ---: | --- |',
      ...front.map(({ levels, intervals, knee }) =>
        cells([...levels, ...SWEEP_MEASURES.map((measure, m) => mean(measure, m, intervals)), knee ? '◆ knee' : '']),
      ),
    ].join('\n'),
  };
}

function fleetTable(scenarios: readonly Row[]): string {
  const heads = [
    'scenario',
    'istiods at most',
    'served again p50',
    'last',
    'refused',
    'imbalance',
    'heap of one',
    'rollout',
    'failed requests',
    'no endpoint × proxies',
    'without subset',
  ];
  return [
    cells(heads),
    `| --- |${' ---: |'.repeat(heads.length - 1)}`,
    ...scenarios
      .filter(({ istiods }) => istiods !== '')
      .map((row) =>
        cells([
          `[${row.scenario}](../scenarios/${row.scenario}.yaml)`,
          row.istiods ?? '',
          ...FLEET_MEASURES.map((measure) => value(measure, row[measure] ?? '')),
        ]),
      ),
  ].join('\n');
}

/** The text with every table in its place. */
export function withTables(text: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((before, [name, table]) => {
    const place = new RegExp(`(<!-- table: ${name} -->\\n)[\\s\\S]*?(\\n<!-- end -->)`);
    if (!place.test(before)) throw new Error(`results/README.md has no place for the table ${name}`);
    return before.replace(place, (_, begin: string, end: string) => `${begin}${table}${end}`);
  }, text);
}
