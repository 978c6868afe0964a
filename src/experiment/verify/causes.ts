/** A figure's difference between two versions, told as the rules that cause it. */
import type { Effect, Estimate, FigureAblation } from './ablation.js';
import type { FigureName, VersionFigure } from './version-figures.js';

export interface Difference<F extends FigureName = VersionFigure> {
  readonly figure: F;
  readonly from: number;
  readonly to: number;
  /** The difference is uncertain by this much, because it depends on chance. */
  readonly half: number;
  /** Largest first. */
  readonly causes: readonly Cause[];
  /** Rules too small to be worth a line each, and their sum. */
  readonly smaller: { readonly rules: readonly Effect[]; readonly amount: number };
  /** What the causes leave unexplained. */
  readonly remainder: number;
}

/** One rule, or several that act together: of those only the sum can be told. */
export interface Cause {
  readonly amount: number;
  readonly rules: readonly Effect[];
}

/** Below this share of the difference, alone and last, rules are summed up. */
const SMALL = 0.05;
/** Bytes and times of one rule may differ by this share of the difference, alone and last, and still be its own. */
const ROUGHLY = 0.02;

/** Whether the versions differ in the figure at all, beyond chance. */
export function isDifferent({ difference }: Pick<FigureAblation, 'difference'>): boolean {
  return isCertain(difference);
}

export function explain<F extends FigureName>(ablation: FigureAblation<F>): Difference<F> {
  const { figure, from, to, difference, effects, together } = ablation;
  const whole = Math.abs(difference.mean);
  const movers = effects.filter(({ alone, last }) => isCertain(alone) || isCertain(last));
  const small = movers.filter((effect) => sizeOf(effect) < SMALL * whole);
  const large = movers.filter((effect) => !small.includes(effect));
  const tolerance = figure.unit === 'count' ? 0 : ROUGHLY * whole;
  const own = large.filter(({ alone, last }) => {
    return Math.abs(alone.mean - last.mean) <= Math.max(tolerance, alone.half + last.half);
  });
  const interacting = large.filter((effect) => !own.includes(effect));
  const causes: Cause[] = own.map((effect) => ({ amount: middle(effect), rules: [effect] }));
  if (interacting.length > 0) {
    const amount = together(interacting.map((effect) => effect.rule));
    causes.push({ amount, rules: [...interacting].sort((a, b) => sizeOf(b) - sizeOf(a)) });
  }
  causes.sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount));
  const smaller = { rules: small, amount: total(small.map(middle)) };
  const explained = total(causes.map(({ amount }) => amount)) + smaller.amount;
  return { figure, from, to, half: difference.half, causes, smaller, remainder: difference.mean - explained };
}

function isCertain({ mean, half }: Estimate): boolean {
  return mean !== 0 && Math.abs(mean) > half;
}

/** Exact where a rule acts on its own, and where rules interact in pairs only. */
function middle({ alone, last }: Effect): number {
  return (alone.mean + last.mean) / 2;
}

function sizeOf({ alone, last }: Effect): number {
  return Math.max(Math.abs(alone.mean), Math.abs(last.mean));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
