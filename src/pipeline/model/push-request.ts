/**
 * Push requests and how two of them become one (`model.PushRequest.Merge` and `CopyMerge`). The three versions differ
 * in what an empty key set means: everything in 1.17, nothing (unless forced) later.
 */
import type { Nanos } from '../../engine/time.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Delivery } from './change.js';
import type { PushContext } from './push-context.js';

export type Reason =
  | 'endpoint'
  | 'headlessendpoint'
  | 'config'
  | 'service'
  | 'proxy'
  | 'global'
  | 'unknown'
  | 'debug'
  | 'secret'
  | 'networks'
  | 'proxyrequest'
  | 'namespace'
  | 'cluster'
  | 'ambient'
  | 'tag'
  | 'depdendentresource';

export interface PushRequest {
  /** 1.17 and 1.30: asks for more than endpoints and secrets. Always false later. */
  readonly full: boolean;
  /** 1.30 and later: everything to everybody, unfiltered. Always false in 1.17. */
  readonly forced: boolean;
  readonly keys: ReadonlySet<ConfigKey>;
  /** How often each reason was given. */
  readonly reasons: ReadonlyMap<Reason, number>;
  /** The writes that led to it: what staleness is measured from. */
  readonly changes: readonly Delivery[];
  /** Stamped when the connections are queued, after the context is built; undefined before. */
  readonly start: Nanos | undefined;
  readonly context: PushContext | undefined;
}

/** Starts the push; calls `finished` when every connection is queued. `since` is undefined for a bypass. */
export type StartPush = (request: PushRequest, merged: number, since: Nanos | undefined, finished: () => void) => void;

/** What an event handler says; the rest is filled in on the way. */
export interface RequestParts {
  readonly full?: boolean;
  readonly forced?: boolean;
  readonly keys?: Iterable<ConfigKey>;
  readonly reason?: Reason;
  readonly changes?: readonly Delivery[];
}

export function pushRequest(parts: RequestParts): PushRequest {
  return {
    full: parts.full ?? false,
    forced: parts.forced ?? false,
    keys: new Set(parts.keys),
    reasons: parts.reason === undefined ? new Map() : new Map([[parts.reason, 1]]),
    changes: parts.changes ?? [],
    start: undefined,
    context: undefined,
  };
}

/**
 * Merges `later` into `first`. `emptyMeansEverything` is the 1.17 rule: if either side has no keys the result has none.
 * The older start and the newer context are kept, as the queue's copying merge does; in the debouncer both are unset.
 */
export function mergeRequests(first: PushRequest, later: PushRequest, emptyMeansEverything: boolean): PushRequest {
  const everything = emptyMeansEverything && (first.keys.size === 0 || later.keys.size === 0);
  const reasons = new Map(first.reasons);
  for (const [reason, count] of later.reasons) reasons.set(reason, (reasons.get(reason) ?? 0) + count);
  return {
    full: first.full || later.full,
    forced: first.forced || later.forced,
    keys: everything ? new Set() : new Set([...first.keys, ...later.keys]),
    reasons,
    changes: later.changes.length === 0 ? first.changes : [...first.changes, ...later.changes],
    start: older(first.start, later.start),
    context: later.context ?? first.context,
  };
}

function older(a: Nanos | undefined, b: Nanos | undefined): Nanos | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.min(a, b);
}
