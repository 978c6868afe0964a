/** Results as a Markdown comment for a pull request: a row for each scenario, then what failed, then who caused it. */
import type { AttributionRow, Distribution } from '../../measure/recorder/result.js';
import { fleetFacts } from '../view/fleet.js';
import { bytes, number, percent, seconds } from '../view/format.js';
import { meansNote, withMeans } from '../view/means.js';
import { memoryAlarm } from '../view/memory.js';
import { readyLine } from '../view/readiness.js';
import { judge, shownMeasured } from '../view/thresholds.js';
import type { JudgedResult } from './json.js';
import type { Judged } from './junit.js';

const SHOWN = 5;

export function markdown(judged: readonly Judged[]): string {
  const runs = judged.map(({ scenario, result }) => ({ scenario, result: withMeans(result) }));
  const blocks = [
    table(
      ['scenario', 'pushes', 'p99 convergence', 'p99 staleness', 'last proxy, p99', 'CPU', 'bytes'],
      runs.map(({ scenario, result: { metrics, staleness, resources } }) => [
        escaped(scenario.name),
        number(metrics.pilot_xds_pushes.total),
        p99(metrics.pilot_proxy_convergence_time),
        p99(staleness.per_proxy),
        p99(staleness.to_last_proxy),
        percent(resources.utilisation),
        bytes(resources.bytes_sent),
      ]),
    ),
    ...runs.flatMap(({ scenario, result }) => notes(scenario.name, result)),
    ...runs.flatMap(fleets),
    ...runs.flatMap(thresholds),
    ...runs.map(causes),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function p99(of: Distribution): string {
  return of.count === 0 ? '–' : seconds(of.p99);
}

/** What must not be missed below the table. */
function notes(name: string, result: JudgedResult): string[] {
  const all = [meansNote(result), memoryAlarm(result), readyLine(result)];
  return all.flatMap((text) => (text === undefined || text === '' ? [] : [`${escaped(name)}: ${escaped(text)}`]));
}

/** Where pods, connections or istiods come and go. */
function fleets({ scenario, result }: Judged): string[] {
  if (result.fleet === undefined) return [];
  const rows = fleetFacts(result.fleet).map(([name, text]) => [escaped(name), escaped(text)]);
  return [`**${escaped(scenario.name)}: pods, connections, istiods**`, table(['', ''], rows)];
}

function thresholds({ scenario, result }: Judged): string[] {
  const verdicts = judge(scenario, result);
  if (verdicts.length === 0) return [];
  const rows = verdicts.map((verdict) => [
    verdict.passed ? '✓' : '✗ **failed**',
    code(verdict.threshold.text),
    shownMeasured(verdict),
  ]);
  return [`**${escaped(scenario.name)}: thresholds**`, table(['', 'threshold', 'measured'], rows)];
}

function causes({ scenario, result }: Judged): string {
  const rows = result.attribution.object.filter(({ messages }) => messages > 0).slice(0, SHOWN);
  if (rows.length === 0) return '';
  const row = ({ label, changes, alone, together, cpu_seconds }: AttributionRow) => [
    escaped(label),
    number(changes),
    number(alone),
    number(together),
    seconds(cpu_seconds),
  ];
  const title = `<details><summary>${escaped(scenario.name)}: who caused the pushes</summary>`;
  return `${title}\n\n${table(['object', 'writes', 'messages alone', 'with others', 'CPU'], rows.map(row))}\n\n</details>`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
}

/** Nothing in a name is formatting, a link, a mention or a picture. */
function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', '&#64;')
    .replaceAll('://', '&#58;//')
    .replaceAll(/[\r\n]+/g, ' ')
    .replaceAll(/[|\\`*_#[\]!~()]/g, (c) => `\\${c}`);
}

/** Between backticks: nothing ends them, and nothing ends the cell. */
function code(text: string): string {
  return `\`${text
    .replaceAll('`', "'")
    .replaceAll('|', '\\|')
    .replaceAll(/[\r\n]+/g, ' ')}\``;
}
