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
import { Histogram } from '../stats/histogram.js';
import type { Column, Notebook } from '../stats/notebook.js';

export const PHASES = ['watch', 'debounce', 'context', 'queue', 'generation', 'wire', 'envoy'] as const;
export type Phase = (typeof PHASES)[number];

/** The first so many phases are of the change, the same for all its proxies. */
export const SHARED_PHASES = 3;

/** Samples kept exactly: there are as many as changes times proxies, in seven histograms. */
const FEW = 4096;

export class PhaseTimes {
  /** In the order of `PHASES`. */
  readonly histograms: readonly Histogram[] = PHASES.map(() => new Histogram(FEW));
  readonly #queue: Column;
  readonly #generation: Column;
  readonly #wire: Column;
  readonly #envoy: Column;

  constructor(private readonly notebook: Notebook) {
    const columnOf = (phase: Phase): Column => notebook.column([this.histograms[PHASES.indexOf(phase)]!]);
    this.#queue = columnOf('queue');
    this.#generation = columnOf('generation');
    this.#wire = columnOf('wire');
    this.#envoy = columnOf('envoy');
  }

  /** What is the proxy's own: durations, which fit into small integers where times of the run would be boxed. */
  addOwn(queue: Nanos, generation: Nanos, wire: Nanos, envoy: Nanos): void {
    const { notebook } = this;
    notebook.add(this.#queue, queue);
    notebook.add(this.#generation, generation);
    notebook.add(this.#wire, wire);
    notebook.add(this.#envoy, envoy);
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
