/**
 * Which types a push regenerates (`xds/{cds,eds,lds,rds,nds,ecds,sds}.go`: cdsNeedsPush and the like): those that a kind
 * among its keys triggers.
 */

import type { XdsType } from '../../../istio/xds-types.js';
import type { ConfigKey } from '../../../mesh/keys.js';
import type { Connection } from '../../model/connection.js';
import type { PlanContext, ProxyRequest } from './relevance.js';

/** `cdsNeedsPush`, `edsNeedsPush`, … */
export function needsPush(type: XdsType, proxyRequest: ProxyRequest, setup: PlanContext): boolean {
  const { connection, request, unrestricted, keys } = proxyRequest;
  const { profile } = setup;
  if (profile.hasFull && !request.full) {
    if (profile.fullOnly.has(type)) return false;
    if (type === 'nds') return request.reasons.has('headlessendpoint');
  }
  if (unrestricted) return true;
  if (profile.headlessShortcut && isShortcut(type, proxyRequest)) return false;
  for (const key of keys) if (triggers(type, key, connection, setup)) return true;
  return false;
}

/** Whether the key by itself regenerates the type: its kind is not in the type's skip set. */
export function triggers(
  type: XdsType,
  key: ConfigKey,
  { isRouter, proxy }: Connection,
  { profile, rootNamespace }: PlanContext,
): boolean {
  switch (profile.skips.trigger(type, key.kind, isRouter)) {
    case 'triggers':
      return true;
    case 'router':
      return isRouter;
    case 'client':
      return !isRouter;
    case 'ownNamespace':
      return key.namespace === rootNamespace || key.namespace === proxy.shape.namespace;
    case 'skipped':
      return false;
  }
}

/** A batch of headless endpoint events and nothing else needs no clusters and no routes (development head). */
function isShortcut(type: XdsType, { connection, request, keys }: ProxyRequest): boolean {
  if (!request.reasons.has('headlessendpoint') || request.reasons.has('service')) return false;
  for (const key of keys) if (key.kind !== 'ServiceEntry') return false;
  return type === 'cds' || type === 'rds' || (type === 'lds' && connection.isRouter);
}
