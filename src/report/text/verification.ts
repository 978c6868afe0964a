/** The verification table: predicted beside measured, and the summary beside what real runs do to one another. */

import type { Compared, ReproducibilityBaseline } from '../../experiment/verify/reproducibility.js';
import type { VerifyRow } from '../../experiment/verify/rows.js';
import type { FigureSummary } from '../../experiment/verify/summary.js';
import { table } from './table.js';

export function verificationReport(
  rows: readonly VerifyRow[],
  summary: readonly FigureSummary[],
  reproducibilityBaselines: readonly ReproducibilityBaseline[],
): string {
  const lines: string[] = [];
  for (const recording of new Set(rows.map((row) => row.recording))) {
    const mine = rows.filter((row) => row.recording === recording);
    lines.push(recording);
    const cells = mine.map((row) => [
      `  ${row.metric}`,
      number(row.predicted),
      number(row.measured),
      share(row.error),
      share(row.bar),
      row.ok ? '✓' : '✗',
    ]);
    lines.push(...table(['', 'predicted', 'measured', 'error', 'bar', ''], cells), '');
  }
  const heads = ['figure', 'rows', 'within bar', 'median error', 'real vs real', ''];
  const cells = summary.map((one) => [
    one.metric,
    String(one.rows),
    `${one.within} (${Math.round((100 * one.within) / one.rows)} %)`,
    share(one.medianError),
    one.realMedian === undefined ? '–' : share(one.realMedian),
    one.ok ? '✓' : '✗',
  ]);
  return [...lines, ...table(heads, cells), '', ...amongThemselves(reproducibilityBaselines)].join('\n');
}

/** How many figures are within their bars, and which are not. */
export function verificationVerdict(summary: readonly FigureSummary[]): string {
  const missed = summary.filter(({ ok }) => !ok).map(({ metric }) => `✗ ${metric}`);
  return `${[`${summary.length - missed.length} of ${summary.length} figures hold`, ...missed].join('\n')}\n`;
}

/** What real runs are to one another here, and what the predictions are to them; nothing where no two can be compared. */
function amongThemselves(reproducibilityBaselines: readonly ReproducibilityBaseline[]): readonly string[] {
  if (reproducibilityBaselines.every(({ repeated, quiet }) => repeated.real === undefined && quiet.real === undefined))
    return [];
  const heads = ['median error', 'repeated', 'real', 'ours', 'nobody waits', 'real', 'ours', 'proxies wait', 'ours'];
  const maybe = (value: number | undefined) => (value === undefined ? '–' : share(value));
  const both = ({ setUps, real, predicted }: Compared) => [String(setUps), maybe(real), maybe(predicted)];
  const cells = reproducibilityBaselines.map(({ metric, repeated, quiet, waiting }) => [
    metric,
    ...both(repeated),
    ...both(quiet),
    String(waiting.setUps),
    maybe(waiting.predicted),
  ]);
  return [
    ...table(heads, cells),
    '',
    'repeated      set-ups recorded more than once: real runs against one another, ours against each of them',
    'nobody waits  nine of ten pushes wait less than a millisecond; real: the median of the other such set-ups with that',
    '              version and as many proxies, taken as a prediction of this one',
    '',
  ];
}

function number(value: number): string {
  if (value === 0 || Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(1) : value.toPrecision(3);
}

function share(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '∞';
}
