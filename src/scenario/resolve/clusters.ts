/**
 * Other clusters of the mesh: their services, merged with those of the first by host, and their proxies, which the same
 * istiods serve. Configuration is read from the first cluster alone.
 */
import type { RemoteClusterSpec } from '../../fleet/spec.js';
import type { MeshSpec, ServiceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { ClusterYaml } from '../schema/mesh.js';
import { resolveMesh } from './mesh.js';
import { isMapping, type ReadResources } from './resources.js';

export interface ClusteredMesh {
  readonly mesh: MeshSpec;
  readonly clusters: readonly RemoteClusterSpec[];
}

export function resolveClusters(
  written: unknown,
  own: MeshSpec,
  reporter: Reporter,
  readResources: ReadResources,
): ClusteredMesh {
  const items = isMapping(written) ? written.clusters : undefined;
  if (items === undefined) return { mesh: own, clusters: [] };
  if (!Array.isArray(items)) {
    reporter.error('wrong-type', ['mesh', 'clusters'], 'a list of other clusters', { received: items });
    return { mesh: own, clusters: [] };
  }
  let mesh = own;
  const names = new Set<string>();
  const clusters = items.flatMap((item, i): RemoteClusterSpec[] => {
    const path = ['mesh', 'clusters', i];
    const { generate = [], services = [], proxies = [], ...around } = isMapping(item) ? item : {};
    const cluster = check(ClusterYaml, isMapping(item) ? around : item, path, reporter);
    const listed = resolveMesh({ generate, services, proxies }, reporter, readResources, path);
    if (listed.configs.length > 0) {
      const expected = 'no objects in another cluster: istiod reads configuration from its own';
      reporter.error('bad-value', [...path, 'generate'], expected, { part: 'key' });
    }
    if (cluster === undefined) return [];
    const { name, sync, network } = cluster;
    if (names.has(name)) reporter.error('duplicate-name', [...path, 'name'], `there are two clusters ${name}`);
    names.add(name);
    if (network !== undefined)
      reporter.warn('not-modelled', [...path, 'network'], 'networks are not modelled', { limit: 'networks' });
    reportOthers(own, listed, path, reporter);
    mesh = merged(mesh, listed);
    return [{ name, sync, services: listed.services, proxies: listed.proxies }];
  });
  return { mesh, clusters };
}

/** A service of the same name in two clusters is one service, and should look like one. */
function reportOthers(own: MeshSpec, other: MeshSpec, path: Path, reporter: Reporter): void {
  const known = new Map(own.services.map((service) => [`${service.namespace}/${service.host}`, service]));
  for (const service of other.services) {
    const same = known.get(`${service.namespace}/${service.host}`);
    if (same === undefined || same.resolution === service.resolution) continue;
    const expected = `${service.namespace}/${service.name} with resolution ${same.resolution}, as in the first cluster`;
    reporter.error('bad-value', path, expected, { part: 'key' });
  }
}

function merged(mesh: MeshSpec, other: MeshSpec): MeshSpec {
  const services = new Map(mesh.services.map((service) => [`${service.namespace}/${service.host}`, service]));
  for (const service of other.services) {
    const id = `${service.namespace}/${service.host}`;
    const known = services.get(id);
    services.set(id, known === undefined ? service : { ...known, endpoints: known.endpoints + service.endpoints });
  }
  return { ...mesh, services: [...services.values()], proxies: [...mesh.proxies, ...other.proxies] };
}

/** The services and proxies of the first cluster alone. */
export function ownPart(
  mesh: MeshSpec,
  clusters: readonly RemoteClusterSpec[],
): Pick<MeshSpec, 'services' | 'proxies'> {
  const others = clusters.reduce((sum, { proxies }) => sum + proxies.length, 0);
  return { services: ownServices(mesh, clusters), proxies: mesh.proxies.slice(0, mesh.proxies.length - others) };
}

function ownServices(mesh: MeshSpec, clusters: readonly RemoteClusterSpec[]): readonly ServiceSpec[] {
  const away = new Map<string, number>();
  for (const { namespace, host, endpoints } of clusters.flatMap(({ services }) => services)) {
    const id = `${namespace}/${host}`;
    away.set(id, (away.get(id) ?? 0) + endpoints);
  }
  return mesh.services.flatMap((service) => {
    const elsewhere = away.get(`${service.namespace}/${service.host}`);
    if (elsewhere === undefined) return [service];
    const endpoints = service.endpoints - elsewhere;
    return endpoints > 0 ? [{ ...service, endpoints }] : [];
  });
}
