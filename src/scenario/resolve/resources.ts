/** Real Istio objects → the mesh's: kind and name are checked, the spec stays plain data. */

import {
  apiGroup,
  KINDS_WITHOUT_SPEC,
  kindsNamed,
  RESOURCE_KINDS,
  type ResourceKind,
} from '../../istio/resource-kinds.js';
import type { ConfigObject } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { ResourceFile, ResourceObject } from '../schema/mesh.js';
import { didYouMean } from '../units/nearest.js';
import type { Collector } from './collect.js';

/** Reads a file of Istio objects, named relative to the scenario: its documents, each with its own reporter. */
export type ReadResources = (
  file: string,
  path: Path,
  reporter: Reporter,
) => readonly { value: unknown; reporter: Reporter }[];

/** Kinds people will try because a cluster has them, by how each is written here. */
export type Instead = Readonly<Record<string, string>>;

const IN_THE_MESH: Instead = {
  Service: 'list it under mesh.services',
  Endpoints: 'say endpoints: N on the service under mesh.services',
  EndpointSlice: 'say endpoints: N on the service under mesh.services',
  Pod: 'list sidecars under mesh.proxies',
  Deployment: 'list sidecars under mesh.proxies',
  Namespace: 'list it under mesh.namespaces',
};

/** An object, or `{ file: … }` with any number of them. */
export function addResources(
  item: unknown,
  path: Path,
  into: Collector,
  reporter: Reporter,
  readResources: ReadResources,
  instead: Instead = IN_THE_MESH,
): void {
  if (!isMapping(item) || !('file' in item)) {
    addResource(item, path, into, reporter, instead);
    return;
  }
  const reference = check(ResourceFile, item, path, reporter);
  const documents = reference ? readResources(reference.file, [...path, 'file'], reporter) : [];
  for (const { value, reporter: inFile } of documents) addResource(value, [], into, inFile, instead);
}

/** One object, or a `kind: List` of them as kubectl prints it. */
function addResource(value: unknown, path: Path, into: Collector, reporter: Reporter, instead: Instead): void {
  if (isMapping(value) && value.kind === 'List' && Array.isArray(value.items)) {
    for (const [i, item] of value.items.entries()) addResource(item, [...path, 'items', i], into, reporter, instead);
    return;
  }
  const object = check(ResourceObject, value, path, reporter);
  if (!object) return;
  const kind = kindOf(object.kind, object.apiVersion, path, reporter, instead);
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

function kindOf(
  kind: string,
  apiVersion: string,
  path: Path,
  reporter: Reporter,
  instead: Instead,
): ResourceKind | undefined {
  const candidates = kindsNamed(kind);
  if (candidates.length === 0) {
    const names = Object.values(RESOURCE_KINDS).map((info) => info.kind);
    const hint = Object.hasOwn(instead, kind) ? instead[kind] : didYouMean(kind, names);
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
