/**
 * Conditions on how scenarios differ, for whoever has to say yes or no: `staleness.p99 > +5%` fails when the other is
 * more than 5 % above the first, `bytes_sent > +1Mi` when it is so much above it, `staleness.p99 > 2s` when it is above
 * 2 s by itself. A verdict is given only where the interval of what is compared lies on one side.
 */
import { findMeasure } from '../measure/catalogue/find.js';
import { parseLimit } from '../scenario/resolve/thresholds.js';
import { didYouMean } from '../scenario/units/nearest.js';
import type { Parsed } from '../scenario/units/units.js';
import { type Interval, meanInterval } from '../stats/interval.js';
import { bonferroni } from '../stats/paired.js';
import { measureProblem } from './measures.js';
import type { Outcome } from './work/task.js';

export interface GateCondition {
  /** As written. */
  readonly text: string;
  readonly measure: string;
  readonly comparison: '<' | '<=' | '>' | '>=';
  /** What the limit is on: the change as a share of the first, the change itself, or the other's own value. */
  readonly of: 'relative' | 'difference' | 'value';
  /** In the unit of the measure; a share for `relative`. */
  readonly limit: number;
}

export type GateVerdict = 'failed' | 'passed' | 'cannot be said';

export interface GateResult {
  readonly condition: GateCondition;
  /** Which of the others was judged. */
  readonly name: string;
  readonly verdict: GateVerdict;
  /** The mean change, or value, that the condition is about; undefined without samples. */
  readonly measured: number | undefined;
  readonly why: string;
}

const CONDITION = /^\s*([A-Za-z_][\w.]*(?:\{[^{}]*\})?[\w.]*)\s*(<=|>=|<|>)\s*([+-]?)(\S+)\s*$/;
const LONGEST = 400;

export function parseGate(text: string): Parsed<GateCondition> {
  const match = text.length > LONGEST ? null : CONDITION.exec(text);
  if (!match) return { ok: false, expected: 'MEASURE > CHANGE, such as "staleness.p99 > +5%"' };
  const [, measure = '', comparison = '>', sign = '', written = ''] = match;
  const found = findMeasure(measure);
  if (!found.ok) {
    const hint = measureProblem(measure) ?? didYouMean(found.near, found.candidates);
    return { ok: false, expected: 'a known measure', ...(hint === undefined ? {} : { hint }) };
  }
  const { unit } = found.measure;
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(written);
  // A limit on a share that has no sign is a value, such as 80 % of the CPU.
  const isRelative = percent !== null && (sign !== '' || unit !== 'share');
  const limit: Parsed<number> = isRelative ? { ok: true, value: Number(percent[1]) / 100 } : parseLimit(written, unit);
  if (!limit.ok) return { ...limit, expected: `${limit.expected}, or a change such as +5%` };
  const of = isRelative ? 'relative' : sign === '' ? 'value' : 'difference';
  const value = sign === '-' ? -limit.value : limit.value;
  return { ok: true, value: { text: text.trim(), measure, comparison: comparison as '>', of, limit: value } };
}

export interface GateSetup {
  readonly names: readonly string[];
  readonly outcomes: readonly (readonly Outcome[])[];
  /** That all verdicts hold together. */
  readonly confidence: number;
}

/** Every condition on every scenario but the first. */
export function judgeGate(conditions: readonly GateCondition[], setup: GateSetup): readonly GateResult[] {
  const { names, outcomes, confidence } = setup;
  const each = bonferroni(confidence, Math.max(1, conditions.length * (outcomes.length - 1)));
  const [base = [], ...others] = outcomes;
  return conditions.flatMap((condition) =>
    others.map((other, i) => judge(condition, names[i + 1] ?? '', base, other, each)),
  );
}

function judge(
  condition: GateCondition,
  name: string,
  base: readonly Outcome[],
  other: readonly Outcome[],
  confidence: number,
): GateResult {
  const { measure, of, limit, comparison } = condition;
  const pairs = other.flatMap(({ measures }, i) => {
    const [a, b] = [base[i]?.measures[measure] ?? undefined, measures[measure] ?? undefined];
    return b === undefined || a === undefined ? [] : [{ a, b }];
  });
  const without = Math.max(base.length, other.length) - pairs.length;
  if (without > 0) {
    const why = pairs.length === 0 ? 'no samples' : `no samples in ${without} of ${other.length} replications`;
    return { condition, name, verdict: 'cannot be said', measured: undefined, why };
  }
  // What is above zero where the limit is exceeded: of a relative limit without dividing by what is itself uncertain.
  const excess = pairs.map(({ a, b }) =>
    of === 'relative' ? b - a * (1 + limit) : (of === 'value' ? b : b - a) - limit,
  );
  const interval = meanInterval(excess, confidence);
  const verdict = verdictOn(interval, comparison);
  const why = verdict === 'cannot be said' ? reasonOf(interval) : '';
  return { condition, name, verdict, measured: measuredOf(of, pairs), why };
}

function verdictOn({ mean, half }: Interval, comparison: GateCondition['comparison']): GateVerdict {
  if (!Number.isFinite(half)) return 'cannot be said';
  const [low, high] = [mean - half, mean + half];
  const holds = (value: number) => {
    if (comparison === '>') return value > 0;
    if (comparison === '>=') return value >= 0;
    return comparison === '<' ? value < 0 : value <= 0;
  };
  if (holds(low) && holds(high)) return 'failed';
  return holds(low) || holds(high) ? 'cannot be said' : 'passed';
}

function reasonOf({ half, n }: Interval): string {
  if (!Number.isFinite(half)) return `${n} replication says nothing about chance`;
  return 'the limit lies within what chance allows; more replications may tell';
}

function measuredOf(of: GateCondition['of'], pairs: readonly { readonly a: number; readonly b: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [a, b] = [mean(pairs.map((pair) => pair.a)), mean(pairs.map((pair) => pair.b))];
  if (of === 'value') return b;
  if (of === 'difference') return b - a;
  return a === 0 ? (b === 0 ? 0 : Number.POSITIVE_INFINITY) : (b - a) / a;
}
