/**
 * `pilot_push_triggers`: the reasons of a request, once for each proxy it was for. Proxies share requests, so what a
 * request adds is worked out once and remembered while the same one comes again.
 */
import type { PushRequest } from '../../pipeline/model/push-request.js';
import type { IstiodMetrics } from './istiod-metrics.js';

export class TriggerCounts {
  #request: PushRequest | undefined;
  #slots: number[] = [];
  #counts: number[] = [];
  #times = 0;

  constructor(
    private readonly metrics: IstiodMetrics,
    /** Reasons that count once however often they were merged. */
    private readonly countedOnce: ReadonlySet<string>,
  ) {}

  count(request: PushRequest, proxies = 1): void {
    if (request !== this.#request) {
      this.flush();
      this.#workOut(request);
    }
    this.#times += proxies;
  }

  /** Adds up what was counted of the last request; needed before the registry is looked at. */
  flush(): void {
    const { values } = this.metrics.registry;
    for (const [i, slot] of this.#slots.entries()) values[slot]! += this.#counts[i]! * this.#times;
    this.#times = 0;
  }

  #workOut(request: PushRequest): void {
    this.#request = request;
    const reasons = [...request.reasons];
    this.#slots = reasons.map(([reason]) => this.metrics.triggers.slot(reason));
    this.#counts = reasons.map(([reason, count]) => (this.countedOnce.has(reason) ? 1 : count));
  }
}
