/** Whether a sample is of two kinds, so that its mean is neither. */
import { moments } from './moments.js';

export interface Mode {
  readonly mean: number;
  readonly n: number;
}

/** Fewer values than these have gaps by chance. */
const FEWEST = 8;
/** Of each kind. */
const FEWEST_OF_A_KIND = 2;
/** The means are so many spreads within a kind apart, more where few values are spread by chance: halves of a large normal sample are 2.6 apart, of a uniform one 3.5. */
const apartOf = (n: number): number => 4 + 36 / n;
/** The gap between the kinds is wider than this share of the distance of their means. */
const GAP = 0.6;
/** Kinds that differ by less are of no concern to anybody. */
const RELATIVE = 0.15;

/** The lower and the upper kind; undefined where one kind explains the sample. */
export function twoModes(values: readonly number[]): readonly [Mode, Mode] | undefined {
  if (values.length < FEWEST) return undefined;
  const sorted = [...values].sort((a, b) => a - b);
  let best: { readonly modes: readonly [Mode, Mode]; readonly within: number; readonly gap: number } | undefined;
  for (let k = FEWEST_OF_A_KIND; k <= sorted.length - FEWEST_OF_A_KIND; k++) {
    const [low, high] = [moments(sorted.slice(0, k)), moments(sorted.slice(k))];
    const within = low.sd * low.sd * (low.n - 1) + high.sd * high.sd * (high.n - 1);
    if (best !== undefined && best.within <= within) continue;
    best = { modes: [low, high], within, gap: sorted[k]! - sorted[k - 1]! };
  }
  if (best === undefined) return undefined;
  const [low, high] = best.modes;
  const distance = high.mean - low.mean;
  const spread = Math.sqrt(best.within / (values.length - 2));
  const isClear = distance > apartOf(values.length) * spread && best.gap > GAP * distance;
  if (!isClear || distance <= RELATIVE * Math.abs(high.mean)) return undefined;
  return [
    { mean: low.mean, n: low.n },
    { mean: high.mean, n: high.n },
  ];
}
