/** Results as CSV, in the long shape that spreadsheets pivot and plotting tools group. */
import { writeToString } from 'fast-csv';
import type { Counter, Distribution } from '../../measure/recorder/result.js';
import type { Summary } from './json.js';

type Row = Readonly<Record<string, string | number>>;

/** One row for each number: scenario, seed, metric, statistic, value. Times in seconds, sizes in bytes. */
export function metricsCsv(summaries: readonly Summary[]): Promise<string> {
  const rows = summaries.flatMap(({ provenance, metrics, staleness, resources }) => {
    const origin = { scenario: provenance.scenario, seed: provenance.seed };
    const row = (metric: string, statistic: string, value: number): Row => ({ ...origin, metric, statistic, value });
    return [
      ...Object.entries(metrics).flatMap(([name, value]) => statistics(value).map(([key, n]) => row(name, key, n))),
      ...statistics(staleness.per_proxy).map(([key, n]) => row('staleness', key, n)),
      ...statistics(staleness.to_last_proxy).map(([key, n]) => row('staleness_to_last', key, n)),
      row('staleness_unseen', 'total', staleness.unseen),
      ...Object.entries(resources).map(([name, value]) => row(name, 'value', value)),
    ];
  });
  return toCsv(rows, ['scenario', 'seed', 'metric', 'statistic', 'value']);
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
  return writeToString([...rows], { headers, alwaysWriteHeaders: true, includeEndRowDelimiter: true });
}
