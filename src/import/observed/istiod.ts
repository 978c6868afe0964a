/** istiod itself, as its Deployment, autoscaler and mesh configuration tell. */
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';
import { readYaml } from '../framing/yaml.js';
import { factsOf } from './changes.js';
import type { StateObject } from './history.js';

export interface ObservedIstiod {
  /** `1.30.3`; empty when nothing tells. */
  readonly version: string;
  readonly cpu: string | undefined;
  readonly memory: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly rootNamespace: string;
  readonly discoverySelectors: readonly unknown[];
  readonly notes: readonly string[];
}

export function istiodOf(state: readonly StateObject[]): ObservedIstiod {
  const deployment = state.find(
    ({ kind, name, body }) => kind === 'Deployment' && (body.labels.app === 'istiod' || /^istiod/.test(name)),
  );
  const template = objectAt(objectAt(objectAt(deployment?.body, 'spec'), 'template'), 'spec');
  const containers = listAt(template, 'containers');
  const container = containers.find((one) => textAt(one, 'name') === 'discovery') ?? containers[0];
  const limits = objectAt(objectAt(container, 'resources'), 'limits');
  const requests = objectAt(objectAt(container, 'resources'), 'requests');
  const notes: string[] = [];
  const cpu = quantity(limits.cpu);
  if (deployment === undefined)
    notes.push('no Deployment of istiod among the inputs: its CPU, memory and settings are defaults');
  else if (cpu === undefined)
    notes.push("istiod has no CPU limit: its node's cores count; 2 are taken, set istiod.resources.cpu");
  const mesh = meshConfigOf(state);
  return {
    version: versionOf(textAt(container, 'image') ?? '') || podVersion(state),
    cpu,
    memory: quantity(limits.memory) ?? quantity(requests.memory),
    env: envOf(container),
    replicas: Number(objectAt(deployment?.body, 'spec').replicas ?? 1),
    rootNamespace: textAt(mesh, 'rootNamespace') ?? 'istio-system',
    discoverySelectors: listAt(mesh, 'discoverySelectors'),
    notes,
  };
}

/** What the model reads; names of pods and the like are not settings. */
function envOf(container: unknown): Record<string, string> {
  const env: Record<string, string> = {};
  for (const one of listAt(container, 'env')) {
    const name = textAt(one, 'name') ?? '';
    const value = textAt(one, 'value');
    if (value !== undefined && value !== '' && /^(?:PILOT_|ENABLE_|ISTIO_)/.test(name)) env[name] = value;
  }
  return env;
}

function meshConfigOf(state: readonly StateObject[]): Record<string, unknown> {
  const map = state.find(
    ({ kind, namespace, name }) => kind === 'ConfigMap' && name === 'istio' && namespace === 'istio-system',
  );
  const text = textAt(objectAt(map?.body.spec, 'data'), 'mesh');
  if (text === undefined) return {};
  const read = readYaml(text);
  return 'value' in read && isObject(read.value) ? read.value : {};
}

/** Of most proxies: the control plane's own image may be anything. */
function podVersion(state: readonly StateObject[]): string {
  const counts = new Map<string, number>();
  for (const { kind, body } of state) {
    const version = kind === 'Pod' ? factsOf(body).version : '';
    if (version !== '') counts.set(version, (counts.get(version) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

function versionOf(image: string): string {
  return /:v?(\d+\.\d+(?:\.\d+)?)/.exec(image)?.[1] ?? '';
}

function quantity(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
