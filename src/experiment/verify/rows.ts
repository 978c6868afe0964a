/** One set-up's table: what was measured, what was predicted, how far apart they are and how far they may be. */
import { median } from '../../stats/median.js';
import { BYTES_BAR, figuresOf, OVERLAP_BAR } from './figures.js';
import { type Outcome, pushesOverlap, roundsMergingOtherwise } from './outcome.js';

export interface VerifyRow {
  readonly recording: string;
  readonly metric: string;
  readonly measured: number;
  readonly predicted: number;
  /** Larger over smaller, minus one; for merged counts the number of rounds that differ. */
  readonly error: number;
  readonly bar: number;
  readonly ok: boolean;
}

const TYPES = ['cds', 'eds', 'lds', 'rds'] as const;

/** `measured` are the repetitions of one set-up, `predicted` the model's runs with different seeds: medians are compared. */
export function rowsOf(recording: string, measured: readonly Outcome[], predicted: readonly Outcome[]): VerifyRow[] {
  const overlaps = measured.some(pushesOverlap);
  const row = (metric: string, of: (outcome: Outcome) => number, bar: number): VerifyRow => {
    const [real, model] = [median(measured.map(of)), median(predicted.map(of))];
    const error = relativeError(real, model);
    // Nothing and next to nothing are as good as equal: no ratio of them means anything.
    const ok = error <= bar || (metric.endsWith('_share') && Math.abs(real - model) <= 0.03);
    return { recording, metric, measured: real, predicted: model, error, bar, ok };
  };
  const counted = (metric: string, of: (outcome: Outcome) => number): VerifyRow => {
    return row(metric, of, Math.max(spreadOf(measured, of), overlaps ? OVERLAP_BAR : 0));
  };
  const rows = [counted('rounds', (run) => run.merged.length), mergedRow(recording, measured, predicted)];
  for (const type of TYPES) {
    const sent = (run: Outcome) => run.messages[type] ?? 0;
    if (Math.max(...measured.map(sent), ...predicted.map(sent)) === 0) continue;
    rows.push(counted(`messages_${type}`, sent));
    const size = (run: Outcome) => (run.bytes[type] ?? 0) / Math.max(1, sent(run));
    rows.push(row(`bytes_per_message_${type}`, size, Math.max(BYTES_BAR, spreadOf(measured, size))));
  }
  for (const { metric, of, bar } of figuresOf(measured)) rows.push(row(metric, of, bar));
  return rows;
}

/** How far repetitions of one set-up are from their own median: what is random in a real run is not ours to hit. */
function spreadOf(measured: readonly Outcome[], of: (outcome: Outcome) => number): number {
  const middle = median(measured.map(of));
  return Math.max(0, ...measured.map((run) => relativeError(of(run), middle)));
}

export function relativeError(a: number, b: number): number {
  if (a === b) return 0;
  const smaller = Math.min(a, b);
  return smaller <= 0 ? Number.POSITIVE_INFINITY : Math.max(a, b) / smaller - 1;
}

/** How many debounced pushes merged another number of updates; real runs may differ from one another as well. */
function mergedRow(recording: string, measured: readonly Outcome[], predicted: readonly Outcome[]): VerifyRow {
  const apart = (run: Outcome, others: readonly Outcome[]) => others.map((other) => roundsMergingOtherwise(run, other));
  const model = Math.min(...predicted.flatMap((run) => apart(run, measured)));
  const real = Math.max(0, ...measured.flatMap((run) => apart(run, measured)));
  return {
    recording,
    metric: 'merged_counts_differing',
    measured: real,
    predicted: model,
    error: model,
    bar: real,
    ok: model <= real,
  };
}
