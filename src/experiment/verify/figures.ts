/**
 * The figures a recording and its prediction are compared by, and how close a real run is to another real run of the
 * same set-up: four identical runs of each version, all pairs compared, error = ratio − 1. No prediction can be closer
 * than that, so it is the bar.
 */
import { median } from '../../stats/median.js';
import { type Outcome, percentile } from './outcome.js';

export interface Figure {
  readonly metric: string;
  readonly of: (outcome: Outcome) => number;
  /** 90th percentile and median of real-against-real error; undefined where real runs are not that repeatable a reproducibilityBaseline. */
  readonly bar: number;
  readonly realMedian?: number;
  /** Fewer proxies say nothing about the figure. */
  readonly proxiesMin?: number;
  /** Seconds from the first to the last operation, below which the figure means nothing. */
  readonly spanMin?: number;
}

export const TIMES: readonly Figure[] = [
  { metric: 'queue_p50_s', of: (run) => percentile(run.queue, 0.5), bar: 1.15, realMedian: 0.41 },
  { metric: 'queue_p90_s', of: (run) => percentile(run.queue, 0.9), bar: 0.6, realMedian: 0.13 },
  { metric: 'queue_p99_s', of: (run) => percentile(run.queue, 0.99), bar: 0.97, realMedian: 0.1 },
  { metric: 'convergence_p50_s', of: (run) => percentile(run.convergence, 0.5), bar: 0.84, realMedian: 0.19 },
  { metric: 'convergence_p90_s', of: (run) => percentile(run.convergence, 0.9), bar: 0.59, realMedian: 0.15 },
  { metric: 'convergence_p99_s', of: (run) => percentile(run.convergence, 0.99), bar: 0.55, realMedian: 0.17 },
  { metric: 'context_s', of: (run) => median(run.context), bar: 1.41, realMedian: 0.31 },
  // After a single operation the CPU is read before the debounce has let anything through.
  { metric: 'cpu_s', of: (run) => run.cpu, bar: 0.3, realMedian: 0.15, spanMin: 1 },
  // Whom the run queue lets wait: between runs this share differs by half of itself and more.
  { metric: 'pushes_over_10ms_share', of: (run) => overtaken(run.inPush), bar: 1, proxiesMin: 50 },
  // The heap in use is wherever the collector's cycle happens to stand: between the live heap and twice that.
  { metric: 'heap_bytes', of: (run) => run.heap, bar: 1 },
];

/** Those that mean anything in these runs of one set-up. */
export function figuresOf(runs: readonly Outcome[]): readonly Figure[] {
  return TIMES.filter(
    ({ of, proxiesMin = 0, spanMin = 0 }) =>
      runs.every(({ proxies, span }) => proxies >= proxiesMin && span >= spanMin) && runs.some((run) => of(run) > 0),
  );
}

function overtaken(inPush: readonly number[]): number {
  return inPush.length === 0 ? 0 : inPush.filter((took) => took > 0.01).length / inPush.length;
}

export const BYTES_BAR = 0.02;
/** Messages by type when a push meets the one before it in the queue: merges depend on timing. */
export const OVERLAP_BAR = 0.12;
