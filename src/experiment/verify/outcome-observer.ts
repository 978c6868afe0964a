/** What a run measures of itself, in the terms of a recording. */
import { type Nanos, SECOND } from '../../engine/time.js';
import { type Observer, SILENT } from '../../pipeline/observer.js';
import type { Outcome } from './outcome.js';

export interface OutcomeObserver extends Observer {
  readonly outcome: Omit<Outcome, 'cpu' | 'heap' | 'collections' | 'served' | 'proxies' | 'span'>;
}

/** Of what happens from `start` on. */
export function outcomeObserver(clock: { readonly now: Nanos }, start: Nanos): OutcomeObserver {
  const merged: number[] = [];
  const queue: number[] = [];
  const convergence: number[] = [];
  const inPush: number[] = [];
  const begun = new Map<number, Nanos>();
  const context: number[] = [];
  const messages: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  const generation: Record<string, number[]> = {};
  const seconds = (nanos: Nanos) => nanos / SECOND;
  return {
    ...SILENT,
    outcome: { merged, messages, bytes, queue, convergence, inPush, context, generation },
    pushStarted: (kind, count) => {
      if (kind !== 'bypass' && clock.now >= start) merged.push(count);
    },
    contextBuilt: (took) => {
      if (clock.now >= start) context.push(seconds(took));
    },
    dequeued: (_, __, waited) => queue.push(seconds(waited)),
    skippedMany: ({ since, count, times }) => {
      for (const at of times.subarray(0, count)) queue.push(seconds(at - since));
    },
    taken: (connection) => begun.set(connection.id, clock.now),
    converged: (connection, _, took) => {
      convergence.push(seconds(took));
      inPush.push(seconds(clock.now - (begun.get(connection.id) ?? clock.now)));
    },
    sent: (_, type, { generated, bytes: size }) => {
      if (clock.now < start) return;
      messages[type] = (messages[type] ?? 0) + 1;
      bytes[type] = (bytes[type] ?? 0) + size;
      generation[type] ??= [];
      generation[type].push(seconds(generated));
    },
  };
}
