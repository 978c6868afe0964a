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
import type { Nanos } from '../engine/time.js';
import { Rows, type Sink } from '../stats/batch.js';
import { Histogram } from '../stats/histogram.js';

export const PHASES = ['watch', 'debounce', 'context', 'queue', 'generation', 'wire', 'envoy'] as const;
export type Phase = (typeof PHASES)[number];

/** The first so many phases are of the change, the same for all its proxies. */
export const SHARED_PHASES = 3;

/** Samples kept exactly: there are as many as changes times proxies, in seven histograms. */
const FEW = 4096;

export class PhaseTimes {
  /** In the order of `PHASES`. */
  readonly #histograms: readonly Histogram[] = PHASES.map(() => new Histogram(FEW));
  /** Of every use: how long it took in all, and what of that is the proxy's own. */
  readonly #own = new Rows();
  readonly #all: Float64Array;
  readonly #queue = this.#own.column(this.#histograms[3]!);
  readonly #generation = this.#own.column(this.#histograms[4]!);
  readonly #wire = this.#own.column(this.#histograms[5]!);
  readonly #envoy = this.#own.column(this.#histograms[6]!);

  /** `all` is told how long each use took. */
  constructor(all: readonly Sink[]) {
    this.#all = this.#own.column(...all);
  }

  /** Needed before anything is looked at. */
  flush(): void {
    this.#own.flush();
  }

  get histograms(): readonly Histogram[] {
    this.#own.flush();
    return this.#histograms;
  }

  /** Durations, which fit into small integers where times of the run would be boxed. */
  used(all: Nanos, queue: Nanos, generation: Nanos, wire: Nanos, envoy: Nanos): void {
    const row = this.#own.next();
    this.#all[row] = all;
    this.#queue[row] = queue;
    this.#generation[row] = generation;
    this.#wire[row] = wire;
    this.#envoy[row] = envoy;
  }

  /** What `proxies` had in common. */
  addShared(written: Nanos, ends: Float64Array, proxies: number): void {
    let from = written;
    for (let phase = 0; phase < SHARED_PHASES; phase++) {
      const to = ends[phase]!;
      this.#histograms[phase]!.add(to - from, proxies);
      from = to;
    }
  }
}
