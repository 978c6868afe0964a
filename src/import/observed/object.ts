/** A Kubernetes object as any input has it → the part that Istio reads, or why it is of no use. */
import { createHmac, randomBytes } from 'node:crypto';
import { KINDS_WITHOUT_SPEC } from '../../istio/resource-kinds.js';
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';
import { isConfig, kindOf, type ObservedKind } from './kinds.js';
import { podSpec } from './pod.js';
import type { Body } from './sighting.js';

export interface ReadObject {
  readonly kind: ObservedKind;
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: number | undefined;
  readonly body: Body;
  readonly raw: Readonly<Record<string, unknown>>;
}

/** Why an object is left out. */
export interface Useless {
  readonly what: string;
  readonly why: string;
}

const LEADER = 'control-plane.alpha.kubernetes.io/leader';
/** ConfigMaps with the mesh's own configuration: `istio`, and `istio-REVISION`; not istiod's others. */
const MESH_CONFIG = /^istio(?:-(?!ca-root-cert|ca-crl|sidecar-injector|leader|.*election)[\w-]+)?$/;
const UNWATCHED_SECRETS: ReadonlySet<string> = new Set(['helm.sh/release.v1', 'kubernetes.io/service-account-token']);

/** @param around kind and apiVersion of the typed list it is in, if its own are missing */
export function readObject(value: unknown, around?: { kind: string; apiVersion: string }): ReadObject | Useless {
  const raw = isObject(value) ? value : {};
  const kindText = textAt(raw, 'kind') ?? around?.kind ?? '';
  const apiVersion = textAt(raw, 'apiVersion') ?? around?.apiVersion ?? '';
  const metadata = objectAt(raw, 'metadata');
  const name = textAt(metadata, 'name') ?? '';
  const annotations = texts(metadata.annotations);
  if (annotations[LEADER] !== undefined) return { what: `${kindText} (leader election)`, why: 'a lock, no content' };
  const kind = kindOf(kindText, apiVersion);
  if (kind === undefined) return { what: kindText || 'object', why: 'a kind that istiod does not watch' };
  if (name === '') return { what: kindText, why: 'an object without a name' };
  const useless = uselessContent(kind, raw, name);
  if (useless !== undefined) return useless;
  const body: Body = {
    labels: kind === 'Pod' ? podLabels(texts(metadata.labels)) : texts(metadata.labels),
    annotations: readAnnotations(annotations),
    created: textAt(metadata, 'creationTimestamp') ?? '',
    spec: specOf(kind, raw, annotations),
  };
  const version = Number(metadata.resourceVersion ?? Number.NaN);
  return {
    kind,
    namespace: textAt(metadata, 'namespace') ?? '',
    name,
    resourceVersion: Number.isSafeInteger(version) ? version : undefined,
    body,
    raw,
  };
}

/** Annotations that Istio reads. */
export function readAnnotations(annotations: Readonly<Record<string, string>>): Record<string, string> {
  const isRead = (key: string): boolean => key.includes('istio.io') || key === 'kubernetes.io/ingress.class';
  return Object.fromEntries(Object.entries(annotations).filter(([key]) => isRead(key)));
}

export function isUseless(read: ReadObject | Useless): read is Useless {
  return 'why' in read;
}

function uselessContent(kind: ObservedKind, raw: Record<string, unknown>, name: string): Useless | undefined {
  if (kind === 'Secret' && UNWATCHED_SECRETS.has(textAt(raw, 'type') ?? ''))
    return { what: `Secret (${textAt(raw, 'type')})`, why: 'a type that istiod does not watch' };
  if (kind !== 'ConfigMap' || isMeshConfig(name)) return undefined;
  const keys = Object.keys({ ...objectAt(raw, 'data'), ...objectAt(raw, 'binaryData') });
  if (keys.some((key) => key === 'ca.crt' || key === 'cacert')) return undefined;
  return { what: 'ConfigMap', why: 'no CA certificate in it, nobody reads it' };
}

function specOf(
  kind: ObservedKind,
  raw: Record<string, unknown>,
  annotations: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const spec = objectAt(raw, 'spec');
  switch (kind) {
    case 'Pod':
      return podSpec(raw, annotations);
    case 'Service':
      return serviceSpec(spec);
    case 'EndpointSlice':
      return sliceSpec(raw);
    case 'Namespace':
      return {};
    case 'Secret':
      return { type: textAt(raw, 'type') ?? 'Opaque', ...withoutValues(raw) };
    case 'ConfigMap':
      return isMeshConfig(textAt(objectAt(raw, 'metadata'), 'name') ?? '')
        ? { data: objectAt(raw, 'data') }
        : withoutValues(raw);
    case 'ServiceEntry': {
      // istiod writes allocated addresses into the status, and treats them as content.
      const { addresses } = objectAt(raw, 'status');
      return addresses === undefined ? spec : { ...spec, allocated: addresses };
    }
    case 'Node':
      return {};
    default:
      if (isConfig(kind) && KINDS_WITHOUT_SPEC.has(kind)) return {};
      return spec;
  }
}

export function isMeshConfig(name: string): boolean {
  return MESH_CONFIG.test(name);
}

/** Values never leave: the names of the keys tell what it is for, and a digest that nobody can make again a change. */
function withoutValues(raw: Record<string, unknown>): Record<string, unknown> {
  const values = { ...objectAt(raw, 'binaryData'), ...objectAt(raw, 'stringData'), ...objectAt(raw, 'data') };
  const digest = createHmac('sha256', DIGEST_KEY).update(JSON.stringify(values)).digest('base64');
  const data = Object.fromEntries(
    Object.keys(values)
      .sort()
      .map((key) => [key, '']),
  );
  return { data, [DIGEST]: digest };
}

const DIGEST_KEY = randomBytes(32);
/** Of values that are not kept; for comparison only, never written. */
export const DIGEST = '$digest';

function serviceSpec(spec: Record<string, unknown>): Record<string, unknown> {
  const { type, externalName, selector, publishNotReadyAddresses, clusterIP } = spec;
  return {
    ports: listAt(spec, 'ports').map((port) => pick(port, ['name', 'port', 'protocol', 'appProtocol', 'targetPort'])),
    ...(clusterIP === 'None' ? { clusterIP } : {}),
    ...(type === undefined || type === 'ClusterIP' ? {} : { type }),
    ...(externalName === undefined || externalName === null ? {} : { externalName }),
    ...(isObject(selector) ? { selector } : {}),
    ...(publishNotReadyAddresses === true ? { publishNotReadyAddresses } : {}),
  };
}

function sliceSpec(raw: Record<string, unknown>): Record<string, unknown> {
  const endpoints = listAt(raw, 'endpoints').map((endpoint) => {
    const { ready, serving, terminating } = objectAt(endpoint, 'conditions');
    const pod = textAt(objectAt(endpoint, 'targetRef'), 'name');
    const zone = textAt(endpoint, 'zone');
    return {
      addresses: listAt(endpoint, 'addresses').filter((one) => typeof one === 'string'),
      conditions: {
        ready: ready !== false,
        serving: typeof serving === 'boolean' ? serving : ready !== false,
        terminating: terminating === true,
      },
      ...(pod === undefined ? {} : { targetRef: { kind: 'Pod', name: pod } }),
      ...(zone === undefined ? {} : { zone }),
    };
  });
  const ports = listAt(raw, 'ports').map((port) => pick(port, ['name', 'port', 'protocol', 'appProtocol']));
  return { addressType: textAt(raw, 'addressType') ?? 'IPv4', ports, endpoints };
}

function pick(value: unknown, keys: readonly string[]): Record<string, unknown> {
  const from = isObject(value) ? value : {};
  return Object.fromEntries(
    keys.flatMap((key) => (from[key] === undefined || from[key] === null ? [] : [[key, from[key]]])),
  );
}

/** Labels that differ from pod to pod of one workload, and so would make each a workload of its own. */
const POD_LABELS =
  /^(?:pod-template-hash|rollouts-pod-template-hash|controller-revision-hash|pod-template-generation|statefulset\.kubernetes\.io\/pod-name|apps\.kubernetes\.io\/pod-index|job-name|controller-uid|batch\.kubernetes\.io\/.*)$/;

function podLabels(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => !POD_LABELS.test(key)));
}

/** Only what is text, which is all that labels and annotations may be. */
export function texts(value: unknown): Record<string, string> {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
