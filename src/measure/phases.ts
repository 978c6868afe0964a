/**
 * The seven stretches between the write of an object and an Envoy using it. Their sum is the staleness, to the
 * nanosecond, for every pair of change and proxy: each stretch begins where the one before ended.
 *
 *     written ─watch─► seen ─debounce─► push begins ─context─► proxies queued ─queue─► taken ─generation─► sent
 *                                                                                  ─wire─► arrived ─envoy─► in use
 *
 * `watch` includes istiod's own event handlers; `generation` the wait for the proxy's stream and for the CPU; `envoy`
 * the round trip for the endpoints of a cluster that is new.
 */
import type { Nanos } from '../engine/time.js';
import { Histogram } from '../stats/histogram.js';

export const PHASES = ['watch', 'debounce', 'context', 'queue', 'generation', 'wire', 'envoy'] as const;
export type Phase = (typeof PHASES)[number];

export class PhaseTimes {
  readonly histograms: readonly Histogram[] = PHASES.map(() => new Histogram());

  /** `ends` has the first six ends, in any case not before `written`; the seventh is `used`. */
  add(written: Nanos, ends: Float64Array, used: Nanos): void {
    let from = written;
    const last = PHASES.length - 1;
    for (let phase = 0; phase < last; phase++) {
      const end = ends[phase]!;
      // A stage that a change went past (a pod's own push knows no debounce) took no time.
      const to = end > from ? (end < used ? end : used) : from;
      this.histograms[phase]!.add(to - from);
      from = to;
    }
    this.histograms[last]!.add(used - from);
  }
}
