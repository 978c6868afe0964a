/** Does the work items of a sweep: those that are not done yet, of the whole or of a part of it. */
import { isPreciseEnough, MOST_REPLICATIONS, nextCount } from '../replicate.js';
import type { Runner } from '../work/runner.js';
import type { Outcome } from '../work/task.js';
import { itemCount, itemOf, pointSource, type SweepSpec } from './spec.js';
import type { Store } from './store.js';

export interface RunSweepOptions {
  readonly signal?: AbortSignal | undefined;
  /** `planned` counts the items of this call that were not done before. */
  readonly onProgress?: ((done: number, planned: number) => void) | undefined;
}

/** Which part of a sweep is this process's: every `of`-th item from `part`, counted from 0. */
export interface Part {
  readonly part: number;
  readonly of: number;
}

/** The indexes of a part. Dealt out one by one, so that every part gets its share of slow points. */
export function partIndexes(items: number, { part, of }: Part): readonly number[] {
  const indexes: number[] = [];
  for (let index = part; index < items; index += of) indexes.push(index);
  return indexes;
}

/** Does what is missing of `indexes`. @returns how many it did */
export async function runItems(
  spec: SweepSpec,
  store: Store,
  runner: Runner,
  indexes: readonly number[],
  { signal, onProgress }: RunSweepOptions = {},
): Promise<number> {
  const finished = new Set(store.finished());
  const missing = indexes.filter((index) => !finished.has(index) || store.read(index) === undefined);
  // Replications of one point together: a thread then reads its scenario once.
  const order = missing.map((index) => ({ index, ...itemOf(spec, index) }));
  order.sort((a, b) => a.point - b.point || a.replication - b.replication);
  let done = 0;
  await runner.run(
    order.map(({ point, replication }) => ({ source: pointSource(spec, point), replication })),
    {
      signal,
      onDone: (i, outcome) => {
        store.write(order[i]!.index, outcome);
        done += 1;
        onProgress?.(done, order.length);
      },
    },
  );
  return done;
}

/**
 * Does the whole sweep, more replications included when a precision is wanted.
 *
 * @returns the number of replications, and whether the precision was reached (undefined when none was wanted); or
 *   undefined when `signal` came first
 */
export async function runSweep(
  spec: SweepSpec,
  store: Store,
  run: (indexes: readonly number[]) => Promise<unknown>,
  signal?: AbortSignal,
): Promise<{ readonly replications: number; readonly precise: boolean | undefined } | undefined> {
  const { untilPrecision, objectives, confidence } = spec;
  let replications = spec.replications;
  for (;;) {
    await run(partIndexes(itemCount(spec, replications), { part: 0, of: 1 }));
    if (signal?.aborted === true) return undefined;
    if (untilPrecision === undefined) return { replications, precise: undefined };
    const until = { relative: untilPrecision, measures: objectives, confidence, most: MOST_REPLICATIONS };
    const precise =
      replications >= 2 && outcomesOf(spec, store, replications).every((outcomes) => isPreciseEnough(outcomes, until));
    if (precise || replications >= MOST_REPLICATIONS) return { replications, precise };
    replications = nextCount(Math.max(replications, 2), MOST_REPLICATIONS);
  }
}

/** `outcomes[point][replication]`. Errors: when one is missing. */
export function outcomesOf(
  spec: { readonly points: readonly unknown[] },
  store: Store,
  replications: number,
): readonly (readonly Outcome[])[] {
  return spec.points.map((_, point) =>
    Array.from({ length: replications }, (_, replication) => {
      const outcome = store.read(replication * spec.points.length + point);
      if (outcome === undefined) throw new Error(`work item ${replication * spec.points.length + point} is missing`);
      return outcome;
    }),
  );
}
