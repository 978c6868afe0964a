/** The `mesh` section → what exists, as flat lists. */
import type { z } from 'zod';
import type { LabelSelector, MeshSpec } from '../../mesh/spec.js';
import type { Path, Reporter } from '../document/reporter.js';
import { check } from '../document/zod-issues.js';
import { dnsName } from '../schema/leaves.js';
import {
  GatewayGroup,
  MeshYaml,
  NamespaceYaml,
  ResourceFile,
  SelectorYaml,
  ServiceGroup,
  ServiceYaml,
} from '../schema/mesh.js';
import { nearest } from '../units/nearest.js';
import { type Collector, createCollector, NAME_LABEL } from './collect.js';
import { generateGateway, generateServices, hostOf } from './generate.js';
import { toPorts } from './ports.js';
import { addProxy, serviceFinder } from './proxies.js';
import { addResources, isMapping, type ReadResources } from './resources.js';

/** Resolves as much as is sound, entry by entry, so that one bad entry does not hide the next. */
export function resolveMesh(
  written: unknown,
  reporter: Reporter,
  readResources: ReadResources,
  path: Path = ['mesh'],
): MeshSpec {
  const mesh = isMapping(written) ? written : {};
  // Lists are checked item by item below; here only the shape around them.
  const {
    generate: _g,
    namespaces: _n,
    services: _s,
    proxies: _p,
    resources: _r,
    discoverySelectors: _d,
    workloads: _w,
    clusters: _c,
    ...around
  } = mesh;
  check(MeshYaml, isMapping(written) ? around : written, path, reporter);
  const rootNamespace = dnsName('').catch('istio-system').parse(mesh.rootNamespace);
  const into = createCollector(reporter);

  each(mesh, 'namespaces', path, reporter, (item, at) => {
    const namespace = check(NamespaceYaml, item, at, reporter);
    if (namespace) into.namespace(namespace, at);
  });
  const discoverySelectors = each(mesh, 'discoverySelectors', path, reporter, (item, at) =>
    toSelector(check(SelectorYaml, item, at, reporter)),
  );
  each(mesh, 'generate', path, reporter, (item, at) => generate(item, at, rootNamespace, into, reporter));
  const rows = (key: string, add: (item: unknown, at: Path, to: Reporter) => void) =>
    each(mesh, key, path, reporter, (item, at) => eachRow(item, at, reporter, readResources, add));
  rows('services', (item, at, to) => addService(item, at, into, to));
  each(mesh, 'resources', path, reporter, (item, at) => addResources(item, at, into, reporter, readResources));
  // Last, because they may name services of every other list.
  const findService = serviceFinder(into);
  rows('proxies', (item, at, to) => addProxy(item, at, into, findService, to));
  const { proxies, slices, pods } = into;
  const configs = into.configsByAge();
  const services = into.servicesWithSlices();
  const namespaces = [...into.namespaces];
  return {
    rootNamespace,
    discoverySelectors: discoverySelectors.filter((s) => s !== undefined),
    namespaces,
    services,
    proxies,
    configs,
    ...(slices.length === 0 ? {} : { slices }),
    ...(pods.length === 0 ? {} : { pods }),
  };
}

/** Namespaces that something lives in exist, listed or not; in order of appearance. */
export function withImplicitNamespaces(mesh: MeshSpec, others: readonly string[]): MeshSpec {
  const names = new Set(mesh.namespaces.map(({ name }) => name));
  const namespaces = [...mesh.namespaces];
  const used = [
    mesh.rootNamespace,
    ...[...mesh.services, ...mesh.proxies, ...mesh.configs].map((o) => o.namespace),
    ...others,
  ];
  for (const name of used) {
    if (name === '' || names.has(name)) continue;
    names.add(name);
    namespaces.push({ name, labels: { [NAME_LABEL]: name } });
  }
  return { ...mesh, namespaces };
}

function toSelector(written: z.output<typeof SelectorYaml> | undefined): LabelSelector | undefined {
  if (written?.matchExpressions === undefined) return written && { matchLabels: written.matchLabels };
  const matchExpressions = written.matchExpressions.map(({ key, operator, values }) => ({
    key,
    operator,
    ...(values === undefined ? {} : { values }),
  }));
  return { matchLabels: written.matchLabels, matchExpressions };
}

function each<T>(
  mesh: Record<string, unknown>,
  key: string,
  path: Path,
  reporter: Reporter,
  read: (item: unknown, at: Path) => T,
): T[] {
  const list = mesh[key];
  if (list === undefined) return [];
  if (Array.isArray(list)) return list.map((item, i) => read(item, [...path, key, i]));
  reporter.error('wrong-type', [...path, key], 'a list', { received: list });
  return [];
}

/** An entry of the list itself, or `{ file }` with a list of entries: meshes of hundreds of services stay readable. */
function eachRow(
  item: unknown,
  at: Path,
  reporter: Reporter,
  readResources: ReadResources,
  add: (item: unknown, at: Path, reporter: Reporter) => void,
): void {
  if (!isMapping(item) || !('file' in item)) {
    add(item, at, reporter);
    return;
  }
  const reference = check(ResourceFile, item, at, reporter);
  const documents = reference ? readResources(reference.file, [...at, 'file'], reporter) : [];
  for (const { value, reporter: inFile } of documents) {
    if (Array.isArray(value)) for (const [i, row] of value.entries()) add(row, [i], inFile);
    else inFile.error('wrong-type', [], 'a list', { received: value });
  }
}

function generate(item: unknown, at: Path, rootNamespace: string, into: Collector, reporter: Reporter): void {
  if (isMapping(item) && isGatewayGroup(item)) {
    const group = check(GatewayGroup, item, at, reporter);
    if (group && into.roomFor(1, at)) generateGateway(group, at, rootNamespace, into);
    return;
  }
  const group = check(ServiceGroup, item, at, reporter);
  if (group) generateServices(group, at, into, reporter);
}

/** `gateway` tells the two kinds of group apart; a misspelt one still does. */
function isGatewayGroup(item: Record<string, unknown>): boolean {
  if ('gateway' in item) return true;
  const keys = ['gateway', ...Object.keys(ServiceGroup.shape)];
  return Object.keys(item).some((key) => !keys.includes(key) && nearest(key, keys) === 'gateway');
}

function addService(item: unknown, at: Path, into: Collector, reporter: Reporter): void {
  const service = check(ServiceYaml, item, at, reporter);
  if (!service || !into.roomFor(1, at)) return;
  const { name, namespace, host = hostOf(name, namespace) } = service;
  const { selector = { app: name }, endpoints: written, labels, ...rest } = service;
  const ports = toPorts(service.ports, [...at, 'ports'], reporter);
  const endpoints =
    typeof written === 'number'
      ? { endpoints: written }
      : {
          endpoints: written.reduce((sum, { count }) => sum + count, 0),
          labelled: written.map(({ count, labels: of }) => ({ labels: of, ready: count })),
        };
  into.service({ ...rest, host, selector, ports, ...endpoints, ...(labels === undefined ? {} : { labels }) }, at);
}
