/** Everything a run was measured in, for files too large for `--json`: charts, scrapes, logs, stories, traces. */
import type { Nanos } from '../engine/time.js';
import type { IstioVersion } from '../pipeline/profiles/profile.js';
import type { Histogram } from '../stats/histogram.js';
import type { FamilySpec } from './families.js';
import type { SeriesPlace } from './registry.js';
import type { RoundDetail } from './rounds.js';
import type { Row } from './samples.js';
import type { Story } from './stories.js';
import type { Trace } from './trace.js';

export interface Recording {
  readonly version: IstioVersion;
  /** Where each series is in a row's values. */
  readonly families: ReadonlyMap<FamilySpec, readonly SeriesPlace[]>;
  /** By time; the last is the end of the run. */
  readonly rows: readonly Row[];
  readonly rounds: readonly RoundDetail[];
  /** Also those that were not kept. */
  readonly roundsCount: number;
  readonly staleness: Histogram;
  readonly convergence: Histogram;
  readonly slowest: readonly Story[];
  readonly followed: readonly Story[];
  readonly trace: Trace | undefined;
  readonly end: Nanos;
}
