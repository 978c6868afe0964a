/** Results as CSV, in the long shape that spreadsheets pivot and plotting tools group. */
import { writeToString } from 'fast-csv';
import { CATALOGUE } from '../../measure/catalogue/catalogue.js';
import type { Counter, Distribution } from '../../measure/recorder/result.js';
import { withMeans } from '../view/means.js';
import { cell } from './csv-cell.js';
import type { Summary } from './json.js';

type Row = Readonly<Record<string, string | number>>;

/** One row for each number: scenario, seed, metric, statistic, value. Times in seconds, sizes in bytes. */
export function metricsCsv(summaries: readonly Summary[]): Promise<string> {
  const rows = summaries.map(withMeans).flatMap((summary) => {
    const { provenance } = summary;
    const known = new Set<string>();
    return [...resultRows(summary), ...catalogueRows(summary), ...labelRows(summary)].flatMap(
      ([metric, statistic, value]) => {
        const id = `${metric}\n${statistic}`;
        if (known.has(id)) return [];
        known.add(id);
        return [{ scenario: provenance.scenario, seed: provenance.seed, metric, statistic, value } satisfies Row];
      },
    );
  });
  return toCsv(rows, ['scenario', 'seed', 'metric', 'statistic', 'value']);
}

type Cell = readonly [metric: string, statistic: string, value: number];

function resultRows({ metrics, staleness, resources }: Summary): Cell[] {
  const of = (name: string, value: Counter | Distribution) => statistics(value).map(([key, n]): Cell => [name, key, n]);
  return [
    ...Object.entries(metrics).flatMap(([name, value]) => of(name, value)),
    ...of('staleness', staleness.per_proxy),
    ...of('staleness_to_last', staleness.to_last_proxy),
    ['staleness_unseen', 'total', staleness.unseen],
    ...Object.entries(resources).map(([name, value]): Cell => [name, 'value', value]),
  ];
}

/** Every measure of the catalogue that has a value. */
function catalogueRows(summary: Summary): Cell[] {
  return [...CATALOGUE.values()].flatMap(({ name, read }): Cell[] => {
    const value = read(summary);
    if (value === null) return [];
    const [, metric = name, statistic = 'value'] = /^(.*)\.(\w+)$/.exec(name) ?? [];
    return [[metric, statistic, value]];
  });
}

/** Under the names that thresholds have for them. */
function labelRows({ staleness, traffic }: Summary): Cell[] {
  const stale = Object.entries(staleness.by).flatMap(([label, values]) =>
    Object.entries<Distribution>(values).flatMap(([value, of]) =>
      statistics(of).map(([key, n]): Cell => [`staleness{${label}=${labelValue(value)}}`, key, n]),
    ),
  );
  const sent = Object.entries(traffic.groups).flatMap(([group, { types }]) =>
    Object.entries(types).flatMap(([type, { messages, bytes, largest }]): Cell[] => {
      const labels = `{group=${labelValue(group)},type=${type}}`;
      return [
        [`messages${labels}`, 'total', messages],
        [`bytes${labels}`, 'total', bytes],
        [`bytes${labels}`, 'max', largest],
      ];
    }),
  );
  return [...stale, ...sent];
}

function labelValue(text: string): string {
  return /^[\w./*() -]*$/.test(text) ? text : `"${text}"`;
}

/** One row for each push of the debouncer. */
export function timelineCsv(summaries: readonly Summary[]): Promise<string> {
  const rows = summaries.flatMap(({ provenance: { scenario, seed }, rounds }) =>
    rounds.map(({ at_s, merged, kind }, i): Row => ({ scenario, seed, round: i + 1, at_s, merged, kind })),
  );
  return toCsv(rows, ['scenario', 'seed', 'round', 'at_s', 'merged', 'kind']);
}

/** Counters by label, `total` first; distributions by statistic. */
function statistics(value: Counter | Distribution): [string, number][] {
  if (!('total' in value)) return Object.entries(value);
  return [
    ['total', value.total],
    ...Object.entries(value.by).map(([label, n]): [string, number] => [`by ${label}`, n]),
  ];
}

function toCsv(rows: readonly Row[], headers: string[]): Promise<string> {
  const cells = rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, cell(value)])));
  return writeToString(cells, { headers, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
}
