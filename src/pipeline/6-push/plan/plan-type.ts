/**
 * What a push sends of a type: everything watched, or only what the changed services need (`xds/eds.go`:
 * canSendPartialFullPushes; `core/cluster.go`: BuildDeltaClusters), or nothing after all (`xds/sds.go`).
 */

import type { ConfigKind } from '../../../istio/kinds.js';
import type { XdsType } from '../../../istio/xds-types.js';
import { isSecret } from '../../../mesh/config/discovery.js';
import { type ConfigKey, endpointNamesOf, isOfService } from '../../../mesh/keys.js';
import type { NameSet } from '../../../mesh/services/service-table.js';
import type { Delivery } from '../../model/change.js';
import type { Connection } from '../../model/connection.js';
import type { ResponsePlan } from '../../model/response-plan.js';
import { triggers } from './needs-push.js';
import type { PlanContext, ProxyRequest } from './relevance.js';

/** What the type's generator makes of the request (`Generate`, `GenerateDeltas`). */
export function planType(
  type: XdsType,
  proxyRequest: ProxyRequest,
  causes: readonly Delivery[],
  setup: PlanContext,
): ResponsePlan {
  const names = servicesToGenerate(type, proxyRequest, setup);
  const delta = names !== undefined && setup.options.xds === 'delta';
  return { type, names, delta, sends: sendsAny(type, names, proxyRequest, setup), causes };
}

function servicesToGenerate(
  type: XdsType,
  proxyRequest: ProxyRequest,
  setup: PlanContext,
): readonly ConfigKey[] | undefined {
  if (proxyRequest.unrestricted) return undefined;
  if (type === 'eds' && isPartialEds(proxyRequest, setup)) return affectedEndpoints(proxyRequest);
  if (type === 'cds' && setup.options.xds === 'delta' && isDeltaCds(proxyRequest, setup))
    return affectedClusters(proxyRequest);
  return undefined;
}

function sendsAny(
  type: XdsType,
  names: readonly ConfigKey[] | undefined,
  proxyRequest: ProxyRequest,
  setup: PlanContext,
): boolean {
  const { eds, rds, sds } = proxyRequest.connection.watched;
  if (type === 'eds') return names === undefined ? eds !== undefined && eds.size > 0 : names.length > 0;
  if (type === 'rds') return rds !== undefined && rds.size > 0;
  return type !== 'sds' || (sds !== undefined && sds.size > 0 && sendsSecrets(sds, proxyRequest, setup));
}

/** `canSendPartialFullPushes`. */
function isPartialEds({ connection, request, keys }: ProxyRequest, setup: PlanContext): boolean {
  const { edsSkippedKindsKeepPartial, edsPartialKinds } = setup.profile;
  if (edsSkippedKindsKeepPartial) {
    if (!request.full) return true;
    if (!setup.options.partialFullPushes) return false;
  }
  for (const key of keys) {
    if (edsSkippedKindsKeepPartial && !triggers('eds', key, connection, setup)) continue;
    if (!namesServices(key, edsPartialKinds, setup)) return false;
  }
  return true;
}

/** `shouldUseDelta`. */
function isDeltaCds({ connection, keys }: ProxyRequest, setup: PlanContext): boolean {
  const { cdsSkippedKindsKeepDelta, deltaCdsKinds } = setup.profile;
  for (const key of keys) {
    if (cdsSkippedKindsKeepDelta && !triggers('cds', key, connection, setup)) continue;
    if (!namesServices(key, deltaCdsKinds, setup)) return false;
  }
  return true;
}

/** Whether the services that the key affects are known; mTLS of the whole mesh affects all. */
function namesServices(key: ConfigKey, kinds: ReadonlySet<ConfigKind>, { rootNamespace }: PlanContext): boolean {
  return kinds.has(key.kind) && !(key.kind === 'PeerAuthentication' && key.namespace === rootNamespace);
}

/** Watched clusters, those of subsets too, of the named services, of changed DestinationRules' hosts and of changed mTLS namespaces. */
function affectedEndpoints({ connection, keys }: ProxyRequest): readonly ConfigKey[] {
  const watched = connection.watched.eds!;
  const names = new Set<ConfigKey>();
  const add = (service: ConfigKey): void => {
    for (const name of endpointNamesOf(service)) if (watched.has(name)) names.add(name);
  };
  for (const key of keys) {
    if (isOfService(key)) {
      add(key.dependency);
    } else if (key.kind === 'DestinationRule') {
      for (const service of servicesOfRule(key, connection)) add(service);
    } else if (key.kind === 'PeerAuthentication') {
      for (const name of watched.list) if (name.namespace === key.namespace) names.add(name);
    }
  }
  return [...names];
}

/** Clusters in scope that one of the keys changes or delivers (`BuildDeltaClusters`). */
function affectedClusters({ connection, keys }: ProxyRequest): readonly ConfigKey[] {
  const { selection } = connection.scope;
  const names = new Set<ConfigKey>();
  let isWidened = false;
  for (const key of keys) {
    for (const name of clustersOf(key, connection)) if (selection.has(name)) names.add(name);
    isWidened ||= key.kind === 'VirtualService' || key.kind === 'Sidecar';
  }
  if (isWidened) for (const name of newlyImported(connection)) names.add(name);
  return [...names];
}

function clustersOf(key: ConfigKey, connection: Connection): readonly ConfigKey[] {
  switch (key.kind) {
    case 'ServiceEntry':
      return [key.dependency];
    case 'DestinationRule':
      return servicesOfRule(key, connection);
    case 'PeerAuthentication':
      return keysOf(connection, ({ namespace }) => namespace === key.namespace);
    default:
      return [];
  }
}

/** A push with a kind that may widen the scope has just recomputed it: the previous one is that of the push before. */
function newlyImported(connection: Connection): readonly ConfigKey[] {
  const before = connection.previousScope?.selection;
  if (before === undefined || before === connection.scope.selection) return [];
  return keysOf(connection, (key) => !before.has(key));
}

function keysOf({ scope }: Connection, isMeant: (key: ConfigKey) => boolean): readonly ConfigKey[] {
  return scope.selection.services.map(({ key }) => key).filter(isMeant);
}

/** Services for which the rule is selected, or was before this push. */
function servicesOfRule(key: ConfigKey, { scope, previousScope }: Connection): readonly ConfigKey[] {
  const before = previousScope?.servicesOf(key) ?? [];
  return [...scope.servicesOf(key), ...before.filter((name) => scope.selection.has(name))];
}

/**
 * A gateway's certificates are Secrets (or, for CAs, ConfigMaps) of its own namespace. 1.17 answers every SDS watcher,
 * with an empty list when the secret is not theirs; later nothing is sent then.
 */
function sendsSecrets(
  watched: NameSet<string>,
  { connection, request, unrestricted, keys }: ProxyRequest,
  { profile }: PlanContext,
): boolean {
  if (unrestricted || profile.sendsEmptySds || (profile.hasFull && request.full)) return true;
  const { namespace } = connection.proxy.shape;
  return [...keys].some(
    (key) =>
      isSecret(key.kind) &&
      key.namespace === namespace &&
      (watched.has(key.name) || watched.has(key.name.replace(/-cacert$/, ''))),
  );
}
