/**
 * Whether a changed key concerns a proxy (`xds/proxy_dependencies.go`: proxyDependentOnConfig and, in 1.17,
 * ConfigAffectsProxy). The scope before the change counts too, so that removals are pushed.
 */
import type { ConfigKey } from '../mesh/keys.js';
import type { Connection } from './connection.js';
import type { Profile } from './profiles/profile.js';

export function concerns(key: ConfigKey, connection: Connection, profile: Profile, rootNamespace: string): boolean {
  const { shape } = connection.proxy;
  if (shape.type === 'waypoint') return true;
  const table = shape.type === 'gateway' ? profile.relevance.router : profile.relevance.sidecar;
  switch (table[key.kind] ?? profile.relevance.otherwise) {
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
  return connection.scope.dependsOn(key) || (connection.previousScope?.dependsOn(key) ?? false);
}
