/** What is taken in decides what is pushed: fields that were once dropped on the way, by what each of them causes. */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { scenarioOf } from '../support/measured.js';

const SHOP = `
  services:
    - { name: cart, namespace: shop, ports: [http] }
    - { name: pay, namespace: shop, ports: [http] }
    - { name: db, namespace: data, ports: [tcp] }
  proxies:
    - { name: cart-v1, namespace: shop, service: shop/cart, labels: { app: cart } }
    - { name: db-0, namespace: data, service: data/db, labels: { app: db } }
    - { name: gw, namespace: istio-system, type: gateway, labels: { istio: ingressgateway } }`;
/** One sidecar in shop, one in data, one gateway; so many messages of each type. */
type Messages = Readonly<Record<string, number>>;

function run(istio: string, mesh: string, events: readonly string[]) {
  return simulate(
    scenarioOf(`
description: What is taken in
istio: "${istio}"
mesh: ${mesh.startsWith('\n') ? mesh : `{ ${mesh} }`}
events: [${events.join(', ')}]
run: { duration: ${events.length + 8}s }`),
  );
}
const pushes = (istio: string, mesh: string, ...events: string[]): Messages =>
  run(istio, mesh, events).metrics.pilot_xds_pushes.by;

const applied = (...objects: string[]) => objects.map((one, i) => `{ at: ${i + 1}s, apply: ${one} }`);
const istio = (kind: string, head: string, spec: string) =>
  `{ apiVersion: networking.istio.io/v1, kind: ${kind}, metadata: { ${head} }, spec: ${spec} }`;
const gatewayApi = (kind: string, head: string, spec: string) =>
  `{ apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, metadata: { ${head} }, spec: ${spec} }`;
const core = (kind: string, head: string, rest: string) =>
  `{ apiVersion: v1, kind: ${kind}, metadata: { ${head} }, ${rest} }`;

describe('ports', () => {
  const group = (port: string) =>
    `generate: [{ namespace: shop, services: 3, proxies: 1 per endpoint, ports: [${port}] }]`;

  test.each(['{ name: web, number: 80 }', '{ number: 8080 }', 'auto'])(
    'of no known protocol (%s) are sniffed: a new service brings a route of its own, asked for by every sidecar',
    (port) => {
      const created = `{ at: 1s, create: [Service], namespace: shop, named: new, ports: [${port}], endpoints: 1 }`;
      expect(pushes('1.17', group(port), created)).toEqual({ cds: 3, eds: 3, lds: 3, rds: 6 });
    },
  );

  test('with a known name are not: the routes of their number are there already', () => {
    const created =
      '{ at: 1s, create: [Service], namespace: shop, named: new, ports: [{ name: http-web, number: 80 }], endpoints: 1 }';
    expect(pushes('1.17', group('{ name: http-web, number: 80 }'), created)).toMatchObject({ rds: 3 });
  });

  test('of a ServiceEntry that speak gRPC-Web are HTTP, whatever the case', () => {
    const entry = (protocol: string) =>
      istio(
        'ServiceEntry',
        'name: a, namespace: shop',
        `{ hosts: [x.example.com], ports: [{ number: 8443, name: g, protocol: ${protocol} }], resolution: DNS }`,
      );
    // Two sidecars: their routes in the push, and those of the new port.
    expect(pushes('1.30', SHOP, ...applied(entry('GRPC-WEB')))).toMatchObject({ rds: 4 });
    expect(pushes('1.30', SHOP, ...applied(entry('TCP')))).toMatchObject({ rds: 2 });
  });
});

describe('a headless service', () => {
  const largest = (pods: number, port = 'tcp') =>
    run(
      '1.30',
      `services: [{ name: db, namespace: data, endpoints: ${pods}, resolution: headless, ports: [${port}] }], generate: [{ namespace: shop, proxies: 1 }]`,
      ['{ at: 1s, endpoints: { services: data/db, ready: "+1" } }'],
    ).metrics.pilot_xds_config_size_bytes.max!;

  test('of TCP has a listener for each of its pods: some 541 kB for a thousand', () => {
    expect((largest(1000) - largest(100)) / 900).toBeCloseTo(541, 0);
  });

  test('of HTTP has one for all of them', () => {
    expect(largest(1000, 'http')).toBe(largest(100, 'http'));
  });
});

describe('endpoints', () => {
  const ENTRY = istio(
    'ServiceEntry',
    'name: vm, namespace: shop',
    '{ hosts: [vm.int], resolution: STATIC, ports: [{ number: 80, name: http, protocol: HTTP }], workloadSelector: { labels: { app: vm } } }',
  );
  const workload = (account: string) =>
    istio(
      'WorkloadEntry',
      'name: w, namespace: shop',
      `{ address: 1.2.3.4, labels: { app: vm }, serviceAccount: ${account} }`,
    );
  const mesh = `generate: [{ namespace: shop, services: 2, proxies: 3 }], resources: [${ENTRY}, ${workload('one')}]`;

  test('with another service account are a full push', () => {
    expect(pushes('1.30', mesh, ...applied(workload('two')))).toEqual({ cds: 3, eds: 3, lds: 3, rds: 3 });
  });

  test('of a WorkloadEntry that a Kubernetes Service selects are endpoints of that service', () => {
    const at = (label: string) =>
      istio('WorkloadEntry', 'name: vm1, namespace: shop', `{ address: 10.1.1.1, labels: { app: ${label} } }`);
    expect(pushes('1.30', SHOP, ...applied(at('cart')))).toEqual({ eds: 3 });
    expect(pushes('1.30', SHOP, ...applied(at('nobody')))).toEqual({});
  });

  test('that are as many as before are others, unless the event says that nothing changes', () => {
    const ready = (n: string) => `{ at: 1s, endpoints: { services: shop/cart, ready: ${n} } }`;
    expect(pushes('1.30', SHOP, ready('1'))).toEqual({ eds: 3 });
    expect(pushes('1.30', SHOP, ready('+0'))).toEqual({});
  });

  test('of a ServiceEntry with the host of a Kubernetes Service come and go beside those of the Service', () => {
    const entry = istio(
      'ServiceEntry',
      'name: more, namespace: shop',
      '{ hosts: [cart.shop.svc.cluster.local], resolution: STATIC, ports: [{ number: 80, name: http, protocol: HTTP }], endpoints: [{ address: 1.1.1.1 }] }',
    );
    const gone = '{ at: 2s, delete: { kind: ServiceEntry, name: more, namespace: shop } }';
    const after = '{ at: 4s, endpoints: { services: shop/cart, ready: "+1" } }';
    const { metrics } = run('1.30', SHOP, [...applied(entry), gone, after]);
    // The Service is still there: its endpoints are its own shard, and not the first ones of a new key.
    expect(metrics.pilot_inbound_updates.by.svcdelete).toBeGreaterThan(0);
    expect(metrics.pilot_push_triggers.by).toMatchObject({ endpoint: expect.any(Number) });
    expect(pushes('1.30', SHOP, after)).toEqual({ eds: 3 });
    const alone = pushes('1.30', SHOP, ...applied(entry), gone);
    const more = pushes('1.30', SHOP, ...applied(entry), gone, after);
    expect({ ...more, eds: more.eds! - alone.eds! }).toEqual({ ...alone, eds: 3 });
  });

  test('of a Sidecar that leaves none are unsubscribed from, once and for all', () => {
    const nothing = istio('Sidecar', 'name: a, namespace: shop', '{ egress: [{ hosts: ["~/*"] }] }');
    expect(pushes('1.17', SHOP, ...applied(nothing))).toEqual({ cds: 1, eds: 1, lds: 1, rds: 1 });
  });
});

describe('delegates', () => {
  const route = (host: string) => `{ http: [{ route: [{ destination: { host: ${host} } }] }] }`;
  const child = (host: string) => istio('VirtualService', 'name: child, namespace: bar', route(host));
  const root = (where: string) =>
    istio(
      'VirtualService',
      'name: root, namespace: shop',
      `{ hosts: [cart.shop.svc.cluster.local], ${where} http: [{ match: [{ uri: { prefix: /x } }], delegate: { name: child, namespace: bar } }] }`,
    );
  const scoped = istio('Sidecar', 'name: default, namespace: shop', '{ egress: [{ hosts: ["./*"] }] }');
  const mesh = (...objects: string[]) =>
    `generate: [{ namespace: shop, name: cart, services: 1, proxies: 3 }], resources: [${objects.join(', ')}]`;

  test.each(['1.17', '1.30'])('are part of the routes that name them: a change is the root’s (%s)', (version) => {
    expect(pushes(version, mesh(scoped, root(''), child('a')), ...applied(child('b')))).toEqual({
      cds: 3,
      lds: 3,
      rds: 3,
    });
  });

  test.each(['1.17', '1.30'])('of a root at a gateway concern gateways alone (%s)', (version) => {
    const { metrics } = run(version, SHOP, applied(root('gateways: [istio-system/gw],'), child('a')));
    expect(metrics.pilot_xds_pushes.by).toMatchObject({ cds: 2, lds: 2 });
  });

  test('that nobody names are nothing since 1.30', () => {
    expect(pushes('1.30', SHOP, ...applied(child('a')))).toEqual({});
  });
});

test('a destination that traffic is mirrored to is imported as one that it is routed to', () => {
  const scope = istio('Sidecar', 'name: default, namespace: shop', '{ egress: [{ hosts: ["./*"] }] }');
  const route = (mirror: string) =>
    istio(
      'VirtualService',
      'name: v, namespace: shop',
      `{ hosts: [cart], http: [{ route: [{ destination: { host: cart } }], ${mirror} }] }`,
    );
  const mesh = (mirror: string) => `${SHOP}\n  resources: [${scope}, ${route(mirror)}]`;
  const changed = '{ at: 1s, endpoints: { services: data/db, ready: "+1" } }';
  // The sidecar in data and the gateway, and the one in shop that mirrors.
  expect(pushes('1.30', mesh(''), changed)).toEqual({ eds: 2 });
  expect(pushes('1.30', mesh('mirror: { host: db.data.svc.cluster.local }'), changed)).toEqual({ eds: 3 });
  // istiod looks at `mirror` alone.
  expect(pushes('1.30', mesh('mirrors: [{ destination: { host: db.data.svc.cluster.local } }]'), changed)).toEqual({
    eds: 2,
  });
});

describe('metadata', () => {
  const rule = (notes: string) =>
    istio('DestinationRule', `name: d, namespace: shop, annotations: { ${notes} }`, '{ host: cart }');

  test.each([
    ['ops.istio.io/touched: "1"', 'ops.istio.io/touched: "2"', 2],
    ['ops.example.com/touched: "1"', 'ops.example.com/touched: "2"', 1],
  ])('an annotation %s, then %s: %d pushes', (before, after, rounds) => {
    expect(run('1.30', SHOP, applied(rule(before), rule(after))).rounds).toHaveLength(rounds);
  });

  test('of another revision is another istiod’s', () => {
    const route = (revision: string) =>
      istio('VirtualService', `name: a, namespace: shop, labels: { istio.io/rev: ${revision} }`, '{ hosts: [cart] }');
    expect(pushes('1.30', SHOP, ...applied(route('canary')))).toEqual({});
    expect(pushes('1.30', SHOP, ...applied(route('default')))).toMatchObject({ cds: 3 });
    // Moving away is going away.
    expect(run('1.30', SHOP, applied(route('default'), route('canary'))).rounds).toHaveLength(2);
  });
});

describe('classes', () => {
  const ingress = (head: string, spec: string) =>
    `{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a, namespace: shop${head} }, spec: { ${spec} } }`;
  const RULES =
    'rules: [{ host: a.example.com, http: { paths: [{ path: /, backend: { service: { name: cart } } }] } }]';
  const ours = ', annotations: { kubernetes.io/ingress.class: istio }';

  test.each(['1.17', '1.30'])('an Ingress of another class, or of none, is nothing (%s)', (version) => {
    expect(pushes(version, SHOP, ...applied(ingress('', `ingressClassName: nginx, ${RULES}`)))).toEqual({});
    expect(pushes(version, SHOP, ...applied(ingress('', RULES)))).toEqual({});
    expect(pushes(version, SHOP, ...applied(ingress(ours, RULES)))).not.toEqual({});
  });

  test('a class that turns out to be ours makes its Ingresses ours', () => {
    const made = `{ apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: { name: mine }, spec: { controller: istio.io/ingress-controller } }`;
    expect(pushes('1.30', SHOP, ...applied(ingress('', `ingressClassName: mine, ${RULES}`), made))).toMatchObject({
      lds: 1,
    });
  });

  const CLASS = gatewayApi(
    'GatewayClass',
    'name: eg',
    '{ controllerName: gateway.envoyproxy.io/gatewayclass-controller }',
  );
  const GATEWAY = gatewayApi(
    'Gateway',
    'name: eg, namespace: shop',
    '{ gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }',
  );
  const ROUTE = gatewayApi(
    'HTTPRoute',
    'name: r, namespace: shop',
    '{ parentRefs: [{ name: eg }], rules: [{ backendRefs: [{ name: cart, port: 80 }] }] }',
  );

  test('a Gateway of a foreign class and its routes are nothing in 1.30, and pushed by 1.17', () => {
    expect(pushes('1.30', SHOP, ...applied(CLASS, GATEWAY, ROUTE))).toEqual({});
    expect(pushes('1.17', SHOP, ...applied(CLASS, GATEWAY, ROUTE))).toMatchObject({ cds: 9 });
  });

  test('a route whose parent is not there is nothing in 1.30; when the parent comes it counts', () => {
    expect(pushes('1.30', SHOP, ...applied(ROUTE))).toEqual({});
    const gateway = GATEWAY.replace('gatewayClassName: eg', 'gatewayClassName: istio');
    expect(run('1.30', SHOP, applied(ROUTE, gateway)).metrics.pilot_inbound_updates.by).toEqual({ config: 2 });
  });

  test('a GRPCRoute is one of HTTP', () => {
    const gateway = GATEWAY.replace('gatewayClassName: eg', 'gatewayClassName: istio');
    expect(run('1.30', SHOP, applied(gateway, ROUTE.replace('HTTPRoute', 'GRPCRoute'))).rounds).toHaveLength(2);
  });
});

describe('Secrets and ConfigMaps', () => {
  test.each(['helm.sh/release.v1', 'kubernetes.io/service-account-token'])(
    'a Secret of type %s is not watched',
    (type) => {
      expect(
        run('1.30', SHOP, applied(core('Secret', 'name: s, namespace: shop', `type: ${type}, data: {}`))).rounds,
      ).toEqual([]);
    },
  );

  test.each(['1.30', '1.32-dev'])(
    'a ConfigMap without a CA certificate is not handled, one with it is (%s)',
    (version) => {
      const map = (data: string) => core('ConfigMap', 'name: m, namespace: shop', `data: { ${data} }`);
      expect(pushes(version, SHOP, ...applied(map('a: b')))).toEqual({});
      expect(pushes(version, SHOP, ...applied(map('ca.crt: x')))).toMatchObject({ eds: 3 });
    },
  );

  const secret = (name: string) =>
    core('Secret', `name: ${name}, namespace: istio-system`, 'type: kubernetes.io/tls, data: {}');
  const server = (tls: string) =>
    istio(
      'Gateway',
      'name: g, namespace: istio-system',
      `{ selector: { istio: ingressgateway }, servers: [{ port: { number: 443, name: https, protocol: HTTPS }, hosts: ["*"], tls: { mode: SIMPLE, ${tls} } }] }`,
    );
  const rule = istio(
    'DestinationRule',
    'name: d, namespace: istio-system',
    '{ host: cart.shop.svc.cluster.local, trafficPolicy: { tls: { mode: MUTUAL, credentialName: rsa } } }',
  );
  const ingress =
    '{ apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: { name: a, namespace: shop, annotations: { kubernetes.io/ingress.class: istio } }, spec: { tls: [{ hosts: [a.example.com], secretName: rsa }], defaultBackend: { service: { name: cart } } } }';

  test.each([
    ['credentialName of a Gateway', server('credentialName: rsa')],
    ['credentialNames of a Gateway', server('credentialNames: [ecdsa, rsa]')],
    ['credentialName of a DestinationRule', rule],
    ['tls of an Ingress', ingress],
  ])('a Secret named by the %s is asked for by gateways, and pushed to them', (_, object) => {
    // The answer to the subscription, and the push.
    expect(pushes('1.30', SHOP, ...applied(object, secret('rsa')))).toMatchObject({ sds: 2 });
    expect(pushes('1.30', SHOP, ...applied(object, secret('other')))).toMatchObject({ sds: 1 });
  });
});

describe('a status', () => {
  const route = (status: string) =>
    `{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: a, namespace: shop }, spec: { hosts: [cart] }, status: { ${status} } }`;

  test.each(['1.17', '1.30'])('that alone is another is an event, and no push (%s)', (version) => {
    const { metrics, rounds } = run(version, SHOP, applied(route('a: b'), route('a: c')));
    expect(metrics.pilot_k8s_cfg_events.by).toEqual({ 'VirtualService add': 1, 'VirtualService update': 1 });
    expect(rounds).toHaveLength(1);
  });

  const gateway = (name: string) =>
    gatewayApi(
      'Gateway',
      'name: g, namespace: shop',
      `{ gatewayClassName: ${name}, listeners: [{ name: http, port: 80, protocol: HTTP }] }`,
    );
  test.each([
    ['1.17', 'istio', 2],
    ['1.17', 'eg', 1],
    ['1.25', 'istio', 2],
    ['1.26', 'istio', 1],
    ['1.30', 'istio', 1],
  ])(
    'that istiod writes into a Gateway comes back to it: a second push until 1.25 (%s, class %s)',
    (version, name, rounds) => {
      expect(run(version, SHOP, applied(gateway(name))).rounds).toHaveLength(rounds);
    },
  );
});
