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

/** Less than five proxies are no distribution. */
const PROXIES = 5;

export const TIMES: readonly Figure[] = [
  { metric: 'queue_p50_s', of: (run) => percentile(run.queue, 0.5), bar: 0.42, realMedian: 0.107, proxiesMin: PROXIES },
  { metric: 'queue_p90_s', of: (run) => percentile(run.queue, 0.9), bar: 0.43, realMedian: 0.119, proxiesMin: PROXIES },
  { metric: 'queue_p99_s', of: (run) => percentile(run.queue, 0.99), bar: 0.5, realMedian: 0.185, proxiesMin: PROXIES },
  { metric: 'convergence_p50_s', of: (run) => percentile(run.convergence, 0.5), bar: 0.34, realMedian: 0.121 },
  { metric: 'convergence_p90_s', of: (run) => percentile(run.convergence, 0.9), bar: 0.38, realMedian: 0.092 },
  { metric: 'convergence_p99_s', of: (run) => percentile(run.convergence, 0.99), bar: 0.5, realMedian: 0.187 },
  { metric: 'context_s', of: (run) => median(run.context), bar: 0.34, realMedian: 0.103 },
  // Of a short run most is what the machine does besides.
  { metric: 'cpu_s', of: (run) => run.cpu, bar: 0.39, realMedian: 0.091, spanMin: 1 },
  // Whom the run queue lets wait: between runs this share differs by half of itself and more.
  { metric: 'pushes_over_10ms_share', of: (run) => overtaken(run.inPush), bar: 0.68, realMedian: 0.3, proxiesMin: 50 },
  // The heap in use is wherever the collector's cycle happens to stand: real runs differ by half, asked for is a quarter.
  { metric: 'heap_bytes', of: (run) => run.heap, bar: 0.25, realMedian: 0.118 },
  { metric: 'collections', of: (run) => run.collections, bar: 0.5, realMedian: 0.02, spanMin: 5 },
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
