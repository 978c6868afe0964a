/** Real objects → the mesh's: kind and name are checked, the spec stays plain data. */

import { canonical } from '../../cluster/cluster-state.js';
import {
  apiGroup,
  KINDS_WITHOUT_SPEC,
  kindsNamed,
  RESOURCE_KINDS,
  type ResourceKind,
} from '../../istio/resource-kinds.js';
import { podOf, serviceOf, sliceOf, sliceOfEndpoints } from '../../mesh/services/kubernetes.js';
import type { ConfigObject, NamespaceSpec, PodSpec, ServiceSpec, SliceSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { notesOf } from '../limits/object-notes.js';
import { CLUSTER_SCOPED, isOurGroup } from '../schema/kinds.js';
import { dnsName } from '../schema/leaves.js';
import { ResourceFile, ResourceObject, ServiceObjectSpec } from '../schema/mesh.js';
import { didYouMean } from '../units/nearest.js';

/** Reads a file of objects, named relative to the scenario: its documents, each with its own reporter. */
export type ReadResources = (
  file: string,
  path: Path,
  reporter: Reporter,
) => readonly { value: unknown; reporter: Reporter }[];

/** Where objects of a file go. */
export interface ObjectSink {
  config(object: ConfigObject, path: Path, reporter: Reporter, created?: string): void;
  service(service: ServiceSpec, path: Path, reporter: Reporter): void;
  slice(slice: SliceSpec): void;
  pod(pod: PodSpec): void;
  namespace(namespace: NamespaceSpec, path: Path, reporter: Reporter): void;
  /** Of a kind that istiod does not watch, or that is not modelled. */
  other(kind: string, path: Path, reporter: Reporter): void;
  /** False when there are too many; says so once. */
  roomFor(more: number, path: Path): boolean;
}

/** What every object says of itself. */
interface ObjectHead {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly created: string | undefined;
}

/** An object, or `{ file: … }` with any number of them. */
export function addResources(
  item: unknown,
  path: Path,
  into: ObjectSink,
  reporter: Reporter,
  readResources: ReadResources,
): void {
  if (!isMapping(item) || !('file' in item)) {
    addResource(item, path, into, reporter);
    return;
  }
  const reference = check(ResourceFile, item, path, reporter);
  const documents = reference ? readResources(reference.file, [...path, 'file'], reporter) : [];
  for (const { value, reporter: inFile } of documents) addResource(value, [], into, inFile);
}

/** One object, a `kind: List` of them as kubectl prints it, or a typed list, whose items need not say their kind. */
function addResource(value: unknown, path: Path, into: ObjectSink, reporter: Reporter): void {
  const items = itemsOf(value);
  if (items !== undefined) {
    for (const [i, item] of items.entries()) addResource(item, [...path, 'items', i], into, reporter);
    return;
  }
  const object = check(ResourceObject, value, path, reporter);
  if (!object) return;
  const { metadata } = object;
  const labels = metadata.labels ?? {};
  const head = {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    labels,
    annotations: noted(metadata),
    created: typeof metadata.creationTimestamp === 'string' ? metadata.creationTimestamp : undefined,
  };
  if (addKubernetes(object, head, path, into, reporter)) return;
  const kind = kindOf(object.kind, object.apiVersion, path, into, reporter);
  if (kind !== undefined) addConfig(kind, object, head, path, into, reporter);
}

function itemsOf(value: unknown): readonly unknown[] | undefined {
  if (!isMapping(value) || typeof value.kind !== 'string' || !value.kind.endsWith('List')) return undefined;
  const { kind, apiVersion, items } = value;
  if (items !== null && !Array.isArray(items)) return undefined;
  const inherited = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return (items ?? []).map((item: unknown) => (isMapping(item) ? { ...inherited, ...item } : item));
}

/** kubectl's copy of the whole object says nothing that the object does not. */
const COPY = 'kubectl.kubernetes.io/last-applied-configuration';

function noted(metadata: { readonly annotations?: Record<string, string> | null | undefined }): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata.annotations ?? {}).filter(([name]) => name !== COPY));
}

type CheckedObject = { readonly apiVersion: string; readonly kind: string } & Readonly<Record<string, unknown>>;

/** The objects of Kubernetes that are part of the mesh as something else than a config object; false for others. */
function addKubernetes(
  object: CheckedObject,
  head: ObjectHead,
  path: Path,
  into: ObjectSink,
  reporter: Reporter,
): boolean {
  const { kind, apiVersion } = object;
  const spec = isMapping(object.spec) ? object.spec : {};
  if (kind === 'Service' || kind === 'EndpointSlice') {
    notesOf(reporter).limits(kind, kind === 'Service' ? spec : object, path, reporter);
  }
  const isLabel = (what: string): boolean =>
    check(dnsName(what), head.name, [...path, 'metadata', 'name'], reporter) !== undefined;
  if (kind === 'Service' && apiVersion === 'v1') {
    const isSound = check(ServiceObjectSpec, spec, [...path, 'spec'], reporter) !== undefined;
    if (isLabel('Service') && isSound && into.roomFor(1, path))
      into.service(serviceOf({ ...head, content: spec }, 0), path, reporter);
  } else if (kind === 'Namespace' && apiVersion === 'v1') {
    if (isLabel('Namespace')) into.namespace({ name: head.name, labels: head.labels }, path, reporter);
  } else if (kind === 'Endpoints' && apiVersion === 'v1') into.slice(sliceOfEndpoints({ ...head, content: object }));
  else if (kind === 'Pod' && apiVersion === 'v1') into.pod(podOf({ ...head, content: object }));
  else if (kind === 'EndpointSlice' && apiGroup(apiVersion) === 'discovery.k8s.io') {
    const slice = sliceOf({ ...head, content: object });
    if (slice !== undefined && slice.service !== '') into.slice(slice);
  } else return false;
  return true;
}

function addConfig(
  kind: ResourceKind,
  object: CheckedObject,
  head: ObjectHead,
  path: Path,
  into: ObjectSink,
  reporter: Reporter,
): void {
  const { apiVersion: _version, kind: _kind, metadata: _metadata, spec, status, ...others } = object;
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
  if (!into.roomFor(1, path)) return;
  const { name, labels, annotations } = head;
  const namespace = CLUSTER_SCOPED.has(kind) ? '' : head.namespace;
  const extra = {
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(status === undefined || status === null ? {} : { status: canonical(status) }),
  };
  const config = { kind, namespace, name, labels, ...extra, spec: content };
  notesOf(reporter).object({ object: config, path, reporter });
  notesOf(reporter).limits(kind, content, path, reporter);
  into.config(config, path, reporter, head.created);
}

function kindOf(
  kind: string,
  apiVersion: string,
  path: Path,
  into: ObjectSink,
  reporter: Reporter,
): ResourceKind | undefined {
  const candidates = kindsNamed(kind);
  const group = apiGroup(apiVersion);
  const found = candidates.find((known) => apiGroup(RESOURCE_KINDS[known].apiVersion) === group);
  if (found !== undefined) return found;
  if (NOT_MODELLED.has(kind) || (candidates.length === 0 && !isOurGroup(apiVersion))) {
    into.other(kind, [...path, 'kind'], reporter);
  } else if (candidates.length === 0) {
    const names = Object.values(RESOURCE_KINDS).map((info) => info.kind);
    const hint = didYouMean(kind, names);
    reporter.error('unknown-name', [...path, 'kind'], 'a kind that istiod watches', { received: kind, hint });
  } else {
    const expected = candidates.map((known) => RESOURCE_KINDS[known].apiVersion).join(' or ');
    reporter.error('bad-value', [...path, 'apiVersion'], `${expected} for a ${kind}`, { received: apiVersion });
  }
  return undefined;
}

/** Kinds of the Gateway API and of Istio's installer that are real, and that the model leaves out. */
export const NOT_MODELLED: ReadonlySet<string> = new Set([
  'BackendTLSPolicy',
  'XBackendTrafficPolicy',
  'ListenerSet',
  'XListenerSet',
  'UDPRoute',
  'IstioOperator',
]);

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
