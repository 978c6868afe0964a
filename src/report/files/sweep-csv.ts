/** The tables of a sweep as CSV, and a design table back from it. Values are plain: seconds, bytes, numbers. */
import { parseString, writeToString } from 'fast-csv';
import type { SweepResult } from '../../experiment/sweep/analyse.js';
import type { Manifest } from '../../experiment/sweep/store.js';
import type { Outcome } from '../../experiment/work/task.js';
import { cell, fromCell } from './csv-cell.js';

type Cell = string | number;

/** One row for each (point, replication). An empty cell is a measure without samples. */
export function runsCsv(manifest: Manifest, outcomes: readonly (readonly Outcome[])[]): Promise<string> {
  const { factors, points, measures } = manifest;
  const head = ['point', 'replication', ...factors.map(({ path }) => path), ...measures, 'fingerprint'];
  const rows = outcomes.flatMap((of, point) =>
    of.map((outcome, replication): Cell[] => [
      point,
      replication,
      ...points[point]!.levels,
      ...measures.map((measure) => outcome.measures[measure] ?? ''),
      outcome.fingerprint,
    ]),
  );
  return csv(head, rows);
}

/** One row for each point: mean and half-width of every measure, and whether it is on the front. */
export function summaryCsv({ manifest, points }: SweepResult): Promise<string> {
  const { factors, measures } = manifest;
  const head = [
    'point',
    ...factors.map(({ path }) => path),
    'replications',
    ...measures.flatMap((measure) => [`${measure} mean`, `${measure} half-width`]),
    'front',
    'knee',
  ];
  const rows = points.map(({ point, levels, intervals, onFront, knee }): Cell[] => [
    point,
    ...levels,
    intervals[0]?.n ?? 0,
    ...intervals.flatMap((interval): Cell[] =>
      interval === undefined ? ['', ''] : [interval.mean, Number.isFinite(interval.half) ? interval.half : ''],
    ),
    onFront ? 1 : 0,
    knee ? 1 : 0,
  ]);
  return csv(head, rows);
}

/** The design by itself: `design: { file: … }` takes it back, edited or not. */
export function designCsv({ factors, points }: Manifest): Promise<string> {
  return csv(
    factors.map(({ path }) => path),
    points.map(({ levels }) => [...levels]),
  );
}

/** A header of paths and a row of values for each point; or what is wrong. */
export function readDesignCsv(
  text: string,
): Promise<{ readonly paths: readonly string[]; readonly rows: readonly (readonly string[])[] } | string> {
  return new Promise((resolve) => {
    const rows: string[][] = [];
    parseString<string[], string[]>(text, { headers: false, ignoreEmpty: true, trim: true })
      .on('error', (error: Error) => resolve(`a CSV file: ${error.message}`))
      .on('data', (row: string[]) => rows.push(row.map(fromCell)))
      .on('end', () => resolve(designTable(rows)));
  });
}

function designTable(all: readonly (readonly string[])[]) {
  const [paths, ...rows] = all;
  if (paths === undefined || rows.length === 0) return 'a header line of fields, and a line of values for each point';
  const empty = paths.indexOf('');
  if (empty >= 0) return `a field in every column of the header, and column ${empty + 1} has none`;
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice !== undefined) return `different fields in the header, and ${twice} is there twice`;
  const uneven = rows.findIndex((row) => row.length !== paths.length);
  if (uneven >= 0) return `${paths.length} values in every line, and line ${uneven + 2} has ${rows[uneven]!.length}`;
  return { paths, rows };
}

function csv(headers: string[], rows: Cell[][]): Promise<string> {
  const cells = rows.map((row) => row.map(cell));
  return writeToString(cells, {
    headers: headers.map(cell).map(String),
    alwaysWriteHeaders: true,
    includeEndRowDelimiter: true,
  });
}
