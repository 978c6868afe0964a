/**
 * Endpoint shards by service id (`model.EndpointIndex`): what EDS generation reads, always current, never part of a
 * push context. Service accounts are held as one opaque union string per service.
 */
import { assert } from '../../engine/assert.js';

export interface Shard {
  /** Ready endpoints now. */
  ready: number;
  /** Whether the (host, namespace) key exists: it is created by the first non-empty update and dropped with the Service. */
  indexed: boolean;
  /** Union of the endpoints' service accounts at the last non-empty update. */
  accounts: string;
}

export class EndpointIndex {
  /** Counts changes, so that what was derived from the index can tell whether it still holds. */
  version = 0;
  readonly #shards: Shard[] = [];

  of(serviceId: number): Shard {
    let shard = this.#shards[serviceId];
    if (shard === undefined) {
      shard = { ready: 0, indexed: false, accounts: '' };
      this.#shards[serviceId] = shard;
    }
    return shard;
  }

  /** Writes the ready endpoints of a service. */
  setReady(serviceId: number, ready: number): void {
    assert(ready >= 0, 'a service has no fewer than 0 ready endpoints');
    this.of(serviceId).ready = ready;
    this.version += 1;
  }

  ready(serviceId: number): number {
    return this.#shards[serviceId]?.ready ?? 0;
  }
}
