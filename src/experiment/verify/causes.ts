/** A figure's difference between two versions, told as the rules that cause it. */
import type { Ablation } from './ablation.js';
import type { VersionRule } from './behaviour.js';
import type { VersionFigure } from './version-figures.js';

export interface Difference {
  readonly figure: VersionFigure;
  readonly from: number;
  readonly to: number;
  /** Largest first. */
  readonly causes: readonly Cause[];
  /** Rules too small to be worth a line each, and their sum. */
  readonly smaller: { readonly rules: readonly RuleEffect[]; readonly amount: number };
  /** What the causes leave unexplained. */
  readonly remainder: number;
}

/** One rule, or several that act together: of those only the sum can be told. */
export interface Cause {
  readonly amount: number;
  readonly rules: readonly RuleEffect[];
}

export interface RuleEffect {
  readonly rule: VersionRule;
  /** Switched alone in the first version, and switched after all others. */
  readonly alone: number;
  readonly last: number;
}

/** Below this share of the difference, alone and last, rules are summed up. */
const SMALL = 0.05;
/** Bytes and times of one rule may differ by this share of the difference, alone and last, and still be its own. */
const ROUGHLY = 0.02;

/** @returns one for each figure that differs */
export function differencesOf(ablation: Ablation): readonly Difference[] {
  const { figures, from, to } = ablation;
  return figures.flatMap((figure, i) => {
    const [before, after] = [from[i] ?? 0, to[i] ?? 0];
    return before === after ? [] : [explain(figure, i, before, after, ablation)];
  });
}

function explain(figure: VersionFigure, i: number, from: number, to: number, ablation: Ablation): Difference {
  const whole = Math.abs(to - from);
  const movers = ablation.effects
    .map(({ rule, alone, last }): RuleEffect => ({ rule, alone: alone[i] ?? 0, last: last[i] ?? 0 }))
    .filter((effect) => sizeOf(effect) > 0);
  const small = movers.filter((effect) => sizeOf(effect) < SMALL * whole);
  const large = movers.filter((effect) => !small.includes(effect));
  const tolerance = figure.unit === 'count' ? 0 : ROUGHLY * whole;
  const own = large.filter(({ alone, last }) => Math.abs(alone - last) <= tolerance);
  const interacting = large.filter((effect) => !own.includes(effect));
  const causes: Cause[] = own.map((effect) => ({ amount: middle(effect), rules: [effect] }));
  if (interacting.length > 0) {
    const rules = interacting.map((effect) => effect.rule);
    const amount = (ablation.together(rules)[i] ?? 0) - from;
    causes.push({ amount, rules: [...interacting].sort((a, b) => sizeOf(b) - sizeOf(a)) });
  }
  causes.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const smaller = { rules: small, amount: total(small.map(middle)) };
  return { figure, from, to, causes, smaller, remainder: to - from - total(causes.map(amountOf)) - smaller.amount };
}

/** Exact where a rule acts on its own, and where rules interact in pairs only. */
function middle({ alone, last }: RuleEffect): number {
  return (alone + last) / 2;
}

function sizeOf({ alone, last }: RuleEffect): number {
  return Math.max(Math.abs(alone), Math.abs(last));
}

function amountOf({ amount }: Cause): number {
  return amount;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
