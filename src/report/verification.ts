/** The verification table: predicted beside measured, and the summary beside what real runs do to one another. */

import type { VerifyRow } from '../experiment/verify/rows.js';
import type { FigureSummary } from '../experiment/verify/summary.js';
import { table } from './table.js';

export function verificationReport(
  rows: readonly VerifyRow[],
  summary: readonly FigureSummary[],
  speeds: ReadonlyMap<string, number>,
): string {
  const lines: string[] = [];
  for (const recording of new Set(rows.map((row) => row.recording))) {
    const mine = rows.filter((row) => row.recording === recording);
    const speed = speeds.get(recording);
    lines.push(speed === undefined ? recording : `${recording}   (speed factor ${speed.toFixed(2)})`);
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
  return [...lines, ...table(heads, cells), ''].join('\n');
}

function number(value: number): string {
  if (value === 0 || Number.isInteger(value)) return String(value);
  return value >= 100 ? value.toFixed(1) : value.toPrecision(3);
}

function share(value: number): string {
  return Number.isFinite(value) ? `${(100 * value).toFixed(1)} %` : '∞';
}
