/**
 * What one push means for one proxy (`xds/ads.go`: pushConnection): whether it needs it, which types are generated, with
 * which resources, and which changes are in use with them.
 */

import { XDS_TYPES, type XdsType } from '../../../istio/xds-types.js';
import type { ConfigKey } from '../../../mesh/keys.js';
import type { Delivery } from '../../model/change.js';
import type { Connection } from '../../model/connection.js';
import type { PushRequest } from '../../model/push-request.js';
import { holds, type ResponsePlan } from '../../model/response-plan.js';
import { needsPush, triggers } from './needs-push.js';
import { planType } from './plan-type.js';
import { concerns, type PlanContext, type ProxyRequest, requestFor } from './relevance.js';

export interface PushPlan {
  readonly needed: boolean;
  /** In push order; NDS and ECDS last. */
  readonly types: readonly ResponsePlan[];
  /** Changes this push delivers to the proxy. */
  readonly delivers: readonly Delivery[];
  /** Of those, the ones that add clusters and are usable only with the endpoints the proxy will ask for. */
  readonly awaitsEndpoints: readonly Delivery[];
}

/** What most pushes mean to most proxies. */
export const UNNEEDED: PushPlan = { needed: false, types: [], delivers: [], awaitsEndpoints: [] };

/** `pushConnection`, without what depends on the moment. */
export function planPush(connection: Connection, request: PushRequest, setup: PlanContext): PushPlan {
  const proxyRequest = requestFor(connection, request, setup);
  if (proxyRequest === undefined) return UNNEEDED;
  const types = XDS_TYPES.filter((type) => connection.watches(type) && needsPush(type, proxyRequest, setup)).map(
    (type) => planType(type, proxyRequest, causesOf(type, proxyRequest, setup), setup),
  );
  const changes = [...new Set(request.changes)];
  const changed = changedKeys(changes, proxyRequest, setup);
  const awaitsEndpoints = changes.filter(({ keys }) =>
    keys.some((key) => changed.has(key) && connection.lacksEndpointsOf(key)),
  );
  const sent = types.filter((planned) => planned.sends);
  const delivers = changes.filter(
    (change) => awaitsEndpoints.includes(change) || isBrought(change, changed, sent, connection, setup),
  );
  return { needed: true, types, delivers, awaitsEndpoints };
}

/** Whether a message that was planned for the connection has something of the change in it. */
export function carries(planned: ResponsePlan, change: Delivery, connection: Connection, setup: PlanContext): boolean {
  const relevant = new Set(change.keys.filter((key) => concerns(key, connection, setup)));
  return isBrought(change, relevant, [planned], connection, setup);
}

/** Without keys (1.17) the request no longer says what has changed, but the changes do. */
function changedKeys(
  changes: readonly Delivery[],
  { connection, unrestricted, relevant }: ProxyRequest,
  setup: PlanContext,
): ReadonlySet<ConfigKey> {
  if (!unrestricted) return relevant;
  return new Set(changes.flatMap(({ keys }) => keys.filter((key) => concerns(key, connection, setup))));
}

/** One change causes everything; of several, each causes what its relevant keys trigger, and one without keys all. */
function causesOf(
  type: XdsType,
  { connection, request, relevant }: ProxyRequest,
  setup: PlanContext,
): readonly Delivery[] {
  const { changes } = request;
  // The request's own list where possible: proxies with different plans then share it, and what is kept with it.
  if (changes.length < 2) return changes;
  const needsFull = setup.profile.hasFull && setup.profile.fullOnly.has(type);
  const causes = changes.filter(
    ({ keys, full }) =>
      (full || !needsFull) &&
      (keys.length === 0 || keys.some((key) => relevant.has(key) && triggers(type, key, connection, setup))),
  );
  return causes.length > 0 && causes.length < changes.length ? causes : changes;
}

/** A change without keys is for everybody; one with keys is brought by any type that one of its relevant keys triggers. */
function isBrought(
  { keys }: Delivery,
  relevant: ReadonlySet<ConfigKey>,
  sent: readonly ResponsePlan[],
  connection: Connection,
  setup: PlanContext,
): boolean {
  if (keys.length === 0) return sent.length > 0;
  return keys.some(
    (key) =>
      relevant.has(key) &&
      sent.some((planned) => triggers(planned.type, key, connection, setup) && holds(planned, key)),
  );
}
