/** Real Istio objects → the mesh's: kind and name are checked, the spec stays plain data. */
import type { ConfigObject } from '../mesh/spec.js';
import type { Collector } from './collect.js';
import { apiGroup, KINDS_WITHOUT_SPEC, kindsNamed, RESOURCE_KINDS, type ResourceKind } from './kinds.js';
import { didYouMean } from './nearest.js';
import type { Path, Reporter } from './reporter.js';
import { ResourceObject } from './schema-mesh.js';
import { check } from './zod-issues.js';

/** Kinds people will try because a cluster has them; each is written differently here. */
const INSTEAD: Readonly<Record<string, string>> = {
  Service: 'list it under mesh.services',
  Endpoints: 'say endpoints: N on the service under mesh.services',
  EndpointSlice: 'say endpoints: N on the service under mesh.services',
  Pod: 'list sidecars under mesh.proxies',
  Deployment: 'list sidecars under mesh.proxies',
  Namespace: 'list it under mesh.namespaces',
};

/** One object, or a `kind: List` of them as kubectl prints it. */
export function addResource(value: unknown, path: Path, into: Collector, reporter: Reporter): void {
  if (isMapping(value) && value.kind === 'List' && Array.isArray(value.items)) {
    for (const [i, item] of value.items.entries()) addResource(item, [...path, 'items', i], into, reporter);
    return;
  }
  const object = check(ResourceObject, value, path, reporter);
  if (!object) return;
  const kind = kindOf(object.kind, object.apiVersion, path, reporter);
  if (kind === undefined) return;
  const { apiVersion: _version, kind: _kind, metadata, spec, status: _status, ...others } = object;
  const content = KINDS_WITHOUT_SPEC.has(kind) ? others : (spec ?? {});
  if (!KINDS_WITHOUT_SPEC.has(kind)) {
    for (const key of Object.keys(others)) {
      const hint = didYouMean(key, ['spec', 'metadata', 'status']);
      reporter.error('unknown-key', [...path, key], 'unknown key', { hint, part: 'key' });
    }
  }
  if (!isMapping(content)) {
    reporter.error('wrong-type', [...path, 'spec'], 'a mapping', { received: content });
    return;
  }
  const namespace = kind === 'GatewayClass' ? '' : (metadata.namespace ?? 'default');
  if (!into.roomFor(1, path)) return;
  into.config({ kind, namespace, name: metadata.name, labels: metadata.labels ?? {}, spec: content }, path, reporter);
}

function kindOf(kind: string, apiVersion: string, path: Path, reporter: Reporter): ResourceKind | undefined {
  const candidates = kindsNamed(kind);
  if (candidates.length === 0) {
    const names = Object.values(RESOURCE_KINDS).map((info) => info.kind);
    const hint = Object.hasOwn(INSTEAD, kind) ? INSTEAD[kind] : didYouMean(kind, names);
    reporter.error('unknown-name', [...path, 'kind'], 'a kind that istiod watches', { received: kind, hint });
    return undefined;
  }
  const group = apiGroup(apiVersion);
  const found = candidates.find((known) => apiGroup(RESOURCE_KINDS[known].apiVersion) === group);
  if (found === undefined) {
    const expected = candidates.map((known) => RESOURCE_KINDS[known].apiVersion).join(' or ');
    reporter.error('bad-value', [...path, 'apiVersion'], `${expected} for a ${kind}`, { received: apiVersion });
  }
  return found;
}

/** The object as it would be written in a file. */
export function toResource(config: ConfigObject): unknown {
  const { kind, apiVersion } = RESOURCE_KINDS[config.kind as ResourceKind];
  const namespace = config.namespace === '' ? {} : { namespace: config.namespace };
  const metadata = { name: config.name, ...namespace, labels: config.labels };
  return { apiVersion, kind, metadata, ...(KINDS_WITHOUT_SPEC.has(config.kind) ? config.spec : { spec: config.spec }) };
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
