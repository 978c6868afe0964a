/** Kubernetes objects of every kind that istiod reads, with the fields of their real specs, and content that fits or not. */
import { RESOURCE_KINDS } from '../../../src/istio/resource-kinds.js';
import { type Draw, drawOf } from './draw.js';
import { mutated } from './mutate.js';
import type { Input } from './scenarios.js';
import { leaf } from './values.js';

/** A field is made of the draw: so that every object is another. */
type Made = (draw: Draw) => unknown;

const one =
  (...values: readonly unknown[]): Made =>
  (draw) =>
    draw.of(values);
const many =
  (item: Made, most = 3): Made =>
  (draw) =>
    Array.from({ length: draw.below(most + 1) }, () => item(draw));
const some =
  (fields: Readonly<Record<string, Made>>): Made =>
  (draw) =>
    Object.fromEntries(
      Object.entries(fields).flatMap(([key, make]) =>
        draw.chance(0.6) ? [[key, draw.chance(0.02) ? leaf(draw) : make(draw)]] : [],
      ),
    );

const namespace = one('shop', 'data', 'istio-system', '*', '.', '~', '');
const host = one(
  'cart',
  'cart.shop.svc.cluster.local',
  '*.example.com',
  '*',
  'api.example.com',
  'pay.shop',
  '',
  'x'.repeat(260),
);
const labels = one(
  { app: 'cart' },
  { app: 'pay', version: 'v1' },
  { version: 'v2' },
  {},
  { istio: 'ingressgateway' },
  { 'a/b': '' },
);
const number = one(0, 1, 80, 443, 8080, 65_536, -1, 1e300, '80', 1.5);
const word = one('a', 'b', 'http', 'v1', 'v2', 'x/../y', '__proto__');
const selector = some({
  labels,
  matchLabels: labels,
  matchExpressions: many(some({ key: word, operator: one('In', 'NotIn', 'Exists', 'No'), values: many(word) })),
});
const exportTo = many(namespace, 2);
const destination = some({ destination: some({ host, subset: word, port: some({ number }) }), weight: number });
const match = some({
  uri: some({ prefix: word, exact: word, regex: one('[', '(?P<x>') }),
  headers: one({ a: { exact: 'b' } }, { 'end-user': {} }),
  port: number,
  gateways: many(one('mesh', 'gw', 'istio-system/gw')),
  sourceLabels: labels,
  sourceNamespace: namespace,
  sniHosts: many(host),
});
const port = some({
  number,
  name: one('http', 'tcp-db', 'grpc-web-x', 'x', ''),
  protocol: one('HTTP', 'GRPC-WEB', 'TCP', 'HTTPS', 'TLS', 'nonsense', 'MONGO'),
  targetPort: number,
});
const tls = some({
  mode: one('SIMPLE', 'MUTUAL', 'PASSTHROUGH', 'ISTIO_MUTUAL', 'AUTO_PASSTHROUGH'),
  credentialName: word,
  credentialNames: many(word),
  httpsRedirect: one(true),
});
const policy = some({
  tls,
  loadBalancer: some({ localityLbSetting: some({ enabled: one(true) }), simple: word }),
  portLevelSettings: many(some({ port: some({ number }), tls })),
  outlierDetection: some({ interval: one('1s', 'x') }),
});
const workload = some({
  address: one('1.2.3.4', '::1', 'vm.example.com', 'unix:///x', ''),
  labels,
  serviceAccount: word,
  ports: one({ http: 80 }, { http: 'x' }),
  weight: number,
  network: word,
  locality: one('a/b/c', 'x'),
});
const policyTarget = {
  selector,
  targetRef: some({ kind: one('Service', 'Gateway'), name: word }),
  targetRefs: many(some({ kind: one('Gateway'), name: word, group: word })),
};
const parent = some({
  name: one('gw', 'cart'),
  namespace,
  kind: one('Gateway', 'Service', 'X'),
  sectionName: word,
  port: number,
  group: one('', 'gateway.networking.k8s.io'),
});
const backend = some({
  name: one('cart', 'pay', ''),
  namespace,
  port: number,
  kind: one('Service', 'ServiceImport'),
  weight: number,
});
const route = some({
  parentRefs: many(parent),
  hostnames: many(host),
  rules: many(
    some({
      matches: many(
        some({
          path: some({ value: word }),
          method: some({ service: word }),
          headers: many(some({ name: word, value: word })),
        }),
      ),
      backendRefs: many(backend),
      filters: many(some({ type: word })),
    }),
  ),
});

const SPECS: Readonly<Record<keyof typeof RESOURCE_KINDS, Made>> = {
  VirtualService: some({
    hosts: many(host),
    gateways: many(one('mesh', 'gw', 'istio-system/gw')),
    exportTo,
    http: many(
      some({
        match: many(match),
        route: many(destination),
        delegate: some({ name: word, namespace }),
        redirect: some({ uri: word }),
        mirror: some({ host }),
        name: word,
      }),
    ),
    tcp: many(some({ match: many(match), route: many(destination) })),
    tls: many(some({ match: many(match), route: many(destination) })),
  }),
  DestinationRule: some({
    host,
    exportTo,
    subsets: many(some({ name: word, labels, trafficPolicy: policy })),
    trafficPolicy: policy,
    workloadSelector: selector,
  }),
  Gateway: some({
    selector: labels,
    servers: many(
      some({
        port,
        hosts: many(one('*', '*/*', './a.example.com', 'shop/*', 'a.example.com')),
        tls,
        bind: word,
        name: word,
      }),
    ),
  }),
  ServiceEntry: some({
    hosts: many(host),
    addresses: many(one('10.0.0.1', '10.0.0.0/8', 'x')),
    ports: many(port),
    location: one('MESH_EXTERNAL', 'MESH_INTERNAL'),
    resolution: one('STATIC', 'DNS', 'NONE', 'DNS_ROUND_ROBIN', 'DYNAMIC_DNS', 'x'),
    endpoints: many(workload),
    workloadSelector: selector,
    exportTo,
    subjectAltNames: many(word),
  }),
  WorkloadEntry: workload,
  WorkloadGroup: some({ metadata: some({ labels }), template: workload, probe: some({ periodSeconds: number }) }),
  Sidecar: some({
    workloadSelector: selector,
    egress: many(
      some({
        hosts: many(one('./*', '*/*', '~/*', 'shop/cart.shop.svc.cluster.local', 'x', '/', '*/*.example.com')),
        port,
        bind: word,
        captureMode: word,
      }),
    ),
    ingress: many(some({ port, defaultEndpoint: word })),
    outboundTrafficPolicy: some({ mode: one('REGISTRY_ONLY') }),
  }),
  EnvoyFilter: some({
    workloadSelector: selector,
    targetRefs: many(some({ kind: word, name: word })),
    configPatches: many(
      some({
        applyTo: one('CLUSTER', 'LISTENER', 'HTTP_FILTER'),
        match: some({ context: one('SIDECAR_OUTBOUND') }),
        patch: some({ operation: one('MERGE', 'ADD') }),
      }),
    ),
    priority: number,
  }),
  ProxyConfig: some({ selector, concurrency: number }),
  PeerAuthentication: some({
    selector,
    mtls: some({ mode: one('STRICT', 'DISABLE', 'PERMISSIVE') }),
    portLevelMtls: one({ 80: { mode: 'STRICT' } }),
  }),
  AuthorizationPolicy: some({
    ...policyTarget,
    action: one('ALLOW', 'DENY', 'CUSTOM'),
    rules: many(some({ from: many(some({ source: some({ principals: many(word) }) })) })),
  }),
  RequestAuthentication: some({ ...policyTarget, jwtRules: many(some({ issuer: word, jwksUri: word })) }),
  Telemetry: some({ ...policyTarget, accessLogging: many(some({ disabled: one(true) })) }),
  WasmPlugin: some({ ...policyTarget, url: word, phase: word, priority: number }),
  TrafficExtension: some({ ...policyTarget, lua: some({ inlineCode: word }) }),
  HTTPRoute: route,
  GRPCRoute: route,
  TCPRoute: route,
  TLSRoute: route,
  KubernetesGateway: some({
    gatewayClassName: one('istio', 'istio-waypoint', 'eg', ''),
    listeners: many(
      some({
        name: word,
        hostname: host,
        port: number,
        protocol: one('HTTP', 'HTTPS', 'TLS', 'HBONE'),
        tls: some({ mode: one('Terminate', 'Passthrough'), certificateRefs: many(some({ name: word, namespace })) }),
        allowedRoutes: some({ namespaces: some({ from: one('All', 'Same', 'Selector', 'None'), selector }) }),
      }),
    ),
    addresses: many(some({ value: word })),
    infrastructure: some({ labels }),
  }),
  GatewayClass: some({ controllerName: one('istio.io/gateway-controller', 'x') }),
  ReferenceGrant: some({ from: many(some({ kind: word, namespace })), to: many(some({ kind: word })) }),
  Secret: some({
    type: one('kubernetes.io/tls', 'helm.sh/release.v1', 'Opaque'),
    data: one({}, { 'tls.crt': 'YQ==' }, null),
  }),
  ConfigMap: some({ data: one({}, { 'ca.crt': 'x' }, { mesh: 'a: b' }, null) }),
  Ingress: some({
    ingressClassName: one('istio', 'nginx'),
    tls: many(some({ hosts: many(host), secretName: word })),
    rules: many(
      some({
        host,
        http: some({
          paths: many(
            some({
              path: word,
              pathType: word,
              backend: some({ service: some({ name: one('cart'), port: some({ number }) }) }),
            }),
          ),
        }),
      }),
    ),
    defaultBackend: some({ service: some({ name: one('cart') }) }),
  }),
  IngressClass: some({ controller: one('istio.io/ingress-controller', 'x') }),
};

/** Kubernetes' own, which are no config objects; the last two are not watched. */
const OTHERS: Readonly<Record<string, { readonly apiVersion: string; readonly rest: Made }>> = {
  Service: {
    apiVersion: 'v1',
    rest: some({
      spec: some({
        selector: labels,
        clusterIP: one('None', '10.0.0.1', ''),
        type: one('ClusterIP', 'ExternalName', 'LoadBalancer'),
        ports: many(
          some({
            name: one('http', 'tcp-x', 'x'),
            port: number,
            targetPort: number,
            protocol: one('TCP', 'UDP', 'SCTP'),
            appProtocol: one('http', 'grpc', 'kubernetes.io/h2c', 'x'),
          }),
        ),
        externalName: host,
        ipFamilies: many(one('IPv4', 'IPv6')),
        publishNotReadyAddresses: one(true),
      }),
    }),
  },
  EndpointSlice: {
    apiVersion: 'discovery.k8s.io/v1',
    rest: some({
      addressType: one('IPv4', 'IPv6', 'FQDN'),
      endpoints: many(
        some({
          addresses: many(one('1.1.1.1', '1.1.1.2', '::1', 'x')),
          conditions: some({ ready: one(true, false, null), serving: one(true), terminating: one(true) }),
          targetRef: some({ kind: one('Pod', 'Node'), name: word, namespace }),
          hints: some({ forZones: many(some({ name: word })) }),
          zone: word,
          nodeName: word,
        }),
      ),
      ports: many(some({ name: word, port: number, protocol: one('TCP'), appProtocol: word })),
    }),
  },
  Endpoints: {
    apiVersion: 'v1',
    rest: some({
      subsets: many(
        some({
          addresses: many(some({ ip: one('1.1.1.1', 'x'), targetRef: some({ name: word }) })),
          notReadyAddresses: many(some({ ip: one('1.1.1.3') })),
          ports: many(some({ port: number })),
        }),
      ),
    }),
  },
  Namespace: { apiVersion: 'v1', rest: some({ spec: some({ finalizers: many(word) }) }) },
  Pod: {
    apiVersion: 'v1',
    rest: some({ spec: some({ serviceAccountName: word, nodeName: word }), status: some({ podIP: one('1.1.1.1') }) }),
  },
  Deployment: { apiVersion: 'apps/v1', rest: some({ spec: some({ replicas: number }) }) },
};

function object(draw: Draw): unknown {
  const metadata = {
    name: draw.chance(0.01) ? draw.of(['BAD_', '', 5, 'x.y']) : draw.of(['a', 'b', 'cart', 'gw', 'default', 'web-0']),
    ...(draw.chance(0.8) ? { namespace: draw.of(['shop', 'data', 'istio-system', null]) } : {}),
    ...(draw.chance(0.3)
      ? {
          labels: draw.of([
            { 'kubernetes.io/service-name': 'cart' },
            { app: 'cart' },
            { 'istio.io/rev': 'canary' },
            null,
          ]),
        }
      : {}),
    ...(draw.chance(0.2)
      ? {
          annotations: draw.of([
            { 'kubernetes.io/ingress.class': 'istio' },
            { 'networking.istio.io/exportTo': '~' },
            { 'x.istio.io/y': '1' },
            null,
          ]),
        }
      : {}),
    ...(draw.chance(0.1) ? { creationTimestamp: draw.of(['2026-01-01T00:00:00Z', 'x', null, 5]) } : {}),
  };
  const status = draw.chance(0.15)
    ? { status: draw.of<unknown>([{}, { conditions: [{ type: 'Accepted' }] }, 'x', null]) }
    : {};
  const others = Object.keys(OTHERS);
  const n = draw.below(26 + others.length);
  if (n >= 26) {
    const kind = others[n - 26]!;
    const { apiVersion, rest } = OTHERS[kind]!;
    return { apiVersion, kind, metadata, ...(rest(draw) as object), ...status };
  }
  const known = draw.of(Object.keys(SPECS) as (keyof typeof SPECS)[]);
  const { kind, apiVersion } = RESOURCE_KINDS[known];
  const content = SPECS[known](draw);
  const inside = known === 'Secret' || known === 'ConfigMap' ? (content as object) : { spec: content };
  return {
    apiVersion: draw.chance(0.98) ? apiVersion : draw.of(['v1', 'networking.istio.io/v9', 'x', 5]),
    kind,
    metadata,
    ...inside,
    ...status,
  };
}

const MESH = {
  services: [
    { name: 'cart', namespace: 'shop', endpoints: 2 },
    { name: 'db', namespace: 'data', ports: ['tcp'], resolution: 'headless' },
  ],
  proxies: [
    { name: 'cart', namespace: 'shop', service: 'shop/cart', labels: { app: 'cart' } },
    { name: 'db', namespace: 'data', service: 'data/db', labels: { app: 'db' } },
    { name: 'gw', namespace: 'istio-system', type: 'gateway', labels: { istio: 'ingressgateway' } },
  ],
};

/** A few objects at the start and a few applied, deleted, or updated later, in some release. */
export function objectInput(seed: number): Input {
  const draw = drawOf(seed);
  const made = (): unknown => {
    const whole = object(draw);
    if (draw.chance(0.05)) return mutated(whole, draw);
    return draw.chance(0.03) ? { apiVersion: 'v1', kind: 'List', items: [whole] } : whole;
  };
  const resources = Array.from({ length: draw.below(4) }, made);
  const events = Array.from({ length: 1 + draw.below(3) }, (_, i) => ({ at: `${i * 300}ms`, apply: made() }));
  const kind = draw.of([
    'VirtualService',
    'ServiceEntry',
    'DestinationRule',
    'Service',
    'EndpointSlice',
    'HTTPRoute',
    'Gateway',
  ]);
  const gone = { at: '1s', delete: { kind, name: draw.of(['a', 'b', 'cart']), namespace: 'shop' } };
  const istio = draw.of(['1.17', '1.19', '1.22', '1.24', '1.27', '1.30', '1.31', '1.32-dev']);
  const scenario = {
    description: 'Objects of a campaign',
    istio,
    istiod: { xds: draw.of(['sotw', 'delta']) },
    mesh: { ...MESH, resources },
    events: draw.chance(0.5) ? [...events, gone] : events,
    run: { duration: '2s', start: draw.of(['connected', 'cold']) },
  };
  return { text: JSON.stringify(scenario), sets: [] };
}
