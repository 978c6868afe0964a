/**
 * Whether a push concerns a proxy, and with which of its keys (`xds/proxy_dependencies.go`: DefaultProxyNeedsPush,
 * filterRelevantUpdates, proxyDependentOnConfig and, in 1.17, ConfigAffectsProxy). The scope before the change counts
 * too, so that removals are pushed.
 */

import type { Profile } from '../../../istio/profile.js';
import type { ConfigKey } from '../../../mesh/keys.js';
import type { Connection } from '../../model/connection.js';
import type { PushRequest } from '../../model/push-request.js';
import { isUnrestricted } from '../../model/request-rules.js';
import type { IstiodOptions } from '../../options.js';

/** What all plans of one istiod depend on. */
export interface PlanContext {
  readonly profile: Profile;
  readonly options: IstiodOptions;
  readonly rootNamespace: string;
}

/** A push request as the generators of one proxy get it. */
export interface ProxyRequest {
  readonly connection: Connection;
  readonly request: PushRequest;
  /** Everything is generated, whatever the keys. */
  readonly unrestricted: boolean;
  /** The keys that concern the proxy. */
  readonly relevant: ReadonlySet<ConfigKey>;
  /** The keys that the generators see: where proxies' keys are not filtered (1.17), those of others as well. */
  readonly keys: ReadonlySet<ConfigKey>;
}

const NO_KEYS: ReadonlySet<ConfigKey> = new Set();

/** `DefaultProxyNeedsPush`; undefined: the proxy does not need the push. */
export function requestFor(connection: Connection, request: PushRequest, setup: PlanContext): ProxyRequest | undefined {
  const { profile } = setup;
  const unrestricted = isUnrestricted(request, profile);
  const relevant = relevantKeys(connection, request, setup);
  if (!unrestricted && relevant.size === 0) return undefined;
  const keys = profile.filtersKeys && !unrestricted ? relevant : request.keys;
  return { connection, request, unrestricted, relevant, keys };
}

function relevantKeys(connection: Connection, { keys }: PushRequest, setup: PlanContext): ReadonlySet<ConfigKey> {
  let relevant: Set<ConfigKey> | undefined;
  for (const key of keys) {
    if (!concerns(key, connection, setup)) continue;
    relevant ??= new Set();
    relevant.add(key);
  }
  return relevant ?? NO_KEYS;
}

/** `proxyDependentOnConfig`. */
export function concerns(key: ConfigKey, connection: Connection, { profile, rootNamespace }: PlanContext): boolean {
  const { shape } = connection.proxy;
  if (shape.type === 'waypoint') return true;
  const table = shape.type === 'gateway' ? profile.relevance.router : profile.relevance.sidecar;
  switch (table[key.kind]) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'namespace':
      return key.namespace === rootNamespace || key.namespace === connection.scope.namespace;
    case 'scope':
      return inScope(key, connection);
    // A proxy here has at most one own service, so first and any are the same.
    case 'scopeOrFirstOwn':
    case 'scopeOrOwn':
      return key.dependency === shape.ownService || inScope(key, connection);
  }
}

function inScope(key: ConfigKey, connection: Connection): boolean {
  const { scope, previousScope } = connection;
  return (
    scope.dependsOn(key) || (previousScope !== undefined && previousScope !== scope && previousScope.dependsOn(key))
  );
}
