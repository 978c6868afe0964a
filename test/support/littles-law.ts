/**
 * Little's law on a whole run: the time-average number in a station is the rate of arrivals times the mean time spent
 * there. Over a run that ends empty it is an identity, so the two sides are equal to the nanosecond: one is counted here,
 * moment by moment, the other is what istiod's own clocks say, which go through every merge of requests.
 */

import type { Nanos } from '../../src/engine/time.js';
import { assembleWith } from '../../src/fleet/run.js';
import { type Observer, SILENT } from '../../src/pipeline/observer.js';
import type { Scenario } from '../../src/scenario/scenario.js';

export interface Station {
  readonly arrivals: number;
  /** Time-average number there. */
  readonly number: number;
  /** Arrivals per nanosecond times the mean time, by istiod's clocks. */
  readonly rateTimesTime: number;
  readonly left: number;
}

export interface LittlesLaw {
  /** Connections whose push waits, in the queue or behind their push under way: `pilot_proxy_queue_time`. */
  readonly waiting: Station;
  /** Pushes with a slot: the rest of `pilot_proxy_convergence_time`, and those that found nothing to do. */
  readonly served: Station;
}

class Count {
  arrivals = 0;
  now = 0;
  /** Of the number over time; and the times that were measured elsewhere. */
  area = 0;
  measured = 0;
  #since: Nanos = 0;

  add(step: 1 | -1, at: Nanos): void {
    this.area += this.now * (at - this.#since);
    this.#since = at;
    this.now += step;
    if (step > 0) this.arrivals += 1;
  }

  station(end: Nanos): Station {
    const { arrivals, now: left } = this;
    const mean = arrivals === 0 ? 0 : this.measured / arrivals;
    return { arrivals, number: this.area / end, rateTimesTime: (arrivals / end) * mean, left };
  }

  /** Both sides before they are divided by the length of the run. */
  get sides(): readonly [counted: Nanos, measured: Nanos] {
    return [this.area, this.measured];
  }
}

export function littlesLaw(scenario: Scenario, replication = 0) {
  const waiting = new Count();
  const served = new Count();
  const isWaiting = new Set<number>();
  const waited = new Map<number, Nanos>();
  const begun = new Map<number, Nanos>();
  const { sim } = assembleWith(scenario, {
    replication,
    trace: undefined,
    observerOf: (clock): Observer => {
      const end = (connection: number, time: Nanos): void => {
        served.add(-1, clock.now);
        served.measured += time;
        begun.delete(connection);
      };
      return {
        ...SILENT,
        enqueued(ids) {
          for (const id of ids) {
            if (isWaiting.has(id)) continue;
            isWaiting.add(id);
            waiting.add(1, clock.now);
          }
        },
        skippedMany({ since, count, ids, times }) {
          for (let i = 0; i < count; i++) {
            isWaiting.delete(ids[i]!);
            waiting.add(-1, times[i]!);
            waiting.measured += times[i]! - since;
            served.add(1, times[i]!);
            served.add(-1, times[i]!);
          }
        },
        dequeued({ id }, _request, took) {
          isWaiting.delete(id);
          waiting.add(-1, clock.now);
          waiting.measured += took;
          served.add(1, clock.now);
          waited.set(id, took);
          begun.set(id, clock.now);
        },
        skipped({ id }) {
          end(id, clock.now - begun.get(id)!);
        },
        converged({ id }, _request, took) {
          end(id, took - waited.get(id)!);
        },
      };
    },
  });
  sim.run();
  return { waiting, served, law: { waiting: waiting.station(sim.now), served: served.station(sim.now) } as LittlesLaw };
}
