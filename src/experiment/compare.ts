/** Is one scenario better than another, and how sure is that? Against the first, replication by replication. */
import { type Interval, meanInterval } from '../stats/interval.js';
import { bonferroni, type PairedDifference, pairedDifference } from '../stats/paired.js';
import { type GateCondition, type GateResult, judgeGate } from './gate.js';
import { type ReplicateOptions, replicate } from './replicate.js';
import type { Runner } from './work/runner.js';
import type { Outcome, ScenarioSource } from './work/task.js';

export interface Alternative {
  readonly name: string;
  readonly source: ScenarioSource;
}

export interface MeasureComparison {
  readonly measure: string;
  /** Of each alternative by itself; undefined where nothing was measured. */
  readonly intervals: readonly (Interval | undefined)[];
  /** Of the second alternative, the third, …, each minus the first; undefined where they share no samples. */
  readonly differences: readonly (PairedDifference | undefined)[];
}

export interface Comparison {
  readonly names: readonly string[];
  readonly replications: number;
  /** Whether the wanted precision was reached; undefined when none was wanted. */
  readonly precise: boolean | undefined;
  /** That all differences of one measure hold together. */
  readonly confidence: number;
  /** The same random numbers for all. */
  readonly common: boolean;
  readonly measures: readonly MeasureComparison[];
  readonly outcomes: readonly (readonly Outcome[])[];
  /** What was asked to fail on; undefined when nothing was. */
  readonly gate?: readonly GateResult[] | undefined;
}

export interface CompareOptions extends ReplicateOptions {
  readonly measures: readonly string[];
  readonly confidence: number;
  readonly common: boolean;
  readonly gate?: readonly GateCondition[];
}

export async function compareScenarios(
  runner: Runner,
  alternatives: readonly Alternative[],
  options: CompareOptions,
): Promise<Comparison> {
  const { measures, confidence, common, gate } = options;
  const sources = alternatives.map(({ source }) => source);
  const { outcomes, precise } = await replicate(runner, sources, options);
  const names = alternatives.map(({ name }) => name);
  return {
    names,
    replications: outcomes[0]?.length ?? 0,
    precise,
    confidence,
    common,
    measures: measures.map((measure) => compareMeasure(measure, outcomes, confidence)),
    outcomes,
    gate: gate === undefined ? undefined : judgeGate(gate, { names, outcomes, confidence }),
  };
}

function compareMeasure(
  measure: string,
  outcomes: readonly (readonly Outcome[])[],
  confidence: number,
): MeasureComparison {
  const values = outcomes.map((of) => of.map(({ measures }) => measures[measure] ?? undefined));
  // With one baseline and k - 1 others there are k - 1 things said at once.
  const each = bonferroni(confidence, outcomes.length - 1);
  const [base = [], ...others] = values;
  return {
    measure,
    intervals: values.map((of) => {
      const found = of.filter((value) => value !== undefined);
      return found.length === 0 ? undefined : meanInterval(found, confidence);
    }),
    differences: others.map((other) => {
      const pairs = base.flatMap((a, i) => {
        const b = other[i];
        return a === undefined || b === undefined ? [] : [{ a, b }];
      });
      if (pairs.length === 0) return undefined;
      return pairedDifference(
        pairs.map(({ a }) => a),
        pairs.map(({ b }) => b),
        each,
      );
    }),
  };
}

export type Direction = 'lower' | 'higher' | 'same' | 'unsure';

/** `same` only when it is exactly so in every replication. */
export function directionOf({ mean, half }: Interval): Direction {
  if (mean === 0 && half === 0) return 'same';
  if (mean + half < 0) return 'lower';
  return mean - half > 0 ? 'higher' : 'unsure';
}
