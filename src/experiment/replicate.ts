/**
 * The same question asked again with other random numbers, until the answer is certain enough. Replication r of a
 * scenario is always the same run, so more replications extend a study and never replace a part of it.
 */
import { isPrecise, meanInterval } from '../stats/interval.js';
import type { Measures } from './measures.js';
import type { Runner } from './work/runner.js';
import type { Outcome, ScenarioSource } from './work/task.js';

export interface Precision {
  /** Wanted half-width of the intervals as a share of the mean, such as 0.05. */
  readonly relative: number;
  /** For each of these measures. */
  readonly measures: readonly string[];
  readonly confidence: number;
  /** Replications after which it is given up. */
  readonly most: number;
}

export const MOST_REPLICATIONS = 1_000;
/** Fewer than this and the spread itself is anybody's guess. */
const LEAST_FOR_PRECISION = 5;

export interface ReplicateOptions {
  /** How many; with `until`, how many at least. */
  readonly replications: number;
  readonly until?: Precision | undefined;
  /** Of earlier replications 0, 1, …; they are not run again. */
  readonly earlier?: readonly (readonly Outcome[])[] | undefined;
  /** After each run; `planned` may grow. */
  readonly onDone?: ((done: number, planned: number) => void) | undefined;
}

export interface Replicated {
  /** For each source, replications 0 to n - 1. */
  readonly outcomes: readonly (readonly Outcome[])[];
  /** Undefined when none was asked for. */
  readonly precise: boolean | undefined;
}

/**
 * Replicates several scenarios in step, so that each replication pairs them all. With a precision, all of them go on
 * until every one has it; numbers of replications come from a fixed sequence, never from who was fast.
 */
export async function replicate(
  runner: Runner,
  sources: readonly ScenarioSource[],
  { replications, until, earlier, onDone }: ReplicateOptions,
): Promise<Replicated> {
  const outcomes = sources.map((_, i) => [...(earlier?.[i] ?? [])]);
  let n = until === undefined ? replications : Math.max(replications, LEAST_FOR_PRECISION);
  let done = 0;
  for (;;) {
    // Replications of one scenario one after the other: a thread then reads it once.
    const tasks = sources.flatMap((source, i) =>
      Array.from({ length: Math.max(0, n - outcomes[i]!.length) }, (_, k) => ({
        i,
        task: { source, replication: outcomes[i]!.length + k },
      })),
    );
    const before = done;
    const found = await runner.run(
      tasks.map(({ task }) => task),
      { onDone: () => onDone?.(++done, before + tasks.length) },
    );
    for (const [k, outcome] of found.entries()) if (outcome !== undefined) outcomes[tasks[k]!.i]!.push(outcome);
    if (until === undefined) return { outcomes, precise: undefined };
    const precise = outcomes.every((one) => isPreciseEnough(one, until));
    if (precise || n >= until.most) return { outcomes, precise };
    n = nextCount(n, until.most);
  }
}

/** Half as many again each time. */
export function nextCount(n: number, most: number): number {
  return Math.min(most, Math.ceil(n * 1.5));
}

export function isPreciseEnough(outcomes: readonly Outcome[], until: Precision): boolean {
  return until.measures.every((measure) => {
    const values = valuesOf(outcomes, measure);
    return values.length === 0 || isPrecise(meanInterval(values, until.confidence), until.relative);
  });
}

/** What each replication measured, without those that had no samples. */
export function valuesOf(outcomes: readonly { readonly measures: Measures }[], measure: string): number[] {
  return outcomes.flatMap(({ measures }) => measures[measure] ?? []);
}
