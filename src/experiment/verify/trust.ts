/** How far predictions were off, by regime and quantity: what a reader of a prediction is to be told. */
import type { Regime } from './regime.js';
import type { VerifyRow } from './rows.js';

export type Quantity = 'count' | 'time' | 'cpu' | 'memory';

export interface TrustCell {
  readonly rows: number;
  /** Errors are larger over smaller, minus one. */
  readonly medianError: number;
  readonly p90Error: number;
  /** The middle of predicted over measured: below 1, predictions were too low. */
  readonly bias: number;
}

export type Trust = Readonly<Record<Regime, Readonly<Partial<Record<Quantity, TrustCell>>>>>;

export function quantityOf(metric: string): Quantity | undefined {
  if (metric === 'cpu_s') return 'cpu';
  if (metric === 'heap_bytes') return 'memory';
  if (/^(queue|convergence|context)_/.test(metric)) return 'time';
  return /^(rounds|messages|bytes)/.test(metric) ? 'count' : undefined;
}

export function trustOf(rows: readonly VerifyRow[], regimes: ReadonlyMap<string, Regime>): Trust {
  const cell = (regime: Regime, quantity: Quantity): TrustCell | undefined => {
    const mine = rows.filter((row) => regimes.get(row.recording) === regime && quantityOf(row.metric) === quantity);
    if (mine.length === 0) return undefined;
    const errors = mine.map((row) => row.error).sort((a, b) => a - b);
    const ratios = mine
      .filter((row) => row.measured > 0)
      .map((row) => row.predicted / row.measured)
      .sort((a, b) => a - b);
    const at = (sorted: readonly number[], q: number) =>
      round(sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0);
    return { rows: mine.length, medianError: at(errors, 0.5), p90Error: at(errors, 0.9), bias: at(ratios, 0.5) };
  };
  const row = (regime: Regime) => {
    const cells = (['count', 'time', 'cpu', 'memory'] as const).flatMap((quantity) => {
      const found = cell(regime, quantity);
      return found === undefined ? [] : [[quantity, found] as const];
    });
    return Object.fromEntries(cells);
  };
  return { idle: row('idle'), waiting: row('waiting'), saturated: row('saturated') };
}

function round(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : 999;
}
