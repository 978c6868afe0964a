/** `docs/validation.md`: what predictions were compared with, and how they came out. */
import type { PublishedRow } from '../../experiment/verify/published.js';
import type { ReproducibilityBaseline } from '../../experiment/verify/reproducibility.js';
import type { VerifyRow } from '../../experiment/verify/rows.js';
import type { FigureSummary } from '../../experiment/verify/summary.js';
import type { Trust } from '../../experiment/verify/trust.js';

export interface Validation {
  readonly rows: readonly VerifyRow[];
  readonly summary: readonly FigureSummary[];
  readonly worth: Trust;
  readonly published: readonly PublishedRow[];
  readonly baselines: readonly ReproducibilityBaseline[];
}

export function validationPage(validation: Validation): string {
  const { rows } = validation;
  const theory = rows.filter(({ recording }) => recording.startsWith('theory '));
  const recorded = rows.filter(({ recording }) => !recording.startsWith('theory '));
  return [
    '# Validation',
    '',
    'Written by `pushsim verify --markdown`. Errors are larger over smaller, minus one.',
    '',
    'Recordings are of the real istiod (1.17.8 and 1.30.3) against a real API server, on one machine. Each set-up is',
    'predicted at speed 1 with coefficients fitted on the others; repetitions are one truth, their median. The yardstick',
    'is what two real runs of one set-up differ by.',
    '',
    '## By figure',
    '',
    ...summaryTable(validation.summary),
    '',
    '## What a prediction is worth',
    '',
    ...worthTable(validation.worth),
    '',
    '## Published figures',
    '',
    ...publishedTable(validation.published),
    '',
    '## Queueing theory on the run queue that scenarios use',
    '',
    ...rowsTable(theory),
    '',
    '## Recordings',
    '',
    ...rowsTable(recorded),
    '',
  ].join('\n');
}

function summaryTable(summary: readonly FigureSummary[]): string[] {
  const cells = summary.map(({ metric, rows, within, medianError, realMedian, ok }) => [
    metric,
    String(rows),
    `${within} (${Math.round((100 * within) / rows)} %)`,
    percent(medianError),
    realMedian === undefined ? '–' : percent(realMedian),
    ok ? 'yes' : 'no',
  ]);
  return table(['figure', 'rows', 'within the bar', 'median error', 'real against real', 'holds'], cells);
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

function rowsTable(rows: readonly VerifyRow[]): string[] {
  const cells = rows.map(({ recording, metric, measured, predicted, error, bar, ok }) => [
    recording,
    metric,
    number(measured),
    number(predicted),
    metric === 'merged_counts_differing' ? String(error) : percent(error),
    metric === 'merged_counts_differing' ? String(bar) : percent(bar),
    ok ? 'yes' : 'no',
  ]);
  return table(['recording', 'figure', 'measured', 'predicted', 'error', 'bar', 'within'], cells);
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
