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

/** The first so many phases are of the change, the same for all its proxies. */
export const SHARED_PHASES = 3;

export class PhaseTimes {
  readonly histograms: readonly Histogram[] = PHASES.map(() => new Histogram());

  /** What is the proxy's own: `ends` has the first six ends. A stage that was passed by took no time. */
  addOwn(ends: Float64Array, used: Nanos): void {
    let from = ends[SHARED_PHASES - 1]!;
    const last = PHASES.length - 1;
    for (let phase = SHARED_PHASES; phase < last; phase++) {
      const end = ends[phase]!;
      const to = end > from ? (end < used ? end : used) : from;
      this.histograms[phase]!.add(to - from);
      from = to;
    }
    this.histograms[last]!.add(used - from);
  }

  /** What `proxies` had in common. */
  addShared(written: Nanos, ends: Float64Array, proxies: number): void {
    let from = written;
    for (let phase = 0; phase < SHARED_PHASES; phase++) {
      const to = ends[phase]!;
      this.histograms[phase]!.add(to - from, proxies);
      from = to;
    }
  }
}
