/**
 * The seven stretches between the write of an object and an Envoy using it. Their sum is the staleness, to the
 * nanosecond, for every pair of change and proxy: each stretch begins where the one before ended.
 *
 *     written ─watch─► seen ─debounce─► push begins ─context─► proxies queued ─queue─► taken ─generation─► sent
 *                                                                                  ─wire─► arrived ─envoy─► in use
 *
 * `watch` includes istiod's own event handlers; `generation` the wait for the proxy's stream and for the CPU; `envoy`
 * the round trip for the endpoints of a cluster that is new, and the time until what was rejected at first is accepted.
 */
import type { Nanos } from '../../engine/time.js';
import { Histogram } from '../../stats/histogram.js';

export const PHASES = ['watch', 'debounce', 'context', 'queue', 'generation', 'wire', 'envoy'] as const;
export type Phase = (typeof PHASES)[number];

/** The first so many phases are of the change, the same for all its proxies. */
export const SHARED_PHASES = 3;

/** Samples kept exactly: there are as many as changes times proxies, in seven histograms. */
const FEW = 4096;

export class PhaseTimes {
  /** In the order of `PHASES`. */
  readonly histograms: readonly Histogram[] = PHASES.map(() => new Histogram(FEW));

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
