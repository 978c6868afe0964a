/**
 * The same set-up under two versions: everything of the recording but the version stays, the machine has the speed of
 * the cost profiles, and what differs is explained by the rules that differ. Where both versions were recorded, the
 * direction of each difference in counts and sizes is compared with the real one.
 */

import type { SetUp } from '../../import/recording.js';
import type { IstioVersion } from '../../istio/profile.js';
import { median } from '../../stats/median.js';
import { ablate, type FigureAblation } from './ablation.js';
import { type Behaviour, behaviourOf, rulesBetween, type VersionRule } from './behaviour.js';
import { type Difference, explain, isDifferent } from './causes.js';
import { OVERLAP_BAR } from './figures.js';
import { type Outcome, pushesOverlap } from './outcome.js';
import { replay } from './replay.js';
import { VERSION_FIGURES, type VersionFigure } from './version-figures.js';
import { type MeasuredPair, type VersionSetUp, versionSetUps } from './version-set-ups.js';

export interface ComparedSetUp {
  readonly setUp: VersionSetUp;
  /** Figures that differ between the versions, predicted or measured, in the order of the figures. */
  readonly rows: readonly ComparedFigure[];
  /** Of both versions alike, with the value; those that only chance moves apart with their mean. */
  readonly same: readonly SameFigure[];
  /** Rules in which the versions differ, and how many of them move nothing here. */
  readonly rules: readonly VersionRule[];
  readonly idleRules: number;
}

export interface ComparedFigure extends Difference {
  readonly measured: MeasuredFigure | undefined;
}

export interface MeasuredFigure {
  readonly from: number;
  readonly to: number;
  /** Undefined where the direction is not judged. */
  readonly agrees: boolean | undefined;
}

export interface SameFigure {
  readonly figure: VersionFigure;
  readonly value: number;
  readonly byChance: boolean;
  readonly measured: MeasuredFigure | undefined;
}

/** As many as tell a cause from chance; the same for every replay. */
export const SEEDS = ['1', '2', '3', '4', '5', '6', '7', '8'] as const;

export interface AcrossVersionsOptions {
  readonly versions: readonly [IstioVersion, IstioVersion];
  readonly only?: string | undefined;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

export function acrossVersions(
  folder: string,
  { versions, only, onProgress }: AcrossVersionsOptions,
): readonly ComparedSetUp[] {
  const setUps = versionSetUps(folder, versions, only);
  const [from, to] = [behaviourOf(versions[0]), behaviourOf(versions[1])];
  return setUps.map((setUp, index) => {
    onProgress?.(index, setUps.length, setUp.name);
    return compareVersions(setUp, from, to);
  });
}

export function compareVersions(setUp: VersionSetUp, from: Behaviour, to: Behaviour): ComparedSetUp {
  const rules = rulesBetween(from, to);
  const figures = ablate<Outcome, VersionFigure>(
    VERSION_FIGURES,
    (behaviour, seed) => replayAs(setUp.setUp, behaviour, seed),
    from,
    to,
    rules,
    SEEDS,
  );
  const rows: ComparedFigure[] = [];
  const same: SameFigure[] = [];
  for (const ablation of figures) {
    const measured = measuredFigure(ablation, setUp.measured);
    if (isDifferent(ablation) || measured?.agrees === false) rows.push({ ...explain(ablation), measured });
    else if (ablation.from !== 0 || ablation.to !== 0) same.push(sameFigure(ablation, measured));
  }
  const idleRules = rules.length - (figures[0]?.effects.length ?? 0);
  return { setUp, rows, same, rules, idleRules };
}

/** The set-up of a recording, run by a version that need not be the recorded one. */
export function replayAs(setUp: SetUp, { profile, coefficients }: Behaviour, seed: string): Outcome {
  return replay(setUp, { profile, coefficients, seed, speed: 1 });
}

function sameFigure({ figure, from, to }: FigureAblation, measured: MeasuredFigure | undefined): SameFigure {
  return { figure, value: (from + to) / 2, byChance: from !== to, measured };
}

function measuredFigure(
  { figure, from, to, difference }: FigureAblation,
  pair: MeasuredPair | undefined,
): MeasuredFigure | undefined {
  if (pair === undefined || !figure.judged) return undefined;
  const values = (outcomes: readonly Outcome[]) => outcomes.map((outcome) => figure.of(outcome, outcome));
  const [before, after] = [values(pair.from), values(pair.to)];
  const real = { from: median(before), to: median(after) };
  if (figure.id === 'merged_updates' && !pair.sameMultiplicities) return { ...real, agrees: undefined };
  // Pushes that meet in the queue merge as the machine's speed has it. The bar is for one real run; these are two.
  const chance = [...pair.from, ...pair.to].some(pushesOverlap) ? OVERLAP_BAR * Math.sqrt(2) : 0;
  const noise = Math.max(chance * Math.max(real.from, real.to), spread(before), spread(after), difference.half);
  const [predicted, actual] = [to - from, real.to - real.from];
  const bothSmall = Math.abs(predicted) <= noise && Math.abs(actual) <= noise;
  return { ...real, agrees: bothSmall || Math.sign(predicted) === Math.sign(actual) };
}

function spread(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}
