/**
 * What a proxy is generated from (`xds/ads.go`: computeProxyState): its sidecar scope and, for gateways, the Gateway
 * objects that select it. Only the parts a changed kind can affect are looked up again.
 */
import type { StateWork } from '../../cost/model.js';
import type { Profile } from '../../istio/profile.js';
import type { Connection } from '../model/connection.js';
import type { PushRequest } from '../model/push-request.js';
import { isUnrestricted } from '../model/request-rules.js';

/** Uses the complete key set of the request: the per-proxy filter comes later. */
export function recomputeState(connection: Connection, request: PushRequest, profile: Profile): void {
  const context = request.context ?? connection.context;
  const everything = isUnrestricted(request, profile);
  const { shape } = connection.proxy;
  if (everything || touches(request, profile.scopeKinds)) {
    connection.recompute(context.tables.scopes.of(shape));
  }
  if (connection.gateway !== undefined && (everything || touches(request, profile.gatewayKinds))) {
    connection.selectGateway(context.tables.gateways.mergedFor(shape));
  }
  connection.context = context;
  connection.lastPushStart = request.start;
}

/** What the recomputation for a push consists of, for its cost. */
export function stateWork(connection: Connection, request: PushRequest, profile: Profile): StateWork {
  const everything = isUnrestricted(request, profile);
  const { proxy } = connection;
  return {
    proxy,
    tables: (request.context ?? connection.context).tables,
    targets: everything || looksUpOwnServices(request, proxy.shape.namespace, profile),
    scope: everything || touches(request, profile.scopeKinds),
  };
}

/** The state of a proxy that has just connected, or whose scope is of another context. */
export function wholeState(connection: Connection): StateWork {
  return { proxy: connection.proxy, tables: connection.context.tables, targets: true, scope: true };
}

function looksUpOwnServices(request: PushRequest, namespace: string, { ownServices }: Profile): boolean {
  if (ownServices === 'always') return true;
  for (const key of request.keys) {
    if (key.kind === 'ServiceEntry' && (ownServices === 'anyServiceKey' || key.namespace === namespace)) return true;
  }
  return false;
}

/** Before a request is answered from a context whose scopes are not the proxy's (`xds/ads.go`: pushXds on requests). */
export function adoptContext(connection: Connection): void {
  connection.recompute(connection.context.tables.scopes.of(connection.proxy.shape));
}

function touches(request: PushRequest, kinds: ReadonlySet<string>): boolean {
  for (const key of request.keys) if (kinds.has(key.kind)) return true;
  return false;
}
