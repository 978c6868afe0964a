/** Cost distributions between the scenario's writing and the engine's. Times are nanoseconds on both sides. */
import type { Distribution } from '../../engine/random/distributions.js';
import { formatDuration, type Parsed } from './units.js';

/** What the schema has read: one named distribution, or a plain time. */
type WrittenCost =
  | number
  | { readonly constant: number }
  | { readonly exponential: number }
  | { readonly uniform: { readonly min: number; readonly max: number } }
  | { readonly normal: { readonly mean: number; readonly sigma: number } }
  | { readonly lognormal: { readonly median: number; readonly sigma: number } }
  | { readonly pareto: { readonly min: number; readonly shape: number } }
  | { readonly weibull: { readonly scale: number; readonly shape: number } }
  | { readonly empirical: readonly number[] };

export function toDistribution(cost: WrittenCost): Parsed<Distribution> {
  const ok = (value: Distribution): Parsed<Distribution> => ({ ok: true, value });
  const bad = (expected: string): Parsed<Distribution> => ({ ok: false, expected });
  if (typeof cost === 'number') return ok({ kind: 'constant', value: cost });
  if ('constant' in cost) return ok({ kind: 'constant', value: cost.constant });
  if ('exponential' in cost) return ok({ kind: 'exponential', mean: cost.exponential });
  if ('uniform' in cost) {
    return cost.uniform.min > cost.uniform.max ? bad('min not above max') : ok({ kind: 'uniform', ...cost.uniform });
  }
  if ('normal' in cost) return ok({ kind: 'normal', ...cost.normal });
  if ('lognormal' in cost) return ok({ kind: 'lognormal', ...cost.lognormal });
  if ('pareto' in cost) return ok({ kind: 'pareto', ...cost.pareto });
  if ('weibull' in cost) return ok({ kind: 'weibull', ...cost.weibull });
  const rising = cost.empirical.every((value, i) => i === 0 || cost.empirical[i - 1]! <= value);
  return rising ? ok({ kind: 'empirical', quantiles: cost.empirical }) : bad('quantiles in rising order');
}

/** The scenario's writing of a distribution; reads back to the same one. */
export function fromDistribution(distribution: Distribution): unknown {
  const time = formatDuration;
  switch (distribution.kind) {
    case 'constant':
      return time(distribution.value);
    case 'exponential':
      return { exponential: time(distribution.mean) };
    case 'uniform':
      return { uniform: { min: time(distribution.min), max: time(distribution.max) } };
    case 'normal':
      return { normal: { mean: time(distribution.mean), sigma: time(distribution.sigma) } };
    case 'lognormal':
      if ('median' in distribution)
        return { lognormal: { median: time(distribution.median), sigma: distribution.sigma } };
      break;
    case 'pareto':
      return { pareto: { min: time(distribution.min), shape: distribution.shape } };
    case 'weibull':
      return { weibull: { scale: time(distribution.scale), shape: distribution.shape } };
    case 'empirical':
      return { empirical: distribution.quantiles.map(time) };
    case 'weighted':
    case 'zipf':
  }
  throw new Error(`a scenario cannot write this ${distribution.kind} distribution`);
}
