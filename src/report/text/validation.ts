/** `docs/validation.md`: what predictions were compared with, and how they came out. */
import type { PublishedRow } from '../../experiment/verify/published.js';
import type { Compared, ReproducibilityBaseline } from '../../experiment/verify/reproducibility.js';
import type { VerifyRow } from '../../experiment/verify/rows.js';
import type { FigureSummary } from '../../experiment/verify/summary.js';
import type { Trust } from '../../experiment/verify/trust.js';
import { ACROSS, BY_HAND, CONNECTIONS, METHOD, MISSES } from './validation-prose.js';

export interface Validation {
  readonly rows: readonly VerifyRow[];
  readonly fleet: readonly VerifyRow[];
  readonly summary: readonly FigureSummary[];
  readonly worth: Trust;
  readonly published: readonly PublishedRow[];
  readonly baselines: readonly ReproducibilityBaseline[];
}

export function validationPage(validation: Validation): string {
  const { rows, fleet } = validation;
  const isTheory = ({ recording }: VerifyRow) => recording.startsWith('theory ');
  const connections = new Set(fleet);
  const recorded = rows.filter((row) => !isTheory(row) && !connections.has(row));
  const perEvent = recorded.filter(({ recording, metric }) => recording.startsWith('K-C') && metric === 'cpu_s');
  const sections: readonly (readonly [title: string, ...body: readonly string[]])[] = [
    ['Method', METHOD],
    ['What was set by hand', BY_HAND],
    ['All figures', ...summaryTable(validation.summary)],
    ['How close real runs come', ...baselineTable(validation.baselines)],
    [
      'What a prediction is worth',
      'The report of a run quotes this table for its regime.',
      '',
      ...worthTable(validation.worth),
    ],
    [
      'CPU of events',
      'One proxy that sees nothing, so that all CPU is that of events: kinds and rates. Asked for: 25 %.',
      '',
      ...rowsTable(perEvent, 0.25),
    ],
    ['Published figures', ...publishedTable(validation.published)],
    ['Connections', CONNECTIONS, '', ...rowsTable(fleet)],
    ['Queueing theory', 'On the run queue that scenarios use.', '', ...rowsTable(rows.filter(isTheory))],
    ['What misses, and why', MISSES],
    ['One release beside another', ACROSS],
    [
      'Rows outside their bars',
      'All others are within; `pushsim verify` prints every row.',
      '',
      ...rowsTable(recorded.filter(({ ok }) => !ok)),
    ],
  ];
  const toc = sections.map(([title]) => `[${title.toLowerCase()}](#${anchorOf(title)})`);
  const head = ['# Validation', '', 'Written by `pushsim verify --markdown FILE`.', '', `- ${toc.join(' · ')}`, ''];
  return [...head, ...sections.flatMap(([title, ...body]) => [`## ${title}`, '', ...body, ''])].join('\n');
}

function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z ]/g, '')
    .replaceAll(' ', '-');
}

function summaryTable(summary: readonly FigureSummary[]): string[] {
  const cells = summary.map(({ metric, rows, within, medianError, realMedian, ok }) => [
    `\`${metric}\``,
    String(rows),
    `${within} (${Math.round((100 * within) / rows)} %)`,
    percent(medianError),
    realMedian === undefined ? '–' : percent(realMedian),
    ok ? '✓' : '✗',
  ]);
  return table(['figure', 'rows', 'within the bar', 'median error', 'real against real', ''], cells);
}

function baselineTable(baselines: readonly ReproducibilityBaseline[]): string[] {
  const maybe = (value: number | undefined) => (value === undefined ? '–' : percent(value));
  const both = ({ real, predicted }: Compared) => [maybe(real), maybe(predicted)];
  const cells = baselines.map(({ metric, repeated, quiet, waiting }) => [
    `\`${metric}\``,
    ...both(repeated),
    ...both(quiet),
    maybe(waiting.predicted),
  ]);
  const heads = [
    'median errors',
    'recorded more than once: real',
    'ours',
    'nobody waits: real',
    'ours',
    'proxies wait: ours',
  ];
  return table(heads, cells);
}

function worthTable(worth: Trust): string[] {
  const cells = Object.entries(worth).flatMap(([regime, quantities]) =>
    Object.entries(quantities).map(([quantity, cell]) => [
      regime,
      quantity,
      String(cell.rows),
      percent(cell.medianError),
      percent(cell.p90Error),
      cell.bias.toFixed(2),
    ]),
  );
  return table(['regime', 'quantity', 'figures', 'median error', '90th percentile', 'middle ratio'], cells);
}

function publishedTable(published: readonly PublishedRow[]): string[] {
  const cells = published.map(({ scenario, source, figure, published: [low, high], predicted, ratio, why }) => [
    `\`${scenario}\``,
    source,
    figure,
    low === high ? number(low) : `${number(low)} to ${number(high)}`,
    number(predicted),
    ratio.toFixed(2),
    why,
  ]);
  return table(['scenario', 'source', 'figure', 'published', 'predicted', 'ratio', 'why'], cells);
}

/** `asked`: instead of the rows' own bars. */
function rowsTable(rows: readonly VerifyRow[], asked?: number): string[] {
  const cells = rows.map(({ recording, metric, measured, predicted, error, bar, ok }) => {
    const counted = metric === 'merged_counts_differing';
    return [
      recording,
      metric,
      number(measured),
      number(predicted),
      counted ? String(error) : percent(error),
      counted ? String(bar) : percent(asked ?? bar),
      (asked === undefined ? ok : error <= asked) ? '✓' : '✗',
    ];
  });
  return table(['recording', 'figure', 'measured', 'predicted', 'error', 'bar', ''], cells);
}

function table(heads: readonly string[], cells: readonly (readonly string[])[]): string[] {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...cells.map(line)];
}

function percent(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '∞';
}

function number(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(3);
}
