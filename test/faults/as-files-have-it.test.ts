/** Names, lists and kinds as real files have them. */
import { describe, expect, test } from 'vitest';
import { parseScenario } from '../../src/scenario/load.js';
import { foldedYaml } from '../../src/scenario/resolve/resolved-yaml.js';
import { load, problems, warnings } from '../scenario/helpers.js';

const VS = (name: string, host = 'cart') =>
  `{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: ${name}, namespace: shop }, spec: { hosts: [${host}] } }`;
const objects = (text: string, readFile?: () => string) => {
  const what = load(`events: [{ at: 1s, apply: ${text} }]`, readFile && { readFile }).events[0]?.what;
  return what?.do === 'apply' ? what.objects : [];
};

test('null is as if it were not there', () => {
  const text =
    '{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: a, namespace: null, annotations: null, labels: null, creationTimestamp: null }, spec: { hosts: [cart], http: null }, status: null }';
  expect(objects(text)).toMatchObject([{ object: { namespace: 'default', name: 'a', labels: {} } }]);
});

test('the same object twice is created, then updated', () => {
  expect(objects(`[${VS('a')}, ${VS('a', 'pay')}]`)).toHaveLength(2);
});

test.each([
  ['List', VS('a')],
  ['VirtualServiceList', '{ metadata: { name: a, namespace: shop }, spec: { hosts: [cart] } }'],
])('a %s is what is in it', (kind, item) => {
  expect(objects(`{ apiVersion: networking.istio.io/v1, kind: ${kind}, items: [${item}] }`)).toMatchObject([
    { object: { kind: 'VirtualService', name: 'a' } },
  ]);
  expect(objects(`{ apiVersion: networking.istio.io/v1, kind: ${kind}, items: null }`)).toEqual([]);
});

test('JSON values one after the other are read as several objects, and blamed at their place', () => {
  const one = (name: string, kind = 'VirtualService') =>
    JSON.stringify({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name }, spec: {} }, null, 1);
  expect(objects('{ file: all.json }', () => `${one('a')}\n${one('b')}`)).toHaveLength(2);
  expect(
    problems('events: [{ at: 1s, apply: { file: all.json } }]', {
      readFile: () => `${one('a')}\n${one('b', 'VirtualServic')}`,
    }),
  ).toEqual([expect.stringMatching(/^all\.json:11:10: kind: .*did you mean VirtualService/)]);
});

test('a bundle is applied as far as istiod watches it, and the rest is said once for each kind', () => {
  const rollout = '{ apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: { name: r } }';
  const service =
    '{ apiVersion: v1, kind: Service, metadata: { name: new, namespace: shop }, spec: { ports: [{ port: 80, name: http }] } }';
  const bundle = `[${service}, ${rollout}, ${rollout}, ${VS('a', 'new')}]`;
  expect(objects(bundle).map(({ of }) => of)).toEqual(['service', 'config']);
  expect(warnings(`events: [{ at: 1s, apply: ${bundle} }]`)).toEqual([
    expect.stringContaining('Rollout is not a kind that istiod watches'),
  ]);
});

test.each(['BackendTLSPolicy', 'ListenerSet'])('%s is real, and not modelled', (kind) => {
  const text = `{ apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, metadata: { name: a } }`;
  expect(warnings(`events: [{ at: 1s, apply: ${text} }]`)).toEqual([
    expect.stringContaining(`${kind} is not modelled`),
  ]);
});

describe('objects of Kubernetes', () => {
  const SERVICE =
    '{ apiVersion: v1, kind: Service, metadata: { name: web, namespace: shop, annotations: { networking.istio.io/exportTo: "., ops" } }, spec: { clusterIP: None, selector: { app: web }, ports: [{ name: web, port: 80 }, { name: db, port: 3306 }, { name: x, port: 9000, appProtocol: kubernetes.io/h2c }, { name: dns, port: 53, protocol: UDP }] } }';
  const slice = (name: string, ...addresses: string[]) =>
    `{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: ${name}, namespace: shop, labels: { kubernetes.io/service-name: web } }, endpoints: [${addresses.map((one) => `{ addresses: [${one}] }`).join(', ')}, { addresses: [9.9.9.9], conditions: { ready: false } }] }`;

  test('are services with the endpoints of their slices, and namespaces with their labels', () => {
    const namespace = '{ apiVersion: v1, kind: Namespace, metadata: { name: shop, labels: { env: prod } } }';
    const { mesh } = load(
      `mesh: { resources: [${SERVICE}, ${slice('a', '1.1.1.1', '1.1.1.2')}, ${slice('b', '1.1.1.2', '1.1.1.3')}, ${namespace}] }`,
    );
    expect(mesh.services).toMatchObject([
      { name: 'web', resolution: 'headless', exportTo: ['.', 'ops'], endpoints: 3, selector: { app: 'web' } },
    ]);
    expect(mesh.services[0]!.ports.map(({ protocol }) => protocol)).toEqual(['auto', 'tcp', 'http2', 'udp']);
    expect(mesh.namespaces).toContainEqual({
      name: 'shop',
      labels: { 'kubernetes.io/metadata.name': 'shop', env: 'prod' },
    });
  });

  test('can be applied', () => {
    expect(objects(`[${SERVICE}, ${slice('a', '1.1.1.1')}]`)).toMatchObject([
      { of: 'service', service: { name: 'web' } },
      {
        of: 'slice',
        slice: { service: 'web', endpoints: [{ address: '1.1.1.1', healthy: true }, { healthy: false }] },
      },
    ]);
  });
});

test('two events of one actor have one source and no names', () => {
  const two = (key: string) =>
    `events: [{ ${key}: argocd, at: 1s, forcedPush: true }, { ${key}: argocd, at: 2s, forcedPush: true }]`;
  expect(problems(two('name'))[0]).toContain('write source: argocd');
  expect(load(two('source')).events.map(({ name, source }) => [name, source])).toEqual([
    ['forcedPush-1', 'argocd'],
    ['forcedPush-2', 'argocd'],
  ]);
});

test('selectors have expressions, and workloads dots in their names', () => {
  const { mesh } = load(`
mesh:
  discoverySelectors: [{ matchExpressions: [{ key: env, operator: In, values: [prod] }] }]
  services: [{ name: web, namespace: shop }]
  proxies: [{ name: kube-proxy.ip-1, namespace: shop, service: shop/web }]`);
  expect(mesh.discoverySelectors).toEqual([
    { matchLabels: {}, matchExpressions: [{ key: 'env', operator: 'In', values: ['prod'] }] },
  ]);
  expect(mesh.proxies[0]!.name).toBe('kube-proxy.ip-1');
});

test('whatever can be applied can be deleted, there or not', () => {
  expect(warnings('events: [{ at: 1s, delete: { kind: TrafficExtension, name: a, namespace: shop } }]')).toEqual([
    expect.stringContaining('there is no TrafficExtension shop/a'),
  ]);
});

test.each([
  [
    '{ apiVersion: v1, kind: Secret, metadata: { name: a }, type: helm.sh/release.v1 }',
    'does not watch Secrets of this type',
  ],
  ['{ apiVersion: v1, kind: ConfigMap, metadata: { name: a }, data: { a: b } }', 'ca.crt or cacert only'],
  [VS('a').replace('namespace: shop', 'labels: { istio.io/rev: canary }'), 'another revision'],
  [
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a }, spec: { ingressClassName: nginx } }',
    "class is not Istio's",
  ],
  [
    '{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: { ingress: [{}] } }',
    'limit sidecar-listeners',
  ],
  [
    '{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: a }, spec: { hosts: [a], http: [{ match: [{ sourceLabels: { a: b } }] }] } }',
    'limit source-match',
  ],
])('%s is accepted, and what is without effect is said: %s', (object, text) => {
  expect(warnings(`events: [{ at: 1s, apply: [${object}, ${object}] }]`)).toEqual([expect.stringContaining(text)]);
});

test('objects with a creationTimestamp are there in the order in which they were made, then those without', () => {
  const made = (name: string, time: string) =>
    `{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: ${name}, namespace: shop, creationTimestamp: ${time} }, spec: {} }`;
  const { mesh } = load(
    `mesh: { resources: [${VS('new')}, ${made('younger', '2026-02-01T00:00:00Z')}, ${made('b', '2025-01-01T00:00:00Z')}, ${made('a', '2025-01-01T00:00:00Z')}] }`,
  );
  expect(mesh.configs.map(({ name }) => name)).toEqual(['a', 'b', 'younger', 'new']);
});

test('a MeshConfig is not read, and its defaults of exportTo by name', () => {
  const config = (mesh: string) =>
    `mesh: { resources: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: istio, namespace: istio-system }, data: { mesh: "${mesh}" } }] }`;
  expect(warnings(config('accessLogFile: x')).join()).toContain('[limit mesh-config]');
  expect(warnings(config('defaultServiceExportTo: [.]')).join()).toContain('[limit default-export]');
});

test('a file with its defaults is as long as the file: groups and includes stay folded, and read back the same', () => {
  const text = `description: Many
mesh:
  generate: [{ namespace: shop, services: 600, endpoints: 3, proxies: 1 per endpoint }, { gateway: edge }]
  resources: [{ file: routes.yaml }]`;
  const options = { file: 'a.yaml', readFile: () => VS('a') };
  const parsed = parseScenario(text, options);
  if (!parsed.ok) throw new Error('refused');
  const folded = foldedYaml(parsed.scenario, parsed.document);
  expect(folded.split('\n').length).toBeLessThan(100);
  expect(folded).toContain('resolution: client');
  expect(parseScenario(folded, options)).toMatchObject({ ok: true, scenario: parsed.scenario });
});
