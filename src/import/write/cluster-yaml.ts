/** `cluster.yaml` and the files beside it: short enough to read, regular enough to edit. */
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_VERSION, findRelease, nearestRelease } from '../../istio/releases.js';
import { protocolOf } from '../../mesh/services/protocols.js';
import type { PortSpec, ServiceSpec } from '../../mesh/spec.js';
import type { Pseudonyms } from '../anonymise.js';
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';
import type { ObservedIstiod } from '../observed/istiod.js';
import type { ObservedMesh, Workload } from '../observed/mesh.js';
import { resource } from './timeline.js';
import { flow, rows, scalar } from './yaml-text.js';

export interface ClusterParts {
  readonly description: string;
  readonly mesh: ObservedMesh;
  readonly istiod: ObservedIstiod;
  readonly pseudonyms: Pseudonyms | undefined;
  /** Undefined when nothing was seen to change. */
  readonly timeline: string | undefined;
  readonly notes: readonly string[];
}

/** Lists longer than this are files of their own. */
const INLINE = 60;

/** @returns names of the files, in the folder */
export function writeCluster(folder: string, parts: ClusterParts): string[] {
  const { mesh, istiod, pseudonyms, timeline } = parts;
  const services = mesh.services.map((service) => serviceRow(service, pseudonyms));
  const workloads = mesh.workloads.map((workload) => workloadRow(workload, pseudonyms));
  const written: string[] = [];
  const listed = (key: string, values: readonly object[], file: string, about: string): string[] => {
    if (values.length === 0) return [];
    if (values.length <= INLINE) return [`  ${key}:`, ...rows(values, '    ')];
    write(folder, file, [`# ${about}`, ...rows(values, '')]);
    written.push(file);
    return [`  ${key}: [{ file: ${file} }]  # ${values.length}, one a line`];
  };
  const documents = (file: string, objects: readonly object[]): string[] => {
    if (objects.length === 0) return [];
    const lines = objects.flatMap((one) => ['---', JSON.stringify(one)]);
    write(folder, file, lines);
    written.push(file);
    return [file];
  };
  const keys = selectedKeys(istiod, mesh);
  const namespaces = mesh.namespaces.flatMap(({ name, labels }) => namespaceRow(name, labels, keys, pseudonyms));
  const inline = namespaces.length <= INLINE ? namespaces : [];
  const configs = mesh.configs.map((object) => resource(pseudonyms?.object(object) ?? object));
  const resources = [
    ...documents('namespaces.yaml', inline.length === namespaces.length ? [] : namespaces.map(namespaceObject)),
    ...documents('istio.yaml', configs),
  ].map((file) => ({ file }));
  const lines = [
    ...parts.notes.map((note) => `# ${note}`),
    `description: ${JSON.stringify(parts.description)}`,
    `istio: ${JSON.stringify(releaseOf(istiod.version))}${seenVersion(istiod)}`,
    'istiod:',
    ...istiodLines(istiod, pseudonyms),
    'mesh:',
    ...(istiod.rootNamespace === 'istio-system'
      ? []
      : [`  rootNamespace: ${scalar(pseudonyms?.name(istiod.rootNamespace) ?? istiod.rootNamespace)}`]),
    ...(istiod.discoverySelectors.length === 0
      ? []
      : [`  discoverySelectors: ${flow(selectorsOf(istiod, pseudonyms))}`]),
    ...(inline.length === 0 ? [] : ['  namespaces:', ...rows(inline, '    ')]),
    ...listed('services', services, 'services.yaml', 'Services: endpoints are the ready ones at the start'),
    ...listed('proxies', workloads, 'workloads.yaml', 'Workloads with a proxy in each Pod'),
    ...(resources.length === 0 ? [] : [`  resources: ${flow(resources)}`]),
    'costs: { watch: recorded }',
    ...(timeline === undefined ? ['run: { duration: 1m }'] : [`timeline: { file: ${timeline} }`]),
  ];
  write(folder, 'cluster.yaml', lines);
  return ['cluster.yaml', ...written];
}

function istiodLines(
  { cpu, memory, env: seen, replicas }: ObservedIstiod,
  pseudonyms: Pseudonyms | undefined,
): string[] {
  const settings = Object.entries(seen).filter(([, value]) => pseudonyms?.setting(value) !== undefined);
  const env = pseudonyms === undefined ? seen : Object.fromEntries(settings);
  const note = replicas > 1 ? `  # ${replicas} were there; replicas: ${replicas} simulates them all` : '';
  return [
    `  resources: ${flow({ cpu: cpu ?? '2', memory: memory ?? '2Gi' })}${note}`,
    ...(Object.keys(env).length === 0 ? [] : [`  env: ${flow(env)}`]),
  ];
}

function serviceRow(
  { name, namespace, ports, resolution, exportTo, endpoints }: ServiceSpec,
  pseudonyms: Pseudonyms | undefined,
): object {
  const shown = (text: string) => pseudonyms?.name(text) ?? text;
  return {
    name: shown(name),
    namespace: shown(namespace),
    ports: ports
      .filter(({ number }) => number > 0)
      .map((port) => portRow({ ...port, name: pseudonyms?.port(port.name) ?? port.name })),
    endpoints,
    ...(resolution === 'client' ? {} : { resolution }),
    ...(exportTo.length === 0 ? {} : { exportTo: exportTo.map(shown) }),
  };
}

/** A port whose name tells its protocol says no more. */
function portRow({ name, number, protocol }: PortSpec): object {
  return protocolOf({ name, number }) === protocol ? { name, number } : { name, number, protocol };
}

function workloadRow(workload: Workload, pseudonyms: Pseudonyms | undefined): object {
  const { name, namespace, type, labels, dnsCapture, pods, service } = workload;
  const shown = (text: string) => pseudonyms?.name(text) ?? text;
  return {
    name: shown(name),
    namespace: shown(namespace),
    ...(type === 'sidecar' ? {} : { type }),
    count: pods.length,
    ...(service === undefined ? {} : { service: service.split('/').map(shown).join('/') }),
    labels: pseudonyms?.labels(labels) ?? labels,
    ...(dnsCapture ? { dnsCapture } : {}),
  };
}

/** Labels by which namespaces are selected, by `discoverySelectors` or by a listener of the Gateway API. */
function selectedKeys({ discoverySelectors }: ObservedIstiod, { configs }: ObservedMesh): ReadonlySet<string> {
  const gateways = configs.filter(({ kind }) => kind === 'KubernetesGateway').map(({ body }) => body.spec);
  const keys = new Set<string>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    if (!isObject(value)) return;
    for (const key of Object.keys(objectAt(value, 'matchLabels'))) keys.add(key);
    for (const term of listAt(value, 'matchExpressions')) keys.add(textAt(term, 'key') ?? '');
    Object.values(value).forEach(collect);
  };
  collect([discoverySelectors, gateways]);
  return keys;
}

/** Their names are known from what is in them; labels are needed where namespaces are selected. */
function namespaceRow(
  name: string,
  labels: Readonly<Record<string, string>>,
  keys: ReadonlySet<string>,
  pseudonyms: Pseudonyms | undefined,
): { name: string; labels: Readonly<Record<string, string>> }[] {
  const own = Object.fromEntries(
    Object.entries(labels).filter(([key]) => keys.has(key) && key !== 'kubernetes.io/metadata.name'),
  );
  if (Object.keys(own).length === 0) return [];
  return [{ name: pseudonyms?.name(name) ?? name, labels: pseudonyms?.labels(own) ?? own }];
}

function namespaceObject({ name, labels }: { name: string; labels: Readonly<Record<string, string>> }): object {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

function selectorsOf({ discoverySelectors }: ObservedIstiod, pseudonyms: Pseudonyms | undefined): readonly unknown[] {
  return discoverySelectors.map((one) => pseudonyms?.value(one, '') ?? one);
}

function seenVersion({ version }: ObservedIstiod): string {
  return version === '' || version === releaseOf(version) ? '' : `  # seen: ${version}`;
}

/** The release itself, else the nearest that the model knows. */
function releaseOf(version: string): string {
  return (findRelease(version) ?? nearestRelease(version))?.name ?? DEFAULT_VERSION;
}

/** A load test's scenario, as it is. */
export function writePlan(
  folder: string,
  scenario: Readonly<Record<string, unknown>>,
  notes: readonly string[],
): string[] {
  const lines = notes.map((note) => `# ${note}`);
  for (const [key, value] of Object.entries(scenario)) lines.push(...section(key, value));
  write(folder, 'cluster.yaml', lines);
  return ['cluster.yaml'];
}

function section(key: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : [`${key}:`, ...rows(value, '  ')];
  if (typeof value !== 'object' || value === null) return [`${key}: ${scalar(value)}`];
  const inner = Object.entries(value).flatMap(([name, one]) => {
    if (!Array.isArray(one)) return [`  ${name}: ${flow(one)}`];
    return one.length === 0 ? [] : [`  ${name}:`, ...rows(one, '    ')];
  });
  return inner.length === 0 ? [] : [`${key}:`, ...inner];
}

function write(folder: string, file: string, lines: readonly string[]): void {
  const path = join(folder, file);
  writeFileSync(`${path}.tmp`, `${lines.join('\n')}\n`);
  renameSync(`${path}.tmp`, path);
}
