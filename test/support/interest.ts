/**
 * Which changes a push delivers to a proxy, decided key by key from the rules and the tables: who depends on the object,
 * in the mesh before or after the change, and which of the watched types its kind regenerates. Nothing here asks the
 * planner.
 */

import type { ConfigKind } from '../../src/istio/kinds.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import type { XdsType } from '../../src/istio/xds-types.js';
import type { ConfigKey } from '../../src/mesh/keys.js';
import type { Connection } from '../../src/pipeline/model/connection.js';
import type { PushRequest } from '../../src/pipeline/model/push-request.js';
import { ROOT } from './mesh.js';
import type { Imports } from './reference.js';
import { skipTableOf } from './skip-tables.js';

const NAMESPACED_LATER: readonly ConfigKind[] = ['WasmPlugin', 'TrafficExtension', 'Telemetry'];

/** Whether a changed key concerns a proxy that imports (or imported) this. */
export function isRelevant(
  version: IstioVersion,
  key: ConfigKey,
  { proxy }: Connection,
  imports: readonly Imports[],
): boolean {
  const { kind, namespace, name } = key;
  const text = `${namespace}/${name}`;
  const isGateway = proxy.shape.type === 'gateway';
  const isNear = namespace === ROOT || namespace === proxy.shape.namespace;
  const some = (test: (one: Imports) => boolean): boolean => imports.some(test);
  switch (kind) {
    case 'Gateway':
      return isGateway;
    case 'Sidecar':
      return !isGateway && some(({ sidecar }) => sidecar === text);
    case 'ServiceEntry':
      return key === proxy.shape.ownService || some(({ services }) => services.has(text));
    case 'Endpoints':
      return isGateway || some(({ services }) => services.has(text));
    case 'VirtualService':
      return isGateway || some(({ virtualServices }) => virtualServices.has(text));
    case 'DestinationRule':
      return isGateway || some(({ destinationRules }) => destinationRules.has(text));
    case 'PeerAuthentication':
      return isGateway || version === '1.17' || isNear || some(({ namespaces }) => namespaces.has(namespace));
    case 'EnvoyFilter':
    case 'AuthorizationPolicy':
    case 'RequestAuthentication':
      return isGateway || isNear;
    default:
      return isGateway || version === '1.17' || isNear || !NAMESPACED_LATER.includes(kind);
  }
}

/** Whether a key of this kind alone makes istiod regenerate the type for this proxy. */
export function regenerates(version: IstioVersion, type: XdsType, key: ConfigKey, { proxy }: Connection): boolean {
  const isGateway = proxy.shape.type === 'gateway';
  const row = skipTableOf(version).get(key.kind);
  switch (row?.[type === 'lds' && isGateway ? 'lds at gateways' : type] ?? '.') {
    case 'S':
      return false;
    case 'R':
      return isGateway;
    case 'O':
      return key.namespace === ROOT || key.namespace === proxy.shape.namespace;
    default:
      return true;
  }
}

const FULL_ONLY: Readonly<Record<IstioVersion, readonly XdsType[]>> = {
  '1.17': ['cds', 'lds', 'rds'],
  '1.30': ['cds', 'lds', 'rds', 'nds'],
  '1.32-dev': [],
};
const PARTIAL: Readonly<Record<IstioVersion, readonly ConfigKind[]>> = {
  '1.17': ['ServiceEntry'],
  '1.30': ['ServiceEntry', 'DestinationRule', 'PeerAuthentication'],
  '1.32-dev': ['ServiceEntry', 'Endpoints', 'DestinationRule', 'PeerAuthentication'],
};

/** What this push does with this change at this proxy: `uses` it, `awaitsEndpoints` the endpoints of a new cluster, or `none`. */
export function fate(
  version: IstioVersion,
  changed: readonly ConfigKey[],
  request: PushRequest,
  connection: Connection,
  imports: readonly Imports[],
  watchable: ReadonlySet<ConfigKey>,
): 'uses' | 'awaits' | 'none' {
  const isUnrestricted = version === '1.17' ? request.keys.size === 0 : request.forced;
  const relevant = (key: ConfigKey): boolean => isRelevant(version, key, connection, imports);
  const remaining = [...request.keys].filter((key) => isUnrestricted || relevant(key));
  if (!isUnrestricted && remaining.length === 0) return 'none';
  const keys = version === '1.17' ? [...request.keys] : remaining;
  const { eds } = connection.watched;
  const isSent = (type: XdsType, key: ConfigKey): boolean => {
    if (!watches(connection, type) || !regenerates(version, type, key, connection)) return false;
    if (isUnrestricted) return true;
    if (FULL_ONLY[version]!.includes(type) && !request.full) return false;
    if (isShortcut(version, request, remaining) && skipsByShortcut(type, connection)) return false;
    if (type !== 'eds' || !isPartial(version, request, keys, connection)) return true;
    if (key.kind === 'DestinationRule') return [...eds!].some((watched) => isRuleFor(key, watched));
    if (key.kind === 'PeerAuthentication') return [...eds!].some(({ namespace }) => namespace === key.namespace);
    return eds!.has(key.dependency);
  };
  const types: readonly XdsType[] = ['cds', 'eds', 'lds', 'rds', 'sds'];
  if (changed.length === 0) return types.some((type) => watches(connection, type)) ? 'uses' : 'none';
  const own = changed.filter((key) => (isUnrestricted || request.keys.has(key)) && relevant(key));
  if (own.some((key) => watchable.has(key.dependency) && !(eds?.has(key.dependency) ?? false))) return 'awaits';
  return own.some((key) => types.some((type) => isSent(type, key))) ? 'uses' : 'none';
}

function watches({ watched }: Connection, type: XdsType): boolean {
  if (type === 'eds' || type === 'rds' || type === 'sds') return (watched[type]?.size ?? 0) > 0;
  return watched[type];
}

function isPartial(
  version: IstioVersion,
  request: PushRequest,
  keys: readonly ConfigKey[],
  connection: Connection,
): boolean {
  if (version === '1.17') {
    if (!request.full) return true;
    return keys
      .filter((key) => regenerates(version, 'eds', key, connection))
      .every((key) => key.kind === 'ServiceEntry');
  }
  return keys.every(
    ({ kind, namespace }) => PARTIAL[version]!.includes(kind) && !(kind === 'PeerAuthentication' && namespace === ROOT),
  );
}

function isShortcut(version: IstioVersion, { reasons }: PushRequest, remaining: readonly ConfigKey[]): boolean {
  if (version !== '1.32-dev' || !reasons.has('headlessendpoint') || reasons.has('service')) return false;
  return remaining.every(({ kind }) => kind === 'ServiceEntry');
}

function skipsByShortcut(type: XdsType, { proxy }: Connection): boolean {
  return type === 'cds' || type === 'rds' || (type === 'lds' && proxy.shape.type === 'gateway');
}

/** The rules of these tests carry the name of the service they are for. */
function isRuleFor({ name }: ConfigKey, service: ConfigKey): boolean {
  return service.name.startsWith(`${name}.`);
}
