/**
 * Changes that proxies lack because they rejected the message they came with, until they accept a later one. Their
 * stretches up to Envoy are those of the message that was rejected: the rest is Envoy's.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { RejectedChanges } from '../recorder/result.js';

interface Held {
  readonly taken: Nanos;
  readonly sent: Nanos;
  readonly arrives: Nanos;
  readonly counts: boolean;
}

export class Rejected {
  #pairs = 0;
  #longest: Nanos = 0;
  /** By change and connection. */
  readonly #nacked = new Map<Delivery, Map<number, Held>>();

  nacked(change: Delivery, connection: number, nacked: Held): void {
    let proxies = this.#nacked.get(change);
    if (proxies === undefined) {
      proxies = new Map();
      this.#nacked.set(change, proxies);
    }
    if (proxies.has(connection)) return;
    proxies.set(connection, nacked);
    if (nacked.counts) this.#pairs += 1;
  }

  /** When the rejected message came, if there was one; asked for every use. */
  used(change: Delivery, connection: number, at: Nanos): Held | undefined {
    if (this.#nacked.size === 0) return undefined;
    const proxies = this.#nacked.get(change);
    const nacked = proxies?.get(connection);
    if (proxies === undefined || nacked === undefined) return undefined;
    proxies.delete(connection);
    if (proxies.size === 0) this.#nacked.delete(change);
    if (nacked.counts) this.#longest = Math.max(this.#longest, at - nacked.arrives);
    return nacked;
  }

  result(): RejectedChanges {
    let open = 0;
    for (const proxies of this.#nacked.values()) open += proxies.size;
    return { pairs: this.#pairs, longest: this.#longest / SECOND, still_open: open };
  }
}
