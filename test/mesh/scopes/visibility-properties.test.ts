/** On random meshes: what is in sight against a brute-force reading of the rules, and what delta sends against SotW. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { simulate } from '../../../src/fleet/run.js';
import { Mesh } from '../../../src/mesh/mesh.js';
import type { ServiceSpec } from '../../../src/mesh/spec.js';
import { describeIssue } from '../../../src/scenario/document/issues.js';
import { parseScenario } from '../../../src/scenario/load.js';
import { meshOf, ROOT, service, sidecar, sidecarScope } from '../../support/mesh.js';

const NAMESPACES = ['a', 'b', 'c', ROOT];
const namespace = fc.constantFrom(...NAMESPACES);
const name = fc.constantFrom('web', 'db', 'api');
const exportTo = fc.uniqueArray(fc.constantFrom('*', '.', '~', ...NAMESPACES), { maxLength: 3 });
const services = fc
  .uniqueArray(fc.record({ namespace, name, exportTo }), { maxLength: 10, selector: (s) => `${s.namespace}/${s.name}` })
  .map((specs) => specs.map((spec) => service(`${spec.namespace}/${spec.name}`, { exportTo: spec.exportTo })));
const hostPattern = fc.oneof(
  fc.constantFrom('*', '*.a.svc.cluster.local', '*.svc.cluster.local', '*.example.com'),
  fc.tuple(name, namespace).map(([service, owner]) => `${service}.${owner}.svc.cluster.local`),
);
const egressHost = fc
  .tuple(fc.constantFrom('*', '.', '~', ...NAMESPACES), hostPattern)
  .map(([owner, host]) => `${owner}/${host}`);
const scopes = fc.uniqueArray(fc.record({ namespace, hosts: fc.array(egressHost, { minLength: 1, maxLength: 3 }) }), {
  maxLength: 4,
  selector: (scope) => scope.namespace,
});

function isExported({ exportTo, namespace }: ServiceSpec, viewer: string): boolean {
  if (exportTo.length === 0) return true;
  return exportTo.some((to) => to === '*' || to === viewer || (to === '.' && namespace === viewer));
}

function isImported({ host, namespace }: ServiceSpec, viewer: string, entry: string): boolean {
  const [owner = '', pattern = ''] = entry.split('/');
  const from = owner === '.' ? viewer : owner;
  if (from === '~' || (from !== '*' && from !== namespace)) return false;
  return pattern === host || (pattern.startsWith('*') && host.endsWith(pattern.slice(1)));
}

test('a sidecar sees what is exported to its namespace and imported by its Sidecar: the own, the root one, or all', () => {
  fc.assert(
    fc.property(services, scopes, namespace, (specs, sidecars, viewer) => {
      const configs = sidecars.map((scope) => sidecarScope(`${scope.namespace}/default`, scope.hosts));
      const mesh = new Mesh(meshOf({ services: specs, configs, proxies: [sidecar(`${viewer}/me`)] }));
      const scope = mesh.tables(1).scopes.of(mesh.proxies[0]!.shape);
      const chosen = sidecars.find((one) => one.namespace === viewer) ?? sidecars.find((one) => one.namespace === ROOT);
      const expected = specs.filter(
        (spec) => isExported(spec, viewer) && (chosen?.hosts.some((host) => isImported(spec, viewer, host)) ?? true),
      );
      expect(scope.selection.services.map(({ spec }) => spec.host).sort()).toEqual(
        expected.map(({ host }) => host).sort(),
      );
      for (const spec of specs) {
        expect(scope.dependsOn(mesh.serviceKey(spec.namespace, spec.host))).toBe(expected.includes(spec));
      }
    }),
    { numRuns: 500 },
  );
});

const changes = [
  'create: [Service], namespace: a, named: new, endpoints: 2',
  'create: [DestinationRule], namespace: a, named: web',
  'create: [VirtualService], namespace: a, named: web',
  'create: [ServiceEntry], namespace: a, named: out',
  'update: { kind: Service, target: a/web-0 }',
  'update: { kind: VirtualService, target: a/web-0 }',
  'update: { kind: DestinationRule, target: a/web-0 }',
  'delete: { kind: Service, target: a/web-0 }',
  'endpoints: { services: a/web-0, ready: 5 }',
  'forcedPush: true',
];

test('the same change is never more bytes by delta than as the state of the world', () => {
  const bytes = (xds: string, mesh: string, change: string) => {
    const text = `{ description: x, istiod: { xds: ${xds} }, mesh: ${mesh}, events: [{ at: 1s, ${change} }], run: { duration: 5s } }`;
    const parsed = parseScenario(text, { file: 'random.yaml' });
    if (!parsed.ok) throw new Error(parsed.issues.map(describeIssue).join('\n'));
    return simulate(parsed.scenario).resources.bytes_sent;
  };
  const group = fc.record({
    services: fc.integer({ min: 2, max: 6 }),
    endpoints: fc.integer({ min: 0, max: 4 }),
    others: fc.integer({ min: 0, max: 8 }),
    gateways: fc.integer({ min: 0, max: 2 }),
  });
  fc.assert(
    fc.property(group, fc.constantFrom(...changes), ({ services, endpoints, others, gateways }, change) => {
      const mesh = `{ generate: [
        { namespace: a, name: web, services: ${services}, endpoints: ${endpoints}, proxies: 2, virtualServices: 1, destinationRules: 1 },
        { namespace: b, services: ${others}, endpoints: 1, proxies: 1 }, { gateway: istio-ingressgateway, proxies: ${gateways} } ] }`;
      expect(bytes('delta', mesh, change)).toBeLessThanOrEqual(bytes('sotw', mesh, change));
    }),
    { numRuns: 60 },
  );
});
