import type { Nanos } from '../../engine/time.js';

/** Few enough that it does not matter when most of them turn out not to be such pushes. */
const PASSES_MAX = 32;

/** Pushes of one request that their proxies did not need, in the order in which they were taken from the queue. */
export class SkippedPushes {
  /** Since when they waited there. */
  since: Nanos = 0;
  /** So many hold of what follows. */
  count = 0;
  /** Of connections. */
  readonly ids = new Int32Array(PASSES_MAX);
  /** When they were taken from the queue. */
  readonly times = new Float64Array(PASSES_MAX);
}
