import type { Histogram } from '../../stats/histogram.js';
import type { StalenessByLabel } from '../staleness/by-label.js';
import type { DeadEndpoints } from '../staleness/dead-endpoints.js';
import type { RunResult } from './result.js';

type Names<T> = { [K in keyof T]: T[K] extends { readonly p50: number } ? K : never }[keyof T];

/** Every distribution of a result, as it was gathered. */
export type Distributions = Readonly<
  Record<Names<RunResult['metrics']> | Names<Omit<RunResult['staleness'], 'phases'>>, Histogram>
> & {
  /** In the order of `PHASES`. */
  readonly phases: readonly Histogram[];
  readonly dead: DeadEndpoints;
  readonly byLabel: StalenessByLabel;
};
