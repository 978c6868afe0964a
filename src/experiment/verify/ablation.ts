/**
 * Which rules make two versions' runs of one set-up differ, found by switching them: each rule alone on top of the
 * first version, and each one back in the second. What a rule does alone and what it does on top of all others are
 * the first and the last word on it; where they agree that is its share, where not it acts together with others.
 *
 * All runs are repeated with the same few seeds: where pushes meet in the queue, the least change of a cost moves the
 * counts, and only what holds for all seeds tells a cause from chance.
 */
import { meanInterval } from '../../stats/interval.js';
import { type Behaviour, switched, type VersionRule } from './behaviour.js';
import type { FigureName, FigureOf, VersionFigure } from './version-figures.js';

export type Run<O> = (behaviour: Behaviour, seed: string) => O;

/** A mean over the seeds; `half` is half its interval of confidence, 0 where all seeds agree. */
export interface Estimate {
  readonly mean: number;
  readonly half: number;
}

export interface Effect {
  readonly rule: VersionRule;
  /** What switching this rule alone adds to the first version. */
  readonly alone: Estimate;
  /** What switching it after all others adds. */
  readonly last: Estimate;
}

export interface FigureAblation<F extends FigureName = VersionFigure> {
  readonly figure: F;
  readonly from: number;
  readonly to: number;
  readonly difference: Estimate;
  /** Of the rules that move any figure. */
  readonly effects: readonly Effect[];
  /** What these rules of the second version add to the first. */
  readonly together: (rules: readonly VersionRule[]) => number;
}

/** Of a difference between the versions, and of a rule's effect: many rules are tried, so more is asked of each. */
const CONFIDENCE = { difference: 0.95, effect: 0.99 };

/** By figure, then by seed. */
type Values = readonly (readonly number[])[];

export function ablate<O, F extends FigureOf<O>>(
  figures: readonly F[],
  run: Run<O>,
  from: Behaviour,
  to: Behaviour,
  rules: readonly VersionRule[],
  seeds: readonly string[],
): readonly FigureAblation<F>[] {
  const firsts = seeds.map((seed) => run(from, seed));
  const valuesOf = (behaviour: Behaviour, some = seeds): Values => {
    const outcomes = some.map((seed) => run(behaviour, seed));
    return figures.map((figure) => outcomes.map((outcome, i) => figure.of(outcome, firsts[i] ?? outcome)));
  };
  const start = figures.map((figure) => firsts.map((first) => figure.of(first, first)));
  const end = valuesOf(to);
  const oneSeed = seeds.slice(0, 1);

  /** Of a group that changes nothing with one seed, on top of one version or back in the other, none matters. */
  function moversAmong(group: readonly VersionRule[]): readonly VersionRule[] {
    if (group.length === 0 || isInert(group)) return [];
    if (group.length === 1) return group;
    const half = Math.ceil(group.length / 2);
    return [...moversAmong(group.slice(0, half)), ...moversAmong(group.slice(half))];
  }

  function isInert(group: readonly VersionRule[]): boolean {
    return (
      isSame(valuesOf(switched(from, to, group), oneSeed), start) &&
      isSame(valuesOf(switched(to, from, group), oneSeed), end)
    );
  }

  const effects = moversAmong(rules).map((rule) => ({
    rule,
    alone: minus(valuesOf(rule.take(from, to)), start),
    last: minus(end, valuesOf(rule.take(to, from))),
  }));

  const known = new Map<string, Values>();
  function together(set: readonly VersionRule[]): Values {
    const id = set.map((rule) => rule.id).join();
    const values = known.get(id) ?? minus(valuesOf(switched(from, to, set)), start);
    known.set(id, values);
    return values;
  }

  return figures.map((figure, i) => ({
    figure,
    from: estimate(start[i]).mean,
    to: estimate(end[i]).mean,
    difference: estimate(minus(end, start)[i], CONFIDENCE.difference),
    effects: effects.map(({ rule, alone, last }) => ({
      rule,
      alone: estimate(alone[i], CONFIDENCE.effect),
      last: estimate(last[i], CONFIDENCE.effect),
    })),
    together: (set) => estimate(together(set)[i]).mean,
  }));
}

function isSame(values: Values, all: Values): boolean {
  return values.every((row, figure) => row.every((value, seed) => value === all[figure]?.[seed]));
}

function minus(a: Values, b: Values): Values {
  return a.map((row, figure) => row.map((value, seed) => value - (b[figure]?.[seed] ?? 0)));
}

function estimate(values: readonly number[] = [], confidence = CONFIDENCE.difference): Estimate {
  const { mean, half } = meanInterval(values, confidence);
  return { mean, half: values.length < 2 ? 0 : half };
}
