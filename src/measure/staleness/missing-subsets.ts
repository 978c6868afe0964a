/**
 * How long proxies have a route to a subset that they do not know: a canary's VirtualService that arrived before its
 * DestinationRule, or a rule that went too early. Each window is of one reference (route, host, subset) and one proxy,
 * from its use of the write that left the reference dangling to its use of the write that mended it. A route of gateways
 * counts at all gateways that are pushed, whichever of them it names.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { ObjectReference } from '../../pipeline/model/change.js';
import { Histogram } from '../../stats/histogram.js';
import type { SubsetWindows } from '../recorder/result.js';

export class MissingSubsets {
  readonly #windows = new Histogram();
  readonly #proxies = new Set<number>();
  /** By reference: since when each connection lacks the subset. One entry for each open reference and proxy. */
  readonly #open = new Map<string, Map<number, Nanos>>();

  used(object: ObjectReference, connection: number, isGateway: boolean, at: Nanos): void {
    for (const { id, atGateways } of object.opens ?? []) if (atGateways === isGateway) this.#openAt(id, connection, at);
    for (const { id, atGateways } of object.closes ?? []) if (atGateways === isGateway) this.#close(id, connection, at);
  }

  #openAt(reference: string, connection: number, at: Nanos): void {
    let since = this.#open.get(reference);
    if (since === undefined) {
      since = new Map();
      this.#open.set(reference, since);
    }
    since.set(connection, at);
  }

  #close(reference: string, connection: number, at: Nanos): void {
    const since = this.#open.get(reference);
    const from = since?.get(connection);
    if (since === undefined || from === undefined) return;
    since.delete(connection);
    // Both writes in one push: the subset comes with the clusters, before the route.
    if (at <= from) return;
    this.#windows.add(at - from);
    this.#proxies.add(connection);
  }

  result(): SubsetWindows {
    const windows = this.#windows;
    let open = 0;
    for (const since of this.#open.values()) open += since.size;
    return {
      windows: windows.count,
      proxies: this.#proxies.size,
      longest: windows.max / SECOND,
      proxy_seconds: windows.sum / SECOND,
      still_open: open,
    };
  }
}
