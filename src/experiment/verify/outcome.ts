/**
 * What a recording and its replay are compared by. Times are seconds, sizes bytes; a `-1` nowhere: what a run did not
 * have is an empty list.
 */

import { markOf, type Recording, type SetUp } from '../../import/recording.js';
import { median } from '../../stats/median.js';
import { nearestRank } from '../../stats/quantile.js';
import { QUIET_SECONDS } from './regime.js';

export interface Outcome {
  /** Updates merged into each debounced push, in order. */
  readonly merged: readonly number[];
  readonly messages: Readonly<Record<string, number>>;
  readonly bytes: Readonly<Record<string, number>>;
  readonly queue: readonly number[];
  readonly convergence: readonly number[];
  /** From dequeue to the end of the push, of every connection: what the scheduler put in between included. */
  readonly inPush: readonly number[];
  readonly context: readonly number[];
  /** Generation time of every message, by type: for the speed factor only. */
  readonly generation: Readonly<Record<string, readonly number[]>>;
  /** Connections pushed to (and found to need nothing) over all pushes, and how many there are. */
  readonly served: number;
  readonly proxies: number;
  /** Seconds from the first to the last operation. */
  readonly span: number;
  readonly cpu: number;
  readonly heap: number;
  readonly collections: number;
}

const MICRO = 1e-6;

/** Rows at and after time 0, when the operations begin. */
export function measuredOutcome(recording: Recording): Outcome {
  const { setUp, rows } = recording;
  const merged: number[] = [];
  const queue: number[] = [];
  const convergence: number[] = [];
  const inPush: number[] = [];
  const context: number[] = [];
  const messages: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  const generation: Record<string, number[]> = {};
  let served = 0;
  for (const row of rows) {
    if (row.at_us < 0) continue;
    if (row.event === 'converged' || row.event === 'skip') served += 1;
    if (row.event === 'push_start') merged.push(row.n);
    if (row.event === 'context') context.push(row.own_us * MICRO);
    if (row.event === 'dequeue') queue.push(row.queue_us * MICRO);
    if (row.event === 'converged') {
      convergence.push(row.queue_us * MICRO);
      inPush.push(row.own_us * MICRO);
    }
    if (row.event === 'message') {
      const type = row.type.toLowerCase();
      messages[type] = (messages[type] ?? 0) + 1;
      bytes[type] = (bytes[type] ?? 0) + row.bytes;
      generation[type] ??= [];
      generation[type].push(row.gen_us * MICRO);
    }
  }
  const [from, done, end] = [markOf(recording, 'go'), markOf(recording, 'opsdone'), markOf(recording, 'end')];
  const cpu = (end?.cpu_s ?? 0) - (from?.cpu_s ?? 0);
  const collections = (end?.collections ?? 0) - (from?.collections ?? 0);
  const proxies = setUp.proxies.sidecars + setUp.proxies.gateways;
  const heap = done?.heap ?? 0;
  const span = spanOf(setUp);
  const times = { queue, convergence, inPush, context, generation };
  return { merged, messages, bytes, ...times, served, proxies, span, cpu, heap, collections };
}

/** Seconds from the first to the last operation of a set-up. */
export function spanOf({ ops }: SetUp): number {
  const times = ops.map(({ at }) => at / 1000);
  return Math.max(0, ...times) - Math.min(...times, 0);
}

/** How many debounced pushes merged another number of updates; one that the other run does not have counts. */
export function roundsMergingOtherwise({ merged }: Outcome, other: Outcome): number {
  const rounds = Math.max(merged.length, other.merged.length);
  return Array.from({ length: rounds }, (_, i) => merged[i] !== other.merged[i]).filter(Boolean).length;
}

/** Some proxy took part in fewer pushes than there were: two of them met in the queue. */
export function pushesOverlap(run: Outcome): boolean {
  return run.served < run.merged.length * run.proxies;
}

export function percentile(values: readonly number[], q: number): number {
  return nearestRank(
    [...values].sort((a, b) => a - b),
    q,
  );
}

/** Whether nobody waits in these runs of a set-up. */
export function isQuiet(runs: readonly Outcome[]): boolean {
  return median(runs.map((run) => percentile(run.queue, 0.9))) < QUIET_SECONDS;
}
