import type { Nanos } from '../../engine/time.js';
import type { IstioVersion } from '../../istio/profile.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { Observer } from '../../pipeline/observer.js';
import type { Distributions } from './distributions.js';
import type { Recording } from './recording.js';
import type { RunResult } from './result.js';
import type { SampleOptions } from './samples.js';
import type { RunFacts } from './summary.js';

export interface Clock {
  readonly now: Nanos;
}

export interface MeasureOptions extends SampleOptions {
  /** Whose names and buckets the metrics have; default 1.30. */
  readonly version?: IstioVersion;
  /** CPU time used so far, for its course over time. */
  readonly busyNanos?: () => Nanos;
  readonly cores?: number;
  /** Of its process; default 0. */
  readonly startedAt?: Nanos;
  /** Heap in use now, where it is modelled. */
  readonly heapBytes?: () => number;
  /** Changes whose whole timeline is kept. */
  readonly follows?: (change: Delivery) => boolean;
}

export interface Recorder extends Observer {
  result(facts: RunFacts): RunResult;
  recording(): Recording;
  /** What results of several istiods are added up from. */
  distributions(): Distributions;
}
