/**
 * Which rules make two versions' runs of one set-up differ, found by switching them: each rule alone on top of the
 * first version, and each one back in the second. What a rule does alone and what it does on top of all others are
 * the first and the last word on it; where they agree that is its share, where not it acts together with others.
 */
import type { Behaviour, VersionRule } from './behaviour.js';
import { switched } from './behaviour.js';
import type { Outcome } from './outcome.js';
import { type VersionFigure, versionFigures } from './version-figures.js';

export type Run = (behaviour: Behaviour) => Outcome;

export interface Ablation {
  readonly figures: readonly VersionFigure[];
  /** Values by the place of the figure, here and below. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Rules that move any figure. */
  readonly effects: readonly Effect[];
  /** The first version with these rules of the second. */
  readonly together: (rules: readonly VersionRule[]) => readonly number[];
}

export interface Effect {
  readonly rule: VersionRule;
  /** What switching this rule alone adds to the first version's figures. */
  readonly alone: readonly number[];
  /** What switching it after all others adds. */
  readonly last: readonly number[];
}

export function ablate(run: Run, from: Behaviour, to: Behaviour, rules: readonly VersionRule[]): Ablation {
  const first = run(from);
  const figures = versionFigures(first);
  const valuesOf = (outcome: Outcome) => figures.map((figure) => figure.of(outcome));
  const [start, end] = [valuesOf(first), valuesOf(run(to))];
  const known = new Map<string, readonly number[]>();

  function together(set: readonly VersionRule[]): readonly number[] {
    const id = set.map((rule) => rule.id).join();
    const values = known.get(id) ?? valuesOf(run(switched(from, to, set)));
    known.set(id, values);
    return values;
  }

  /** Groups that change nothing, on top of one version or back in the other, need no closer look. */
  function effectsOf(group: readonly VersionRule[]): readonly Effect[] {
    const alone = minus(group.length === rules.length ? end : together(group), start);
    const last = minus(end, group.length === rules.length ? start : valuesOf(run(switched(to, from, group))));
    if ([...alone, ...last].every((value) => value === 0)) return [];
    const [rule] = group;
    if (rule === undefined) return [];
    if (group.length === 1) return [{ rule, alone, last }];
    const half = Math.ceil(group.length / 2);
    return [...effectsOf(group.slice(0, half)), ...effectsOf(group.slice(half))];
  }

  return { figures, from: start, to: end, effects: effectsOf(rules), together };
}

function minus(a: readonly number[], b: readonly number[]): readonly number[] {
  return a.map((value, i) => value - (b[i] ?? 0));
}
