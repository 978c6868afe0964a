/**
 * `pilot_push_triggers`: the reasons of a request, once for each proxy it was for. Proxies share requests, so what a
 * request adds is worked out once and remembered while the same one comes again.
 */
import type { PushRequest } from '../pipeline/push-request.js';
import type { IstiodMetrics } from './istiod-metrics.js';

export class TriggerCounts {
  #request: PushRequest | undefined;
  #slots: number[] = [];
  #counts: number[] = [];

  constructor(
    private readonly metrics: IstiodMetrics,
    /** Reasons that count once however often they were merged. */
    private readonly countedOnce: ReadonlySet<string>,
  ) {}

  count(request: PushRequest): void {
    if (request !== this.#request) this.#workOut(request);
    const { values } = this.metrics.registry;
    for (let i = 0; i < this.#slots.length; i++) values[this.#slots[i]!]! += this.#counts[i]!;
  }

  #workOut(request: PushRequest): void {
    this.#request = request;
    const reasons = [...request.reasons];
    this.#slots = reasons.map(([reason]) => this.metrics.triggers.slot(reason));
    this.#counts = reasons.map(([reason, count]) => (this.countedOnce.has(reason) ? 1 : count));
  }
}
