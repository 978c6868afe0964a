/**
 * `pilot_push_triggers`: the reasons of a request, once for each proxy it was for. Proxies share requests, and those of
 * several requests take turns, so what a request adds is worked out once and added up later.
 */
import type { PushRequest } from '../pipeline/push-request.js';
import type { IstiodMetrics } from './istiod-metrics.js';

interface Tally {
  readonly slots: readonly number[];
  readonly counts: readonly number[];
  /** Proxies that the request was for since the last flush. */
  times: number;
}

/** Requests remembered: a few are on their way at any time. */
const TALLIES_MAX = 64;

export class TriggerCounts {
  readonly #tallies = new Map<PushRequest, Tally>();
  #request: PushRequest | undefined;
  #tally: Tally = { slots: [], counts: [], times: 0 };

  constructor(
    private readonly metrics: IstiodMetrics,
    /** Reasons that count once however often they were merged. */
    private readonly countedOnce: ReadonlySet<string>,
  ) {}

  count(request: PushRequest): void {
    if (request !== this.#request) this.#turnTo(request);
    this.#tally.times += 1;
  }

  /** Adds up what was counted; needed before the registry is looked at. */
  flush(): void {
    const { values } = this.metrics.registry;
    for (const { slots, counts, times } of this.#tallies.values()) {
      for (let i = 0; i < slots.length; i++) values[slots[i]!]! += counts[i]! * times;
    }
    // Requests hold on to the tables of their push.
    this.#tallies.clear();
    this.#request = undefined;
  }

  #turnTo(request: PushRequest): void {
    let tally = this.#tallies.get(request);
    if (tally === undefined) {
      if (this.#tallies.size >= TALLIES_MAX) this.flush();
      tally = this.#workOut(request);
      this.#tallies.set(request, tally);
    }
    this.#request = request;
    this.#tally = tally;
  }

  #workOut(request: PushRequest): Tally {
    const reasons = [...request.reasons];
    return {
      slots: reasons.map(([reason]) => this.metrics.triggers.slot(reason)),
      counts: reasons.map(([reason, count]) => (this.countedOnce.has(reason) ? 1 : count)),
      times: 0,
    };
  }
}
