/** Pods: is it a proxy, of which kind, and of which workload (`pilot/cmd/pilot-agent`, the injection templates). */
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';

/** What is read of a Pod; stands in the body of a sighting as plain data. */
export interface PodFacts {
  /** `none`: it opens no stream. */
  readonly proxy: 'sidecar' | 'gateway' | 'waypoint' | 'grpc' | 'none';
  readonly workload: string;
  readonly ready: boolean;
  readonly version: string;
  readonly dnsCapture: boolean;
  readonly revision: string;
  readonly zone: string;
  readonly isIstiod: boolean;
}

const TEMPLATES = 'inject.istio.io/templates';
const MANAGED = 'gateway.istio.io/managed';
const STATUS = 'sidecar.istio.io/status';

export function podSpec(
  raw: Record<string, unknown>,
  annotations: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const container = proxyContainer(raw);
  const facts: PodFacts = {
    proxy: proxyOf(raw, container, annotations),
    workload: workloadOf(raw),
    ready: listAt(objectAt(raw, 'status'), 'conditions').some(
      (condition) => textAt(condition, 'type') === 'Ready' && textAt(condition, 'status') === 'True',
    ),
    version: versionOf(container),
    dnsCapture: capturesDns(container, annotations),
    revision: revisionOf(annotations),
    zone: textAt(objectAt(raw, 'spec'), 'nodeName') ?? '',
    isIstiod: isIstiod(raw),
  };
  return { ...facts };
}

/** A native sidecar is an init container that keeps running. */
function proxyContainer(raw: Record<string, unknown>): Record<string, unknown> | undefined {
  const spec = objectAt(raw, 'spec');
  const named = (one: unknown): one is Record<string, unknown> =>
    textAt(one, 'name') === 'istio-proxy' && isObject(one);
  return (
    listAt(spec, 'containers').find(named) ??
    listAt(spec, 'initContainers').find(
      (one): one is Record<string, unknown> => named(one) && textAt(one, 'restartPolicy') === 'Always',
    )
  );
}

/** The first test that fits decides. */
function proxyOf(
  raw: Record<string, unknown>,
  container: Record<string, unknown> | undefined,
  annotations: Readonly<Record<string, string>>,
): PodFacts['proxy'] {
  const status = objectAt(raw, 'status');
  const phase = textAt(status, 'phase');
  if (phase === 'Succeeded' || phase === 'Failed' || !textAt(status, 'podIP') || container === undefined) return 'none';
  const templates = (annotations[TEMPLATES] ?? '').split(',').map((one) => one.trim());
  if (templates.includes('grpc-agent')) return 'grpc';
  const role = listAt(container, 'args')[1];
  if (role === 'sidecar' || role === 'waypoint') return role;
  if (role === 'router') return 'gateway';
  if (role === 'ztunnel') return 'none';
  const managed = textAt(objectAt(objectAt(raw, 'metadata'), 'labels'), MANAGED);
  if (managed === 'istio.io-mesh-controller') return 'waypoint';
  if (managed !== undefined || templates.includes('gateway')) return 'gateway';
  return 'sidecar';
}

/** The Deployment, Rollout, StatefulSet, DaemonSet or Job behind it; its own name when there is none. */
export function workloadOf(raw: Record<string, unknown>): string {
  const metadata = objectAt(raw, 'metadata');
  const owners = listAt(metadata, 'ownerReferences');
  const owner = owners.find((one) => isObject(one) && one.controller === true) ?? owners[0];
  const name = textAt(owner, 'name');
  const labels = objectAt(metadata, 'labels');
  const hash = textAt(labels, 'pod-template-hash') ?? textAt(labels, 'rollouts-pod-template-hash');
  if (name === undefined) {
    const generated = textAt(metadata, 'generateName')?.replace(/-$/, '');
    const whole = generated ?? textAt(metadata, 'name') ?? '';
    return hash !== undefined && whole.endsWith(`-${hash}`) ? whole.slice(0, -hash.length - 1) : whole;
  }
  if (textAt(owner, 'kind') !== 'ReplicaSet') return name;
  return hash !== undefined && name.endsWith(`-${hash}`)
    ? name.slice(0, -hash.length - 1)
    : name.replace(/-[a-z0-9]+$/, '');
}

/** Only a tag that looks like a version is one. */
function versionOf(container: Record<string, unknown> | undefined): string {
  const tag = /:([^:/@]+)(?:@.*)?$/.exec(textAt(container, 'image') ?? '')?.[1] ?? '';
  return /^v?(\d+\.\d+(?:\.\d+)?(?:-[\w.]+)?)/.exec(tag)?.[1] ?? '';
}

function capturesDns(
  container: Record<string, unknown> | undefined,
  annotations: Readonly<Record<string, string>>,
): boolean {
  const env = listAt(container, 'env').find((one) => textAt(one, 'name') === 'ISTIO_META_DNS_CAPTURE');
  if (env !== undefined) return textAt(env, 'value') === 'true';
  return /ISTIO_META_DNS_CAPTURE["']?\s*:\s*["']?true/.test(annotations['proxy.istio.io/config'] ?? '');
}

function revisionOf(annotations: Readonly<Record<string, string>>): string {
  try {
    return textAt(JSON.parse(annotations[STATUS] ?? '{}'), 'revision') ?? '';
  } catch {
    return '';
  }
}

function isIstiod(raw: Record<string, unknown>): boolean {
  return textAt(objectAt(objectAt(raw, 'metadata'), 'labels'), 'app') === 'istiod';
}
