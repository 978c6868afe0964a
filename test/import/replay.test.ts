/** What an audit log tells of a small cluster, replayed: what each kind of write is worth to istiod. */
import { describe, expect, test } from 'vitest';
import { type Fields, istio, object, pod, replayed, route, service, slice, type Written } from './small-cluster.js';

const BASE = [
  object('v1', 'Namespace', 'bakery', {}, { labels: { team: 'bread' } }),
  service('bakery/till'),
  slice('bakery/till', ['10.1.0.1', '10.1.0.2']),
  pod('bakery/till-6f5c-1', 'till', '10.1.0.1'),
  pod('bakery/till-6f5c-2', 'till', '10.1.0.2'),
];

/** Updates at the debounce by reason. */
async function reasons(dump: readonly Fields[], writes: readonly Written[]): Promise<Record<string, number>> {
  const { result } = await replayed([...BASE, ...dump], writes);
  return Object.fromEntries(result.attribution.trigger.map(({ label, changes }) => [label, changes]));
}

describe('a port', () => {
  test('whose name says no protocol is sniffed, in the dump and in what is written later', async () => {
    const ports = [
      { name: 'web', port: 8080 },
      { name: 'http-web', port: 8081 },
      { name: 'db', port: 3306 },
      { name: 'chat', port: 8082, appProtocol: 'kubernetes.io/h2c' },
    ];
    const { scenario, timeline } = await replayed(
      [...BASE, service('bakery/oven', { ports })],
      [['create', service('bakery/later', { ports })]],
    );
    const found = scenario.mesh.services.find(({ name }) => name === 'oven')!.ports.map(({ protocol }) => protocol);
    expect(found).toEqual(['auto', 'http', 'tcp', 'http2']);
    expect(timeline).toContain('kubernetes.io/h2c');
  });
});

describe('objects that are not for this istiod', () => {
  const ingress = (id: string, path: string, rest: Fields, metadata: Fields = {}) =>
    object('networking.k8s.io/v1', 'Ingress', id, { spec: { rules: [{ host: path }], ...rest } }, metadata);

  test('an Ingress of another class is no push, one of ours by its annotation or class is', async () => {
    const ours = object('networking.k8s.io/v1', 'IngressClass', 'mesh', {
      spec: { controller: 'istio.io/ingress-controller' },
    });
    const annotations = { 'kubernetes.io/ingress.class': 'istio' };
    const found = await reasons(
      [ours],
      [
        ['create', ingress('bakery/theirs', 'a', { ingressClassName: 'nginx' })],
        ['create', ingress('bakery/nobodys', 'b', {})],
        ['create', ingress('bakery/noted', 'c', {}, { annotations })],
        ['create', ingress('bakery/classed', 'd', { ingressClassName: 'mesh' })],
      ],
    );
    expect(found).toEqual({ config: 2 });
  });

  test('a Gateway API Gateway of a foreign class is no push', async () => {
    const gateway = (id: string, gatewayClassName: string) =>
      object('gateway.networking.k8s.io/v1', 'Gateway', id, {
        spec: { gatewayClassName, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
      });
    const found = await reasons(
      [],
      [
        ['create', gateway('bakery/theirs', 'nginx')],
        ['create', gateway('bakery/ours', 'istio')],
      ],
    );
    const only = await reasons([], [['create', gateway('bakery/ours', 'istio')]]);
    expect(found).toEqual(only);
    expect(only.config).toBeGreaterThan(0);
  });

  test('a VirtualService of another revision is no push', async () => {
    const canary = route('bakery/till', 5);
    (canary.metadata as Fields).labels = { 'istio.io/rev': 'canary' };
    expect(await reasons([], [['create', canary]])).toEqual({});
  });
});

test('a delegate is pushed to who has the route that names it', async () => {
  const root = istio('VirtualService', 'bakery/root', {
    hosts: ['till'],
    http: [{ delegate: { name: 'part', namespace: 'bakery' } }],
  });
  const part = (weight: number) =>
    istio('VirtualService', 'bakery/part', { http: [{ route: [{ destination: { host: 'till' }, weight }] }] });
  const { result } = await replayed([...BASE, root, part(1)], [['update', part(2)]]);
  expect(result.metrics.pilot_xds_pushes.by.rds).toBe(2);
});

test('a change of MeshConfig is a push of everything to everybody', async () => {
  const config = (mesh: string) => object('v1', 'ConfigMap', 'istio-system/istio', { data: { mesh } });
  const found = await reasons([config('accessLogFile: ""')], [['update', config('accessLogFile: /dev/stdout')]]);
  expect(found).toEqual({ global: 1 });
});

test('a Secret whose values change is pushed as before, and its values are nowhere', async () => {
  const secret = (value: string) =>
    object('v1', 'Secret', 'istio-system/shop-cert', {
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': value, 'tls.key': value },
    });
  const { timeline, imported, result } = await replayed(
    [...BASE, secret('b2xk')],
    [
      ['update', secret('bmV3')],
      ['update', secret('bmV3')],
      [
        'create',
        object('v1', 'Secret', 'istio-system/next', { type: 'Opaque', data: { cert: 'c2VjcmV0', key: 'eA==' } }),
      ],
    ],
  );
  expect(Object.fromEntries(imported.counts.found)).toEqual({ 'Secret spec': 1, 'Secret new': 1 });
  expect(result.attribution.trigger.reduce((sum, { changes }) => sum + changes, 0)).toBe(2);
  for (const value of ['b2xk', 'bmV3', 'c2VjcmV0', '$digest']) expect(timeline).not.toContain(value);
});

describe('Pods', () => {
  test('of several Services have the endpoints of each', async () => {
    const found = await replayed(
      [...BASE, service('bakery/admin'), slice('bakery/admin', ['10.1.0.1', '10.1.0.2'])],
      [
        ['update', slice('bakery/till', ['10.1.0.1'])],
        ['update', slice('bakery/admin', ['10.1.0.1'])],
      ],
    );
    expect(found.scenario.mesh.services.map(({ name, endpoints }) => [name, endpoints])).toEqual([
      ['admin', 2],
      ['till', 2],
    ]);
    expect(found.result.metrics.pilot_xds_pushes.by.eds).toBe(4);
  });

  test('that are new take the proxies of those of their workload that have gone', async () => {
    const { timeline, imported } = await replayed(BASE, [
      ['delete', pod('bakery/till-6f5c-1', 'till', '10.1.0.1')],
      ['create', pod('bakery/till-6f5c-3', 'till', '', false)],
      ['update', pod('bakery/till-6f5c-3', 'till', '10.1.0.3')],
      ['create', pod('bakery/oven-6f5c-1', 'oven', '10.1.0.9')],
    ]);
    expect(timeline).toContain('"ready":"bakery/till-0"');
    expect(imported.notes.join()).toContain('oven');
  });
});
