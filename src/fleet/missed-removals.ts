/**
 * Endpoints that were taken out of service while a proxy had no connection, or one to an istiod that is about to stop: no
 * istiod tells it, and it goes on sending to them until it is served again. What was still under way to it when its connection ended is not counted.
 */
import type { Nanos } from '../engine/time.js';
import { DeadEndpoints } from '../measure/staleness/dead-endpoints.js';
import type { KeyInterner } from '../mesh/keys.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import type { Change } from '../pipeline/model/change.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';
import { SampleBuffer } from '../stats/sample-buffer.js';

interface Removal {
  readonly change: Change;
  readonly namespace: string;
  readonly host: string;
}

export class MissedRemovals {
  readonly dead = new DeadEndpoints(new SampleBuffer());
  /** By time. */
  #removals: Removal[] = [];

  constructor(
    private readonly keys: KeyInterner,
    /** Before this nothing counts. */
    private readonly from: Nanos,
  ) {}

  /** `away`: how many proxies have configuration and are told of nothing. */
  wrote(event: WatchEvent, change: Change, away: number): void {
    if (event.of !== 'endpoints' || change.object?.removed === undefined || event.serves === undefined) return;
    if (away === 0) this.#removals = [];
    else this.#removals.push({ change, namespace: event.namespace, host: event.host });
  }

  /** A proxy that nobody has served since then is served now. */
  served(envoy: Envoy, since: Nanos, now: Nanos): void {
    if (now < this.from) return;
    for (let i = this.#removals.length - 1; i >= 0; i--) {
      const { change, namespace, host } = this.#removals[i]!;
      const { object } = change;
      if (change.at < since || object === undefined) return;
      const key = this.keys.of('ServiceEntry', namespace, host);
      if (envoy.askedFor.has(key)) this.dead.missed(change.at, object, envoy.proxy, now);
    }
  }
}
