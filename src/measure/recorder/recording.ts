/** Everything a run was measured in, for files too large for `--json`: charts, scrapes, logs, timelines, traces. */
import type { Nanos } from '../../engine/time.js';
import type { FamilySpec } from '../../istio/metric-families.js';
import type { IstioVersion } from '../../istio/profile.js';
import type { Histogram } from '../../stats/histogram.js';
import type { SeriesPlace } from '../metrics/registry.js';
import type { ChangeTimeline } from '../timeline/change-timelines.js';
import type { RoundDetail } from '../timeline/rounds.js';
import type { Trace } from '../timeline/trace.js';
import type { Row } from './samples.js';

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
  readonly slowest: readonly ChangeTimeline[];
  readonly followed: readonly ChangeTimeline[];
  readonly trace: Trace | undefined;
  readonly end: Nanos;
  /** Of which istiod it is, and from when to when that lived; absent: there is but one, and it lives. */
  readonly life?: Life;
  /** Of several istiods together: each by itself, by start. What has no meaning for all of them is that of the first. */
  readonly istiods?: readonly (Recording & { readonly life: Life })[];
}

export interface Life {
  readonly pod: string;
  readonly from: Nanos;
  /** Undefined: it lives to the end. */
  readonly to: Nanos | undefined;
}
