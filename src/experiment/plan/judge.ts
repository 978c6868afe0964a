/**
 * Whether a setting meets its objectives, said with a stated confidence although it is asked again after every batch of
 * replications: each look, each setting and each objective gets its share of the allowed error (Bonferroni).
 */

import { meets } from '../../scenario/resolve/thresholds.js';
import type { ThresholdSpec } from '../../scenario/scenario.js';
import { type Interval, meanInterval } from '../../stats/interval.js';
import type { Outcome } from '../work/task.js';
import { sloMeasure } from './spec.js';

export type Verdict = 'holds' | 'fails' | 'unsure';

export interface SloJudgement {
  readonly slo: ThresholdSpec;
  readonly verdict: Verdict;
  /** Two-sided, each side with this question's share of the error; undefined without samples. */
  readonly interval: Interval | undefined;
  /** How far the certain end of the interval is inside the limit, as a share of the limit; negative when it is not. */
  readonly margin: number;
  /** Replications in which it held by itself. */
  readonly heldIn: number;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly slos: readonly SloJudgement[];
  /** The heap needed more than there is, in one replication at least: no objective makes up for that. */
  readonly outOfMemory?: true;
}

/** @param error the chance of a wrong verdict that this one look may take, for one objective and one side */
export function judgeSetting(slos: readonly ThresholdSpec[], outcomes: readonly Outcome[], error: number): Judgement {
  const judged = slos.map((slo) => judgeSlo(slo, outcomes, error));
  const verdicts = judged.map(({ verdict }) => verdict);
  if (needsMoreMemory(slos, outcomes)) return { verdict: 'fails', slos: judged, outOfMemory: true };
  const verdict = verdicts.includes('fails') ? 'fails' : verdicts.includes('unsure') ? 'unsure' : 'holds';
  return { verdict, slos: judged };
}

/** An objective about memory says itself what is too much. */
function needsMoreMemory(slos: readonly ThresholdSpec[], outcomes: readonly Outcome[]): boolean {
  if (slos.some((slo) => sloMeasure(slo) === 'memory_share')) return false;
  return outcomes.some(({ measures }) => (measures.memory_share ?? 0) > 1);
}

function judgeSlo(slo: ThresholdSpec, outcomes: readonly Outcome[], error: number): SloJudgement {
  const measure = sloMeasure(slo);
  const values = outcomes.flatMap(({ measures }) => measures[measure] ?? []);
  // A run that measured nothing is no proof that all is well.
  if (values.length < outcomes.length || values.length === 0) {
    return { slo, verdict: 'fails', interval: undefined, margin: Number.NEGATIVE_INFINITY, heldIn: 0 };
  }
  const interval = meanInterval(values, 1 - 2 * error);
  const heldIn = values.filter((value) => meets(value, slo)).length;
  const { comparison, limit } = slo;
  const [best, worst] = ends(interval, comparison);
  const certain = Number.isFinite(interval.half);
  const verdict = certain && meets(worst, slo) ? 'holds' : certain && !meets(best, slo) ? 'fails' : 'unsure';
  const inside = comparison === '>' || comparison === '>=' ? worst - limit : limit - worst;
  return { slo, verdict, interval, margin: limit === 0 ? 0 : inside / Math.abs(limit), heldIn };
}

function ends({ mean, half }: Interval, comparison: ThresholdSpec['comparison']): readonly [number, number] {
  return comparison === '>' || comparison === '>=' ? [mean + half, mean - half] : [mean - half, mean + half];
}

/** The objective with the least room. */
export function tightest({ slos }: Judgement): SloJudgement | undefined {
  return slos.reduce<SloJudgement | undefined>((a, b) => (a === undefined || b.margin < a.margin ? b : a), undefined);
}
