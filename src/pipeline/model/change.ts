/**
 * A change is a fact: one write of one object in the cluster. Its delivery is one istiod's, from the watch event until
 * the last interested proxy of that istiod uses it. Deliveries travel inside push requests; merging requests gathers
 * them, so none is ever lost or counted twice.
 */
import type { Nanos } from '../../engine/time.js';
import type { ConfigKey } from '../../mesh/keys.js';

/** What was written, for people. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Endpoints that this write took out of service. */
  readonly removed?: number;
  /** How long they go on serving from then (preStop and what follows), where that is known. */
  readonly serves?: Nanos;
  /** Routes that name a subset nobody defines, from this write on or no longer. */
  readonly opens?: readonly DanglingRoute[];
  readonly closes?: readonly DanglingRoute[];
}

export interface DanglingRoute {
  /** Route, host and subset. */
  readonly id: string;
  /** Whose configuration has the route: that of gateways, or that of all other proxies. */
  readonly atGateways: boolean;
}

export interface Change {
  readonly id: number;
  /** The event source of the scenario that made it. */
  readonly source: string;
  /** When the object was written. */
  readonly at: Nanos;
  readonly object: ObjectReference | undefined;
}

export interface Delivery extends Change {
  /** The keys istiod derived from it; a proxy is interested if one of them concerns it. None: everybody is. */
  readonly keys: ConfigKey[];
  /** By itself, and not only because of what it was merged with, it asks for more than endpoints and secrets. */
  full: boolean;
  /** Requests with this change on their way to the queue, pushes queued or running, and answers its users wait for. */
  pendingCount: number;
}

/** Who is notified when nothing of a delivery is pending any more. */
export interface Completion {
  completed(delivery: Delivery): void;
}

export function newChange(id: number, source: string, at: Nanos, object?: ObjectReference): Change {
  return { id, source, at, object };
}

/** The delivery of a change by one istiod, which is about to see it. */
export function newDelivery({ id, source, at, object }: Change): Delivery {
  return { id, source, at, object, keys: [], full: false, pendingCount: 0 };
}

/** So many pushes (or awaited answers) less are pending for each; duplicates count as often as they occur. */
export function complete(deliveries: readonly Delivery[], observer: Completion, times = 1): void {
  for (const delivery of deliveries) {
    delivery.pendingCount -= times;
    if (delivery.pendingCount === 0) observer.completed(delivery);
  }
}
