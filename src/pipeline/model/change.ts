/**
 * One write of one object in the cluster, from the moment it was made until the last interested proxy uses it. It
 * travels inside push requests; merging requests gathers changes, so none is ever lost or counted twice.
 */
import type { Nanos } from '../../engine/time.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Observer } from '../observer.js';

/** What was written, for people. */
export interface ObjectReference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Endpoints that this write took out of service. */
  readonly removed?: number;
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
  /** The keys istiod derived from it; a proxy is interested if one of them concerns it. None: everybody is. */
  readonly keys: ConfigKey[];
  /** By itself, and not only because of what it was merged with, it asks for more than endpoints and secrets. */
  full: boolean;
  /** Requests with this change on their way to the queue, pushes queued or running, and answers its users wait for. */
  pendingCount: number;
}

export function newChange(id: number, source: string, at: Nanos, object?: ObjectReference): Change {
  return { id, source, at, object, keys: [], full: false, pendingCount: 0 };
}

/** So many pushes (or awaited answers) less are pending for each; duplicates count as often as they occur. */
export function complete(changes: readonly Change[], observer: Observer, times = 1): void {
  for (const change of changes) {
    change.pendingCount -= times;
    if (change.pendingCount === 0) observer.completed(change);
  }
}
