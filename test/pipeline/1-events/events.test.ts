import { describe, expect, test } from 'vitest';
import { GoProcessor } from '../../../src/engine/cpu/go-processor.js';
import type { Simulation } from '../../../src/engine/simulation.js';
import type { ConfigKind } from '../../../src/istio/kinds.js';
import type { IstioVersion } from '../../../src/istio/profile.js';
import type { MeshSpec } from '../../../src/mesh/spec.js';
import { newChange } from '../../../src/pipeline/model/change.js';
import type { PushRequest } from '../../../src/pipeline/model/push-request.js';
import { type Bench, type BenchSetup, istiodBench, VERSIONS, type Writes } from '../../support/bench.js';
import { hostOf, meshOf, object, service, sidecar, TCP, virtualService } from '../../support/mesh.js';

const LATER: readonly IstioVersion[] = ['1.30', '1.32-dev'];

/** Ten milliseconds between writes: handlers have run, the debounce still waits. */
function run(
  version: IstioVersion,
  mesh: MeshSpec,
  writes: (at: Writes) => void,
  setup: Partial<BenchSetup> = {},
): Bench {
  const bench = istiodBench({ version, mesh, ...setup });
  let time = 0;
  const stepping = new Proxy(bench.at(0), {
    get: (_, name: keyof Writes) => {
      time += 10;
      return bench.at(time)[name];
    },
  });
  writes(stepping);
  bench.run();
  return bench;
}

/** `full ServiceEntry service`: the flags, the kinds of the keys, the reasons. */
function inWords(request: PushRequest): string {
  const kinds = [...new Set([...request.keys].map(({ kind }) => kind))];
  return [
    ...(request.full ? ['full'] : []),
    ...(request.forced ? ['forced'] : []),
    kinds.length === 0 ? 'no keys' : kinds.join('+'),
    ...request.reasons.keys(),
  ].join(' ');
}

interface Outcome {
  readonly inbound: Readonly<Record<string, number>>;
  readonly requests: readonly string[];
}

function outcome(bench: Bench): Outcome {
  return { inbound: { ...bench.notes.inbound } as Record<string, number>, requests: bench.notes.received.map(inWords) };
}

/** As the versions say the same thing: the development head has no word for full, and a kind of its own for endpoints. */
function inVersion(version: IstioVersion, request: string): string {
  if (version !== '1.32-dev') return request;
  return request.startsWith('full ')
    ? request.slice('full '.length)
    : request.replace('ServiceEntry endpoint', 'Endpoints endpoint');
}

const MESH = meshOf({
  services: [
    service('cart'),
    service('empty', { endpoints: 0 }),
    service('db', { resolution: 'headless', ports: TCP }),
    service('web', { resolution: 'headless' }),
    service('hidden', { exportTo: ['~'] }),
  ],
  proxies: [sidecar('client')],
});

const PORT_8080 = [{ name: 'http', number: 8_080, protocol: 'http' }] as const;

describe.each(VERSIONS)('a Kubernetes Service (%s)', (version) => {
  test.each<[what: string, writes: (at: Writes) => void, inbound: Record<string, number>, requests: readonly string[]]>(
    [
      [
        'that is new is a full push',
        (at) => at.service('new', { endpoints: 0 }),
        { svc: 1, config: 1 },
        ['full ServiceEntry service'],
      ],
      [
        'that changes, too; its known endpoints are stored again',
        (at) => at.service('cart', { ports: PORT_8080 }),
        { eds: 1, svc: 1, config: 1 },
        ['full ServiceEntry service'],
      ],
      ['that is written unchanged is counted and pushes nothing', (at) => at.service('cart'), { eds: 1, svc: 1 }, []],
      ['without endpoints has none to store', (at) => at.service('empty', { endpoints: 0 }), { svc: 1 }, []],
      [
        'that goes is a full push',
        (at) => at.removeService('cart'),
        { svcdelete: 1, config: 1 },
        ['full ServiceEntry service'],
      ],
      ['that nobody knew cannot go', (at) => at.removeService('unknown'), {}, []],
      [
        'whose slice came first stores its endpoints',
        (at) => {
          at.endpoints('new', 2);
          at.service('new');
        },
        { eds: 2, svc: 1, config: 2 },
        ['full ServiceEntry endpoint', 'full ServiceEntry service'],
      ],
    ],
  )('%s', (_, writes, inbound, requests) => {
    expect(outcome(run(version, MESH, writes))).toEqual({
      inbound,
      requests: requests.map((request) => inVersion(version, request)),
    });
  });

  test('that is exported to nobody is pushed by 1.17 only', () => {
    const pushed = version === '1.17' ? 1 : 0;
    const counted = (writes: (at: Writes) => void) => run(version, MESH, writes).notes.received.length;
    expect(counted((at) => at.service('new', { exportTo: ['~'] }))).toBe(pushed);
    expect(counted((at) => at.service('hidden', { exportTo: ['~'], ports: PORT_8080 }))).toBe(pushed);
    expect(counted((at) => at.removeService('hidden'))).toBe(pushed);
  });

  test('that is no longer exported to anybody is a full push: proxies have to forget it', () => {
    expect(outcome(run(version, MESH, (at) => at.service('cart', { exportTo: ['~'] })))).toEqual({
      inbound: { eds: 1, svc: 1, config: 1 },
      requests: [inVersion(version, 'full ServiceEntry service')],
    });
    const bench = run(version, MESH, (at) => at.service('cart', { exportTo: ['~'] }));
    expect(bench.notes.used.map(({ change }) => change.id)).toEqual([0]);
  });

  test('drops what the caches hold of its endpoints: with a slice, with a write that stores them again, with its end', () => {
    const dropped = (writes: (at: Writes) => void): readonly string[] => {
      const names: string[] = [];
      run(version, MESH, writes, { cost: { endpointsChanged: ({ name }) => names.push(name) } });
      return names;
    };
    expect(dropped((at) => at.endpoints('cart', 1, { changed: false }))).toEqual([hostOf('cart')]);
    expect(dropped((at) => at.service('cart'))).toEqual([hostOf('cart')]);
    expect(dropped((at) => at.service('empty', { endpoints: 0 }))).toEqual([]);
    expect(dropped((at) => at.removeService('cart'))).toEqual([hostOf('cart')]);
  });
});

describe.each(VERSIONS)('an EndpointSlice (%s)', (version) => {
  const FULL = inVersion(version, 'full ServiceEntry endpoint');
  const INCREMENTAL = inVersion(version, 'ServiceEntry endpoint');
  const SERVICE = inVersion(version, 'full ServiceEntry service');

  test.each<[what: string, writes: (at: Writes) => void, requests: readonly string[]]>([
    ['with one endpoint more is an incremental push', (at) => at.endpoints('cart', 2), [INCREMENTAL]],
    ['with other addresses, too', (at) => at.endpoints('cart', 1, { changed: true }), [INCREMENTAL]],
    ['that empties a service, too', (at) => at.endpoints('cart', 0), [INCREMENTAL]],
    [
      'that leaves it empty, too: nothing is compared',
      (at) => at.endpoints('empty', 0, { changed: false }),
      [INCREMENTAL],
    ],
    ['with the first endpoint of a service is a full push', (at) => at.endpoints('empty', 1), [FULL]],
    ['with another service account is a full push', (at) => at.endpoints('cart', 1, { accounts: 'other' }), [FULL]],
    [
      'is incremental when the endpoints go and come back with their account',
      (at) => {
        at.endpoints('cart', 0);
        at.endpoints('cart', 1);
      },
      [INCREMENTAL, INCREMENTAL],
    ],
    [
      'is a full push when they come back with another one',
      (at) => {
        at.endpoints('cart', 0);
        at.endpoints('cart', 1, { accounts: 'other' });
      },
      [INCREMENTAL, FULL],
    ],
    [
      'of a service that was created before it had endpoints: service, empty slice, first endpoint',
      (at) => {
        at.service('new', { endpoints: 0 });
        at.endpoints('new', 0);
        at.endpoints('new', 1);
        at.endpoints('new', 2);
      },
      [SERVICE, INCREMENTAL, FULL, INCREMENTAL],
    ],
    [
      'of a service that was deleted and made anew begins with a full push again',
      (at) => {
        at.removeService('cart');
        at.service('cart', { endpoints: 0 });
        at.endpoints('cart', 1);
      },
      [SERVICE, SERVICE, FULL],
    ],
    [
      'is a full push before its service is there, which then adds nothing to what is known',
      (at) => {
        at.endpoints('new', 1);
        at.service('new');
        at.endpoints('new', 2);
      },
      [FULL, SERVICE, INCREMENTAL],
    ],
    [
      'keeps its service account over a write of the service',
      (at) => {
        at.endpoints('cart', 1, { accounts: 'other' });
        at.service('cart');
        at.endpoints('cart', 2, { accounts: 'other' });
      },
      [FULL, INCREMENTAL],
    ],
  ])('%s', (_, writes, requests) => {
    expect(run(version, MESH, writes).notes.received.map(inWords)).toEqual(requests);
  });

  test('that comes before its service is in use as soon as the service is', () => {
    const bench = run(version, MESH, (at) => {
      at.endpoints('new', 3);
      at.service('new');
    });
    const known = bench.mesh.service(bench.mesh.serviceKey('shop', hostOf('new')));
    expect(bench.mesh.endpoints.ready(known?.id ?? -1)).toBe(3);
    expect(new Set(bench.notes.used.map(({ change }) => change.id))).toEqual(new Set([0, 1]));
  });

  test('goes with its service: the next one is an addition', () => {
    const events = (writes: (at: Writes) => void) => run(version, MESH, writes).metrics().pilot_k8s_reg_events.by;
    expect(events((at) => at.endpoints('cart', 2))).toEqual({ 'EndpointSlice update': 1 });
    const anew = (at: Writes): void => {
      at.endpoints('cart', 2);
      at.removeService('cart');
      at.service('cart', { endpoints: 0 });
      at.endpoints('cart', 1);
    };
    expect(events(anew)).toEqual({
      'EndpointSlice update': 1,
      'Services delete': 1,
      'Services add': 1,
      'EndpointSlice add': 1,
    });
  });

  test('raises two counters: endpoints, and the configuration update it becomes', () => {
    expect(outcome(run(version, MESH, (at) => at.endpoints('cart', 2))).inbound).toEqual({ eds: 1, config: 1 });
    expect(outcome(run(version, MESH, (at) => at.endpoints('empty', 2))).inbound).toEqual({ eds: 1, config: 1 });
  });

  test('that is written unchanged pushes in 1.17 and is dropped later', () => {
    const unchanged = outcome(run(version, MESH, (at) => at.endpoints('cart', 1, { changed: false })));
    if (version === '1.17') expect(unchanged).toEqual({ inbound: { eds: 1, config: 1 }, requests: [INCREMENTAL] });
    else expect(unchanged).toEqual({ inbound: { eds: 1 }, requests: [] });
  });

  test('of a service exported to nobody is ignored since 1.30', () => {
    const hidden = outcome(run(version, MESH, (at) => at.endpoints('hidden', 2)));
    if (version === '1.17') expect(hidden).toEqual({ inbound: { eds: 1, config: 1 }, requests: [INCREMENTAL] });
    else expect(hidden).toEqual({ inbound: {}, requests: [] });
  });
});

describe('an EndpointSlice of a headless service comes with a second update', () => {
  test.each<[version: IstioVersion, host: string, requests: readonly string[]]>([
    ['1.17', 'db', ['ServiceEntry endpoint', 'full ServiceEntry headlessendpoint']],
    ['1.17', 'web', ['ServiceEntry endpoint', 'full ServiceEntry headlessendpoint']],
    ['1.30', 'db', ['ServiceEntry endpoint', 'full ServiceEntry headlessendpoint']],
    ['1.30', 'web', ['ServiceEntry endpoint', 'full DNSName headlessendpoint']],
    ['1.32-dev', 'db', ['Endpoints endpoint', 'ServiceEntry headlessendpoint']],
    ['1.32-dev', 'web', ['Endpoints endpoint', 'DNSName headlessendpoint']],
  ])('%s, %s: %j', (version, host, requests) => {
    expect(outcome(run(version, MESH, (at) => at.endpoints(host, 2)))).toEqual({
      inbound: { eds: 1, config: 2 },
      requests,
    });
  });

  test('which is not full in 1.17 without listeners for headless pods', () => {
    const options = { headlessPodListeners: false };
    expect(outcome(run('1.17', MESH, (at) => at.endpoints('db', 2), { options })).requests).toEqual([
      'ServiceEntry endpoint',
      'ServiceEntry headlessendpoint',
    ]);
  });

  test.each(LATER)('also when the endpoints themselves are not worth one (%s)', (version) => {
    const unchanged = outcome(run(version, MESH, (at) => at.endpoints('db', 1, { changed: false })));
    expect(unchanged).toEqual({
      inbound: { eds: 1, config: 1 },
      requests: [inVersion(version, 'full ServiceEntry headlessendpoint')],
    });
  });
});

const DEFAULT_ROW = [
  'VirtualService',
  'DestinationRule',
  'Gateway',
  'Sidecar',
  'EnvoyFilter',
  'PeerAuthentication',
  'AuthorizationPolicy',
  'RequestAuthentication',
  'Telemetry',
  'ProxyConfig',
] as const satisfies readonly ConfigKind[];

describe.each(VERSIONS)('an Istio object (%s)', (version) => {
  const known = (kind: ConfigKind, labels: Record<string, string> = {}): MeshSpec => ({
    ...MESH,
    configs: [object(kind, 'cart', undefined, labels)],
  });
  const requests = (mesh: MeshSpec, writes: (at: Writes) => void) => outcome(run(version, mesh, writes));
  const one = (kind: ConfigKind): Outcome => ({
    inbound: { config: 1 },
    requests: [inVersion(version, `full ${kind} config`)],
  });
  const NOTHING: Outcome = { inbound: {}, requests: [] };

  test.each(DEFAULT_ROW)('%s is one update when it is created, edited or deleted', (kind) => {
    expect(requests(MESH, (at) => at.change(`${kind}/cart`))).toEqual(one(kind));
    expect(requests(known(kind), (at) => at.change(`${kind}/cart`))).toEqual(one(kind));
    expect(requests(known(kind), (at) => at.remove(`${kind}/cart`))).toEqual(one(kind));
  });

  test.each(['metadata', 'status'] as const)('is none when only its %s was written', (edit) => {
    expect(requests(known('VirtualService'), (at) => at.change('vs/cart', { edit }))).toEqual(NOTHING);
  });

  test('is one for a status alone when a label of it, now or before, has istio.io in its name', () => {
    const labels = { 'topology.istio.io/subzone': 'a' };
    const edit = 'status';
    expect(requests(known('VirtualService'), (at) => at.change('vs/cart', { edit, labels }))).toEqual(
      one('VirtualService'),
    );
    expect(requests(known('VirtualService', labels), (at) => at.change('vs/cart', { edit }))).toEqual(
      one('VirtualService'),
    );
    expect(requests(known('VirtualService', { app: 'a' }), (at) => at.change('vs/cart', { edit }))).toEqual(NOTHING);
  });

  test('WorkloadGroup never is', () => {
    expect(requests(MESH, (at) => at.change('WorkloadGroup/cart'))).toEqual(NOTHING);
    expect(requests(known('WorkloadGroup'), (at) => at.remove('WorkloadGroup/cart'))).toEqual(NOTHING);
  });

  test('WasmPlugin is pushed under the name of its time', () => {
    expect(requests(MESH, (at) => at.change('wasm/cart'))).toEqual(
      one(version === '1.17' ? 'WasmPlugin' : 'TrafficExtension'),
    );
  });

  const ROUTE = { parentRefs: [{ name: 'edge' }], hostnames: ['a'], rules: [{ backendRefs: [{ name: 'cart' }] }] };
  const LISTENERS = { gatewayClassName: 'istio', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
  const INGRESS = {
    ingressClassName: 'istio',
    rules: [{ host: 'a', http: { paths: [{ backend: { service: { name: 'cart' } } }] } }],
  };
  const CLASS = object('IngressClass', '/istio', { controller: 'istio.io/ingress-controller' });
  const EDGE = object('KubernetesGateway', 'edge', {
    gatewayClassName: 'istio',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
  });

  test.each<[kind: ConfigKind, spec: Record<string, unknown>, becomes: ConfigKind]>([
    ['HTTPRoute', ROUTE, 'VirtualService'],
    ['TCPRoute', ROUTE, 'VirtualService'],
    ['TLSRoute', ROUTE, 'VirtualService'],
    ['KubernetesGateway', LISTENERS, 'Gateway'],
  ])('%s is pushed as itself by 1.17, later as what it becomes', (kind, spec, becomes) => {
    const mesh = { ...MESH, configs: kind === 'KubernetesGateway' ? [] : [EDGE] };
    expect(requests(mesh, (at) => at.change(`${kind}/cart`, { spec }))).toEqual(
      one(version === '1.17' ? kind : becomes),
    );
  });

  test.each<ConfigKind>(['GatewayClass', 'ReferenceGrant'])('%s becomes nothing since 1.30', (kind) => {
    expect(requests(MESH, (at) => at.change(`${kind}/cart`))).toEqual(version === '1.17' ? one(kind) : NOTHING);
  });

  test('of the Gateway API pushes for its status alone in 1.17', () => {
    const mesh = { ...MESH, configs: [object('HTTPRoute', 'cart', ROUTE)] };
    const write = (at: Writes): void => at.change('HTTPRoute/cart', { spec: ROUTE, edit: 'status' });
    expect(requests(mesh, write)).toEqual(version === '1.17' ? one('HTTPRoute') : NOTHING);
  });

  test('Ingress is two updates, a route and a gateway; since 1.30 only if it changed', () => {
    const two: Outcome = {
      inbound: { config: 2 },
      requests: ['full Gateway config', 'full VirtualService config'].map((request) => inVersion(version, request)),
    };
    const sorted = ({ inbound, requests: all }: Outcome): Outcome => ({ inbound, requests: [...all].sort() });
    const classed = { ...MESH, configs: [CLASS] };
    expect(sorted(requests(classed, (at) => at.change('Ingress/cart', { spec: INGRESS })))).toEqual(sorted(two));
    const mesh = { ...MESH, configs: [CLASS, object('Ingress', 'cart', INGRESS)] };
    const write = (at: Writes): void => at.change('Ingress/cart', { spec: INGRESS, edit: 'status' });
    expect(sorted(requests(mesh, write))).toEqual(version === '1.17' ? sorted(two) : NOTHING);
  });
});

describe.each(VERSIONS)('a Secret (%s)', (version) => {
  const ONE: Outcome = { inbound: { config: 1 }, requests: ['Secret secret'] };

  test('is an update that is not full, used or not, whatever was written', () => {
    const mesh = { ...MESH, configs: [object('Secret', 'cert')] };
    expect(outcome(run(version, MESH, (at) => at.change('secret/cert')))).toEqual(ONE);
    for (const edit of ['spec', 'metadata'] as const) {
      expect(outcome(run(version, mesh, (at) => at.change('secret/cert', { edit })))).toEqual(ONE);
    }
    expect(outcome(run(version, mesh, (at) => at.remove('secret/cert')))).toEqual(ONE);
  });

  test('is needed by every proxy, and sent to none that does not use it', () => {
    const bench = run(version, MESH, (at) => at.change('secret/cert'));
    expect(bench.notes.converged.map(({ to }) => to)).toEqual(['client']);
    expect(bench.notes.messages).toEqual([]);
  });

  test('a ConfigMap with a CA certificate is watched since 1.30, in the same way', () => {
    const expected = version === '1.17' ? { inbound: {}, requests: [] } : { ...ONE, requests: ['ConfigMap secret'] };
    expect(outcome(run(version, MESH, (at) => at.change('configmap/ca')))).toEqual(expected);
  });
});

describe('everything to everybody', () => {
  const FLAGS: Readonly<Record<IstioVersion, string>> = { '1.17': 'full', '1.30': 'full forced', '1.32-dev': 'forced' };

  test.each(VERSIONS)('follows a change of the mesh configuration (%s)', (version) => {
    expect(outcome(run(version, MESH, (at) => at.meshConfig()))).toEqual({
      inbound: { config: 1 },
      requests: [`${FLAGS[version]} no keys global`],
    });
  });

  test.each(VERSIONS)(
    'reaches the proxy of a pod that became ready, past the debounce and without a counter (%s)',
    (version) => {
      const bench = run(version, { ...MESH, proxies: [sidecar('client'), sidecar('other')] }, (at) => at.pod('other'));
      expect(outcome(bench)).toEqual({ inbound: {}, requests: [] });
      expect(bench.notes.dequeued.map(({ at, to, took, request }) => [at, to, took, inWords(request)])).toEqual([
        [10, 'other', 0, `${FLAGS[version]} no keys proxy`],
      ]);
    },
  );
});

describe('a ServiceEntry', () => {
  const entry = (resolution: string, addresses: readonly string[]) => ({
    hosts: ['api.example.com'],
    ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
    resolution,
    endpoints: addresses.map((address) => ({ address })),
  });
  const mesh = (resolution: string): MeshSpec => ({
    ...MESH,
    configs: [object('ServiceEntry', 'api', entry(resolution, ['1.1.1.1']))],
  });
  const write =
    (resolution: string, ...addresses: string[]) =>
    (at: Writes): void =>
      at.change('ServiceEntry/api', { spec: entry(resolution, addresses) });
  const remove = (at: Writes): void => at.remove('ServiceEntry/api');
  const WEIGHTED = { address: '1.1.1.1', weight: 2 };
  const unchanged = (at: Writes): void =>
    at.change('ServiceEntry/api', { spec: entry('STATIC', ['1.1.1.1']), edit: 'metadata' });

  test.each<[what: string, mesh: MeshSpec, writes: (at: Writes) => void, expected: Outcome]>([
    [
      'new',
      MESH,
      write('STATIC', '1.1.1.1'),
      { inbound: { svc: 1, eds: 1, config: 1 }, requests: ['full ServiceEntry service'] },
    ],
    [
      'new, by DNS',
      MESH,
      write('DNS', 'a'),
      { inbound: { svc: 1, config: 1 }, requests: ['full ServiceEntry service'] },
    ],
    [
      'deleted',
      mesh('STATIC'),
      remove,
      { inbound: { svcdelete: 1, config: 1 }, requests: ['full ServiceEntry service'] },
    ],
    [
      'with another endpoint',
      mesh('STATIC'),
      write('STATIC', '1.1.1.1', '2.2.2.2'),
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'with another endpoint, by DNS',
      mesh('DNS'),
      write('DNS', '1.1.1.1', 'b'),
      { inbound: { config: 1 }, requests: ['full ServiceEntry service'] },
    ],
    [
      'with another address in place of its one',
      mesh('STATIC'),
      write('STATIC', '2.2.2.2'),
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'with another weight of its endpoint',
      mesh('STATIC'),
      (at) => at.change('ServiceEntry/api', { spec: { ...entry('STATIC', []), endpoints: [WEIGHTED] } }),
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'with another address and another location',
      mesh('STATIC'),
      (at) => at.change('ServiceEntry/api', { spec: { ...entry('STATIC', ['2.2.2.2']), location: 'MESH_INTERNAL' } }),
      { inbound: { svc: 1, eds: 1, config: 1 }, requests: ['full ServiceEntry service'] },
    ],
    [
      'by DNS, written unchanged',
      mesh('DNS'),
      (at) => at.change('ServiceEntry/api', { spec: entry('DNS', ['1.1.1.1']), edit: 'metadata' }),
      { inbound: { config: 1 }, requests: ['full ServiceEntry service'] },
    ],
    [
      'written unchanged: an incremental push all the same',
      mesh('STATIC'),
      unchanged,
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'new and then with another endpoint: its first ones are known by then',
      MESH,
      (at) => {
        write('STATIC', '1.1.1.1')(at);
        write('STATIC', '1.1.1.1', '2.2.2.2')(at);
      },
      {
        inbound: { svc: 1, eds: 2, config: 2 },
        requests: ['full ServiceEntry service', 'ServiceEntry endpoint'],
      },
    ],
  ])('in 1.17, %s', (_, before, writes, expected) => {
    expect(outcome(run('1.17', before, writes))).toEqual(expected);
  });

  test.each<[what: string, mesh: MeshSpec, writes: (at: Writes) => void, expected: Outcome]>([
    [
      'new: endpoints and services are two streams',
      MESH,
      write('STATIC', '1.1.1.1'),
      { inbound: { svc: 1, eds: 1, config: 2 }, requests: ['full ServiceEntry endpoint', 'full ServiceEntry service'] },
    ],
    [
      'deleted',
      mesh('STATIC'),
      remove,
      {
        inbound: { svcdelete: 2, eds: 1, config: 2 },
        requests: ['ServiceEntry endpoint', 'full ServiceEntry service'],
      },
    ],
    [
      'with another endpoint',
      mesh('STATIC'),
      write('STATIC', '1.1.1.1', '2.2.2.2'),
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'with another endpoint, by DNS',
      mesh('DNS'),
      write('DNS', '1.1.1.1', 'b'),
      { inbound: { eds: 1, config: 2 }, requests: ['ServiceEntry endpoint', 'full ServiceEntry endpoint'] },
    ],
    ['written unchanged', mesh('STATIC'), unchanged, { inbound: {}, requests: [] }],
    [
      'with another address in place of its one',
      mesh('STATIC'),
      write('STATIC', '2.2.2.2'),
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'with another address in place of its one, told of as endpoints that changed',
      mesh('STATIC'),
      (at) => at.endpointsOf('api.example.com', 1),
      { inbound: { eds: 1, config: 1 }, requests: ['ServiceEntry endpoint'] },
    ],
    [
      'with another address and another location',
      mesh('STATIC'),
      (at) => at.change('ServiceEntry/api', { spec: { ...entry('STATIC', ['2.2.2.2']), location: 'MESH_INTERNAL' } }),
      { inbound: { svc: 1, eds: 1, config: 2 }, requests: ['ServiceEntry endpoint', 'full ServiceEntry service'] },
    ],
  ])('in 1.30, %s', (_, before, writes, expected) => {
    const { inbound, requests } = outcome(run('1.30', before, writes));
    expect({ inbound, requests: [...requests].sort() }).toEqual({
      ...expected,
      requests: [...expected.requests].sort(),
    });
  });
});

describe('handlers', () => {
  /** When the debounce received what, with handlers of 10 ms and cores for everybody. */
  const received = (version: IstioVersion, writes: (at: Writes) => void): (readonly [at: number, what: string])[] => {
    const bench = istiodBench({ version, mesh: MESH, handler: 10, options: { debounceAfter: 0 } });
    writes(bench.at(0));
    bench.run();
    return bench.notes.rounds.map(({ at, request }) => [at, [...request.keys].map(({ kind }) => kind).join('+')]);
  };

  test('of all config kinds share one worker in 1.17: their order is that of the writes', () => {
    const writes = (at: Writes): void => {
      at.change('vs/a');
      at.change('dr/a');
      at.change('vs/b');
    };
    expect(received('1.17', writes)).toEqual([
      [10, 'VirtualService'],
      [20, 'DestinationRule'],
      [30, 'VirtualService'],
    ]);
  });

  test.each(LATER)('of each config kind have a worker of their own in %s', (version) => {
    const writes = (at: Writes): void => {
      at.change('vs/a');
      at.change('dr/a');
      at.change('vs/b');
    };
    // Both first handlers end at 10 ms, so their updates meet in one batch.
    expect(received(version, writes)).toEqual([
      [10, expect.stringMatching(/^(VirtualService\+DestinationRule|DestinationRule\+VirtualService)$/)],
      [20, 'VirtualService'],
    ]);
  });

  test.each(VERSIONS)('of services and endpoints share the queue of the registry (%s)', (version) => {
    const writes = (at: Writes): void => {
      at.service('a', { endpoints: 0 });
      at.service('b', { endpoints: 0 });
      at.endpoints('a', 1);
    };
    expect(received(version, writes)).toEqual([
      [10, 'ServiceEntry'],
      [20, 'ServiceEntry'],
      [30, 'ServiceEntry'],
    ]);
  });

  test.each(VERSIONS)('of secrets run at once, on the goroutine that received them (%s)', (version) => {
    expect(received(version, (at) => at.change('secret/cert'))).toEqual([[0, 'Secret']]);
  });

  test.each(VERSIONS)('run for every event, and see what is newest then (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH, handler: 10 });
    bench.at(0).endpoints('cart', 7);
    bench.at(5).endpoints('cart', 3);
    bench.run(15);
    expect(bench.notes.inbound.eds).toBe(1);
    const { id } = [...bench.mesh.services].find(({ spec }) => spec.name === 'cart')!;
    expect(bench.mesh.endpoints.ready(id)).toBe(3);
    bench.run();
    expect(bench.notes.inbound.eds).toBe(2);
  });

  test.each(LATER)('do not lose a change of addresses to a rewrite that came before they ran (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH, handler: 10 });
    bench.at(0).endpoints('cart', 1, { changed: true });
    bench.at(5).endpoints('cart', 1, { changed: false });
    bench.run();
    expect(bench.notes.received.map(inWords)).toEqual([inVersion(version, 'ServiceEntry endpoint')]);
    expect(bench.notes.used.map(({ change }) => change.id)).toEqual([0]);
  });

  test.each(VERSIONS)('of a service that has gone meanwhile are skipped since 1.30 (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH, handler: 10 });
    bench.at(0).service('new', { endpoints: 0 });
    bench.at(5).removeService('new');
    bench.run();
    expect(bench.notes.inbound).toEqual(
      version === '1.17' ? { svc: 1, svcdelete: 1, config: 2 } : { svcdelete: 1, config: 1 },
    );
  });

  test.each(VERSIONS)('on a busy core go before the background work of their event (%s)', (version) => {
    const processor = (simulation: Simulation) => new GoProcessor(simulation, 1, { monitorLate: () => 0 });
    const bench = istiodBench({ version, mesh: MESH, processor, decode: 2, handler: 1, background: 5 });
    bench.at(0).endpoints('cart', 7);
    bench.at(0).endpoints('cart', 3);
    // 4 ms of decoding and two handlers; neither waits for the 10 ms in the background.
    bench.run(6.5);
    expect(bench.notes.inbound.eds).toBe(2);
  });

  test.each(VERSIONS)('whose test bed has echoes tell of keys that no proxy depends on (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH });
    const route = virtualService('shop/cart');
    bench.istiod.observe({ of: 'config', action: 'write', object: route, edit: 'spec' }, newChange(0, 'vs', 0), 1);
    bench.run();
    const [round] = bench.notes.rounds;
    expect(round?.merged).toBe(2);
    expect([...(round?.request.keys ?? [])].map(({ name }) => name)).toEqual(expect.arrayContaining(['nobody']));
  });
});
