/** Pseudonyms: every name of this cluster has "zq" in it, and nothing that leaves may. */
import { describe, expect, test } from 'vitest';
import { Pseudonyms } from '../../src/import/anonymise.js';
import { Gathered } from '../../src/import/gathered.js';
import { readBytes } from '../../src/import/read-inputs.js';
import { type Fields, istio, object, pod, replayed, service, slice, type Written } from './small-cluster.js';

const NS = 'zq-bakery';
const labelled = (labels: Fields, metadata: Fields = {}): Fields => ({ ...metadata, labels });
const app = (name: string): Fields => ({ selector: { app: name, 'zq.io/team': 'zq-bread' } });

const mesh = (port: number) =>
  object('v1', 'ConfigMap', 'istio-system/istio', {
    data: {
      mesh: `rootNamespace: istio-system\ndefaultConfig: { discoveryAddress: "zq.example:${port}" }\ndiscoverySelectors:\n- matchExpressions: [{ key: zq.io/mesh, operator: In, values: [zq-on] }]\n`,
    },
  });

const part = (weight: number) =>
  istio('VirtualService', `${NS}/zq.part`, {
    http: [
      {
        match: [
          { uri: { prefix: '/zq/path' }, headers: { 'x-zq': { exact: 'zq-user' } }, sourceLabels: { app: 'zq-web' } },
        ],
        route: [{ destination: { host: 'zq-till', subset: 'zq-v1', port: { number: 80 } }, weight }],
      },
    ],
  });

const secret = (value: string) =>
  object('v1', 'Secret', 'istio-system/zq-cert', {
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': value, 'tls.key': value },
  });

const httpRoute = (path: string) =>
  object('gateway.networking.k8s.io/v1', 'HTTPRoute', `${NS}/zq-route`, {
    spec: {
      parentRefs: [{ name: 'zq-door', namespace: NS, sectionName: 'zq-http' }],
      hostnames: ['*.zq.example.com'],
      rules: [
        { matches: [{ path: { type: 'PathPrefix', value: path } }], backendRefs: [{ name: 'zq-till', port: 80 }] },
      ],
    },
  });

const DUMP = [
  object('v1', 'Namespace', NS, {}, labelled({ 'zq.io/mesh': 'zq-on' })),
  object('v1', 'Namespace', 'istio-system', {}, labelled({ 'zq.io/mesh': 'zq-on' })),
  object('v1', 'Namespace', 'zq-other', {}, labelled({ 'zq.io/mesh': 'zq-off' })),
  mesh(1),
  service(`${NS}/zq-till`, {
    ...app('zq-till'),
    ports: [
      { name: 'http-zq', port: 80 },
      { name: 'zq', port: 81 },
    ],
  }),
  service('zq-other/zq-till', app('zq-till')),
  slice(`${NS}/zq-till`, ['10.99.0.1', '10.99.0.2']),
  pod(`${NS}/zq-till-6f5c-1`, 'zq-till', '10.99.0.1'),
  pod(`${NS}/zq-till-6f5c-2`, 'zq-till', '10.99.0.2'),
  part(1),
  istio('VirtualService', `${NS}/zq-root`, {
    hosts: ['zq-till', 'shop.zq.example.com'],
    gateways: ['mesh', `${NS}/zq.gate`],
    http: [{ delegate: { name: 'zq.part', namespace: NS } }],
  }),
  istio('DestinationRule', `${NS}/zq-till`, {
    host: `zq-till.${NS}.svc.cluster.local`,
    trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' }, loadBalancer: { simple: 'ROUND_ROBIN' } },
    subsets: [{ name: 'zq-v1', labels: { version: 'zq-1' } }],
  }),
  istio('Gateway', `${NS}/zq.gate`, {
    selector: { istio: 'ingressgateway' },
    servers: [
      {
        port: { number: 443, name: 'https-zq', protocol: 'HTTPS' },
        hosts: ['shop.zq.example.com'],
        tls: { mode: 'SIMPLE', credentialName: 'zq-cert' },
      },
    ],
  }),
  istio('ServiceEntry', `${NS}/zq-db`, {
    hosts: ['db.zq.example.com'],
    addresses: ['10.99.7.7/32'],
    ports: [{ number: 5432, name: 'tcp-zq', protocol: 'TCP' }],
    location: 'MESH_EXTERNAL',
    resolution: 'STATIC',
    endpoints: [{ address: '10.99.8.8', labels: { 'zq.io/role': 'zq-primary' } }],
  }),
  istio('Sidecar', `${NS}/default`, {
    egress: [{ hosts: ['./*', 'istio-system/*', `zq-other/zq-till.zq-other.svc.cluster.local`] }],
  }),
  object('gateway.networking.k8s.io/v1', 'GatewayClass', 'zq-class', {
    spec: { controllerName: 'istio.io/gateway-controller' },
  }),
  object('gateway.networking.k8s.io/v1', 'Gateway', `${NS}/zq-door`, {
    spec: {
      gatewayClassName: 'zq-class',
      listeners: [{ name: 'zq-http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'Same' } } }],
    },
  }),
  httpRoute('/zq'),
  secret('enF6cQ=='),
  object(
    'apps/v1',
    'Deployment',
    'istio-system/istiod',
    {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'discovery',
                image: 'registry.zq.example.com/pilot:1.30.3',
                resources: { limits: { cpu: '2', memory: '4Gi' } },
                env: [
                  { name: 'PILOT_DEBOUNCE_AFTER', value: '200ms' },
                  { name: 'PILOT_ENABLE_EDS_DEBOUNCE', value: 'true' },
                ],
              },
            ],
          },
        },
      },
    },
    labelled({ app: 'istiod' }),
  ),
];

const WRITES: readonly Written[] = [
  ['update', part(2)],
  ['update', slice(`${NS}/zq-till`, ['10.99.0.1', '10.99.0.3'])],
  ['update', httpRoute('/zq/other')],
  ['update', mesh(2)],
  ['update', secret('enF6cXpx')],
  ['create', service(`${NS}/zq-new`, app('zq-new'))],
  ['create', pod(`${NS}/zq-till-6f5c-3`, 'zq-till', '10.99.0.3')],
  ['create', pod(`${NS}/zq-fresh-6f5c-3`, 'zq-fresh', '10.99.0.4')],
  ['update', slice('zq-other/zq-till', ['10.99.1.1'])],
  ['delete', istio('DestinationRule', `${NS}/zq-till`, {})],
];

describe('anonymised', () => {
  test('no file and no note has a name, host, label, address or person of the cluster', async () => {
    const { text, imported } = await replayed(DUMP, WRITES, new Pseudonyms(Buffer.alloc(32, 5)));
    for (const told of [text, ...imported.notes]) {
      expect(told.match(/[^\n]{0,60}zq[^\n]{0,60}/i)?.[0]).toBeUndefined();
      expect(told).not.toContain('10.99.');
      expect(told).not.toContain('alice');
    }
  });

  test('the replay has the metrics and rounds of the one with names', async () => {
    const plain = await replayed(DUMP, WRITES);
    const hidden = await replayed(DUMP, WRITES, new Pseudonyms(Buffer.alloc(32, 5)));
    expect(plain.result.rounds.length).toBeGreaterThan(6);
    expect(hidden.result.metrics).toEqual(plain.result.metrics);
    expect(hidden.result.traffic.types).toEqual(plain.result.traffic.types);
    expect(hidden.result.rounds).toEqual(plain.result.rounds);
    expect(hidden.result.attribution.trigger).toEqual(plain.result.attribution.trigger);
  });

  test('a thousand addresses stay a thousand', () => {
    const pseudonyms = new Pseudonyms(Buffer.alloc(32, 1));
    const addresses = Array.from({ length: 20_000 }, (_, i) => pseudonyms.address(`10.0.${i >> 8}.${i & 255}`));
    expect(new Set(addresses).size).toBe(20_000);
    expect(pseudonyms.address('10.0.0.7')).toBe(addresses[7]);
  });
});

test('what is said of a bad record quotes nothing of it', () => {
  const gathered = new Gathered();
  for (const bad of ['{"zq":zq}', '{"a":"zq" "zq"}', '{"a":1}zq{"b":zq', '[{"zq": tzq}]', 'apiVersion: v1\nzq: [zq'])
    readBytes(Buffer.from(`${bad}\n`), 'input', gathered);
  gathered.history.close();
  expect(gathered.badRecords.length).toBeGreaterThanOrEqual(4);
  for (const { what } of gathered.badRecords) expect(what).not.toContain('zq');
});
