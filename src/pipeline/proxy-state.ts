/**
 * What a proxy is generated from (`xds/ads.go`: computeProxyState): its sidecar scope and, for gateways, the Gateway
 * objects that select it. Only the parts a changed kind can affect are looked up again.
 */
import type { Connection } from './connection.js';
import type { Profile } from './profiles/profile.js';
import type { PushRequest } from './push-request.js';
import { isUnrestricted } from './request-rules.js';

/** Uses the complete key set of the request: the per-proxy filter comes later. */
export function recomputeState(connection: Connection, request: PushRequest, profile: Profile): void {
  const context = request.context ?? connection.context;
  const everything = isUnrestricted(request, profile);
  const { shape } = connection.proxy;
  if (everything || touches(request, profile.scopeKinds)) {
    connection.previousScope = connection.scope;
    connection.scope = context.tables.scopes.of(shape);
  }
  if (connection.gateway !== undefined && (everything || touches(request, profile.gatewayKinds))) {
    connection.previousGateway = connection.gateway;
    connection.gateway = context.tables.gateways.mergedFor(shape);
  }
  connection.context = context;
  connection.lastPushStart = request.start;
}

/** Before a request is answered from a context whose scopes are not the proxy's (`xds/ads.go`: pushXds on requests). */
export function adoptContext(connection: Connection): void {
  connection.scope = connection.context.tables.scopes.of(connection.proxy.shape);
}

function touches(request: PushRequest, kinds: ReadonlySet<string>): boolean {
  for (const key of request.keys) if (kinds.has(key.kind)) return true;
  return false;
}
