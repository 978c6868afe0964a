import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../src/istio/profile.js';
import type { MeshSpec, ProxySpec, ServiceSpec } from '../../src/mesh/spec.js';
import { type Bench, type BenchSetup, istiodBench, VERSIONS, type Writes } from '../support/bench.js';
import {
  destinationRule,
  gateway,
  gatewayPod,
  hostOf,
  meshOf,
  service,
  sidecar,
  sidecarScope,
  TCP,
  virtualService,
} from '../support/mesh.js';
import { countBy } from '../support/notes.js';

type Protocol = 'sotw' | 'delta';
const EACH: readonly (readonly [IstioVersion, Protocol])[] = VERSIONS.flatMap((version) =>
  (['sotw', 'delta'] as const).map((xds) => [version, xds] as const),
);

function bench(version: IstioVersion, xds: Protocol, mesh: MeshSpec, setup: Partial<BenchSetup> = {}): Bench {
  return istiodBench({ version, mesh, ...setup, options: { xds, maxRequestsPerSecond: 100_000, ...setup.options } });
}

/** `pilot_xds_pushes` by type when the mesh's proxies connect. */
function atConnect(version: IstioVersion, xds: Protocol, mesh: MeshSpec): Record<string, number> {
  const cold = bench(version, xds, mesh, { start: 'cold', network: 1, envoyApply: 1 });
  cold.run();
  expect(cold.notes.ready.length).toBe(mesh.proxies.length);
  return countBy(cold.notes.messages, ({ type }) => type);
}

/** The same after a write, with proxies that have their configuration. */
function pushed(
  version: IstioVersion,
  xds: Protocol,
  mesh: MeshSpec,
  write: (at: Writes) => void,
): Record<string, number> {
  const synced = bench(version, xds, mesh, { network: 1, envoyApply: 1 });
  write(synced.at(0));
  synced.run();
  return countBy(synced.notes.messages, ({ type }) => type);
}

const ALL = { cds: 1, eds: 1, lds: 1, rds: 1 };
const CLIENT = sidecar('client');
const EDGE = gatewayPod('istio-system/edge');
const EGRESS = gatewayPod('istio-system/egress', { labels: { istio: 'egressgateway' } });
const HTTPS = {
  port: { number: 443, name: 'https', protocol: 'HTTPS' },
  hosts: ['a'],
  tls: { mode: 'SIMPLE', credentialName: 'cert' },
};
const SUBSETS = { host: hostOf('cart'), subsets: [{ name: 'v1' }, { name: 'v2' }] };
const PLAIN_TCP = { port: { number: 9_000, name: 'tcp', protocol: 'TCP' }, hosts: ['*'] };

describe.each(EACH)('what a proxy asks for when it connects (%s, %s)', (version, xds) => {
  test.each<[what: string, proxy: ProxySpec, services: readonly ServiceSpec[], messages: Record<string, number>]>([
    ['a sidecar: clusters, their endpoints, listeners, their routes', CLIENT, [service('cart')], ALL],
    [
      'a sidecar without HTTP ports in sight: no routes',
      CLIENT,
      [service('db', { ports: TCP })],
      { cds: 1, eds: 1, lds: 1 },
    ],
    [
      'a sidecar that sees only DNS services: no endpoints',
      CLIENT,
      [service('api', { resolution: 'dns' })],
      { cds: 1, lds: 1, rds: 1 },
    ],
    [
      'a sidecar that sees only headless services: no endpoints',
      CLIENT,
      [service('db', { resolution: 'headless' })],
      { cds: 1, lds: 1, rds: 1 },
    ],
    [
      'a sidecar that sees only passthrough services: no endpoints',
      CLIENT,
      [service('any', { resolution: 'none' })],
      { cds: 1, lds: 1, rds: 1 },
    ],
    ['a sidecar in an empty mesh: clusters and listeners', CLIENT, [], { cds: 1, lds: 1 }],
    ['a gateway: headless services have endpoints there', EDGE, [service('db', { resolution: 'headless' })], ALL],
  ])('%s', (_, proxy, services, messages) => {
    expect(
      atConnect(version, xds, meshOf({ services, proxies: [proxy], configs: [gateway('istio-system/edge')] })),
    ).toEqual(messages);
  });

  test.each([
    ['a Gateway object with an HTTP server: routes', [gateway('istio-system/edge')], ALL],
    [
      'a Gateway object with a TCP server only: no routes',
      [gateway('istio-system/edge', PLAIN_TCP)],
      { cds: 1, eds: 1, lds: 1 },
    ],
    ['a certificate from istiod: secrets', [gateway('istio-system/edge', HTTPS)], { ...ALL, sds: 1 }],
    ['no Gateway object of its own: empty listeners, but all clusters and endpoints', [], { cds: 1, eds: 1, lds: 1 }],
  ])('a gateway pod with %s', (_, configs, messages) => {
    expect(atConnect(version, xds, meshOf({ services: [service('cart')], proxies: [EDGE], configs }))).toEqual(
      messages,
    );
  });
});

describe.each(EACH)('what a proxy that has its configuration is sent (%s, %s)', (version, xds) => {
  const MESH = meshOf({ services: [service('cart'), service('pay')], proxies: [CLIENT] });

  test('for a plain endpoint change: one EDS', () => {
    expect(pushed(version, xds, MESH, (at) => at.endpoints('cart', 2))).toEqual({ eds: 1 });
  });

  test('for endpoints of a cluster that has none in EDS: nothing', () => {
    const mesh = meshOf({ services: [service('cart'), service('api', { resolution: 'dns' })], proxies: [CLIENT] });
    expect(pushed(version, xds, mesh, (at) => at.endpoints('api', 2))).toEqual({});
  });

  test('for endpoints of a service out of its scope: nothing', () => {
    const mesh = { ...MESH, configs: [sidecarScope('default', ['./pay.shop.svc.cluster.local'])] };
    expect(pushed(version, xds, mesh, (at) => at.endpoints('cart', 2))).toEqual({});
    expect(pushed(version, xds, mesh, (at) => at.endpoints('pay', 2))).toEqual({ eds: 1 });
  });

  test('for a new service: CDS, LDS and RDS, and the endpoints as the answer to the subscription that CDS causes', () => {
    const synced = bench(version, xds, MESH, { network: 1, envoyApply: 1 });
    synced.at(0).service('ship');
    synced.run();
    expect(countBy(synced.notes.messages, ({ type, answer }) => (answer ? `answer ${type}` : type))).toEqual({
      'answer eds': 1,
      cds: 1,
      lds: 1,
      rds: 1,
    });
  });

  test('for a new service: the answer holds its endpoints alone, in 1.17 only while partial pushes are on', () => {
    const answered = [true, false].map((partialFullPushes) => {
      const synced = bench(version, xds, MESH, { network: 1, envoyApply: 1, options: { partialFullPushes } });
      synced.at(0).service('ship');
      synced.run();
      return synced.notes.messages.filter(({ answer }) => answer).map(({ names }) => names);
    });
    expect(answered).toEqual([[1], [xds === 'sotw' ? 'all' : 1]]);
  });

  test('for a rule that adds subsets: their endpoints as an answer, with which the rule is in use', () => {
    const synced = bench(version, xds, MESH, { network: 1, envoyApply: 1 });
    synced.at(0).change('dr/cart', { spec: SUBSETS });
    synced.run();
    const { messages, used } = synced.notes;
    const [push, answer] = [false, true].map((which) => messages.filter((message) => message.answer === which));
    expect(push!.map(({ type }) => type)).toEqual(['cds', 'eds', 'lds', 'rds']);
    expect(answer!.map(({ type, names }) => [type, names])).toEqual([['eds', 2]]);
    // On the wire for 1 ms, and after four other messages in Envoy.
    expect(used.map(({ at }) => at - push![0]!.at)).toEqual([1 + 5]);
  });

  test('for an endpoint change of a service with subsets: the endpoints of each in one EDS', () => {
    const mesh = { ...MESH, configs: [destinationRule('cart', SUBSETS)] };
    const synced = bench(version, xds, mesh);
    synced.at(0).endpoints('cart', 2);
    synced.run();
    expect(synced.notes.messages.map(({ type, names }) => [type, names])).toEqual([['eds', 3]]);
  });

  test('for a rule that loses its subsets: no answer to the smaller subscription', () => {
    const mesh = { ...MESH, configs: [destinationRule('cart', SUBSETS)] };
    expect(pushed(version, xds, mesh, (at) => at.change('dr/cart', { spec: { host: hostOf('cart') } }))).toEqual(ALL);
  });

  test('for a deleted service: CDS, LDS and RDS; the subscription shrinks without an answer', () => {
    expect(pushed(version, xds, MESH, (at) => at.removeService('pay'))).toEqual(
      // Its endpoints are watched until the subscription has shrunk, so an empty assignment goes out.
      { cds: 1, eds: 1, lds: 1, rds: 1 },
    );
  });

  test('for a new service on a port of its own: routes again, as the answer for the new route name', () => {
    const write = (at: Writes): void =>
      at.service('ship', { ports: [{ name: 'http', number: 8_080, protocol: 'http' }] });
    expect(pushed(version, xds, MESH, write)).toEqual({ cds: 1, eds: 1, lds: 1, rds: 2 });
  });

  test('when everything is forced: each type that it watches', () => {
    expect(pushed(version, xds, MESH, (at) => at.meshConfig())).toEqual(ALL);
  });

  test('when its pod became ready: the same, past the debounce, and nobody else gets anything', () => {
    const mesh = { ...MESH, proxies: [CLIENT, sidecar('other')] };
    const synced = bench(version, xds, mesh);
    synced.at(7).pod('client');
    synced.run();
    expect(synced.notes.messages.map(({ at, to, type }) => [at, to, type])).toEqual([
      [7, 'client', 'cds'],
      [7, 'client', 'eds'],
      [7, 'client', 'lds'],
      [7, 'client', 'rds'],
    ]);
    expect(synced.notes.rounds).toEqual([]);
    expect(synced.metrics().pilot_push_triggers.by).toEqual({ proxy: 1 });
  });

  test('when everything is forced on a gateway without Gateway object: clusters, endpoints and empty listeners', () => {
    const mesh = meshOf({ services: [service('cart')], proxies: [EGRESS], configs: [gateway('istio-system/edge')] });
    expect(pushed(version, xds, mesh, (at) => at.meshConfig())).toEqual({ cds: 1, eds: 1, lds: 1 });
  });

  test('for its first Gateway object: listeners, and the routes as the answer', () => {
    const mesh = meshOf({ services: [service('cart')], proxies: [EDGE] });
    const push = version === '1.17' ? { lds: 1 } : { cds: 1, lds: 1 };
    expect(pushed(version, xds, mesh, (at) => at.change('gw/istio-system/edge'))).toEqual({ ...push, rds: 1 });
  });
});

describe.each(EACH)('the certificates of a gateway (%s, %s)', (version, xds) => {
  const server = (credentialName: string) => ({ ...HTTPS, tls: { mode: 'SIMPLE', credentialName } });
  const MESH = meshOf({ proxies: [EDGE], configs: [gateway('istio-system/one', server('one'))] });

  test('are asked for whenever a Gateway object adds one, and not when it names none', () => {
    const write = (spec: Record<string, unknown>) =>
      pushed(version, xds, MESH, (at) => at.change('gw/istio-system/two', { spec }));
    expect(write(gateway('istio-system/two', server('two')).spec).sds).toBe(1);
    expect(write(gateway('istio-system/two', PLAIN_TCP).spec).sds).toBeUndefined();
  });

  test('are watched no more when the last Gateway object is gone: their Secrets then concern nobody', () => {
    const synced = bench(version, xds, MESH, { network: 1, envoyApply: 1 });
    synced.at(0).remove('gw/istio-system/one');
    synced.at(1_000).change('Secret/istio-system/one');
    synced.run();
    expect(synced.notes.messages.filter(({ at }) => at >= 1_000)).toEqual([]);
  });
});

describe.each(EACH)('a round of the book (%s, %s)', (version, xds) => {
  /** A Gateway, a Service and a VirtualService of the mesh for it, in one window. */
  function round(proxies: readonly ProxySpec[]): Record<string, number> {
    const mesh = meshOf({
      services: [service('cart')],
      proxies,
      configs: [gateway('istio-system/edge'), virtualService('cart')],
    });
    return pushed(version, xds, mesh, (at) => {
      at.change('gw/shop/new');
      at.service('new');
      at.change('vs/new');
    });
  }

  test('is four messages to a sidecar in 1.17; later the route makes the push of endpoints whole: five', () => {
    expect(round([CLIENT])).toEqual({ cds: 1, eds: version === '1.17' ? 1 : 2, lds: 1, rds: 1 });
  });

  test('is the same to a gateway with routes, and one less to one without', () => {
    const eds = version === '1.17' ? 1 : 2;
    expect(round([EDGE])).toEqual({ cds: 1, eds, lds: 1, rds: 1 });
    expect(round([EGRESS])).toEqual({ cds: 1, eds, lds: 1 });
  });
});

describe('a new service is in use', () => {
  /** Every message takes a millisecond to generate, another under way and another to apply. */
  const slowBench = () =>
    istiodBench({
      version: '1.17',
      mesh: meshOf({ services: [service('cart')], proxies: [CLIENT] }),
      generate: 1,
      network: 1,
      envoyApply: 1,
    });

  test('when its endpoints have been answered, not when its cluster has arrived', () => {
    const synced = slowBench();
    synced.at(0).service('ship');
    synced.run();
    // Push at 100: CDS sent 101, its EDS generator finds nothing until 102, LDS 103, RDS 104. Envoy has applied CDS at
    // 103, so its subscription is there at 104 and answered at 105; applied after RDS, at 107.
    expect(synced.notes.messages.map(({ at, type }) => [at, type])).toEqual([
      [101, 'cds'],
      [103, 'lds'],
      [104, 'rds'],
      [105, 'eds'],
    ]);
    expect(synced.notes.used.map(({ at }) => at)).toEqual([107]);
    expect(synced.notes.completed).toEqual(synced.changes);
  });

  test('while a changed route is, as soon as the last message of its push has been applied', () => {
    const synced = slowBench();
    synced.at(0).change('vs/cart');
    synced.run();
    expect(synced.notes.used.map(({ at }) => at)).toEqual([105]);
  });

  // The second subscription sets out before the first answer has come. Its nonce is stale to a state-of-the-world
  // server, so that only the acknowledgement of the first answer, which repeats all names, is answered.
  test.each([
    ['sotw', 42, 53],
    ['delta', 36, 47],
  ] as const)('though other endpoints were answered in between (%s)', (xds, second, usedAt) => {
    const synced = istiodBench({
      version: '1.30',
      mesh: meshOf({ services: [service('cart')], proxies: [CLIENT] }),
      options: { debounceAfter: 0, xds },
      network: 10,
      envoyApply: 1,
    });
    synced.at(0).service('first');
    synced.at(15).service('second');
    synced.run();
    const answers = synced.notes.messages.filter(({ answer }) => answer).map(({ at }) => at);
    expect(answers).toEqual([21, second]);
    expect(synced.notes.used.map(({ change, at }) => [change.id, at])).toEqual([
      [0, 32],
      [1, usedAt],
    ]);
    // So are the acknowledgements of the first push, as the second had left before they came.
    expect(synced.notes.expired).toEqual(['cds', 'lds', 'rds', 'eds']);
  });

  test('never, when it has gone again before a subscription to it came through; but the change is settled', () => {
    const synced = istiodBench({
      version: '1.17',
      mesh: meshOf({ services: [service('cart')], proxies: [CLIENT] }),
      options: { debounceAfter: 0 },
      network: 10,
      envoyApply: 1,
    });
    synced.at(0).endpoints('cart', 2);
    synced.at(0.5).service('ship');
    // The subscription to ship meets the endpoints of cart on the wire, so it comes with a stale nonce.
    synced.at(10).endpoints('cart', 3);
    synced.at(15).removeService('ship');
    synced.run();
    expect(synced.notes.expired).toContain('eds');
    expect(synced.notes.used.map(({ change }) => change.id)).not.toContain(1);
    expect([...synced.notes.completed].sort((a, b) => a.id - b.id)).toEqual(synced.changes);
  });

  test('also by a proxy that had no cluster with endpoints before', () => {
    const synced = istiodBench({
      version: '1.17',
      mesh: meshOf({ proxies: [CLIENT] }),
      network: 10,
      envoyApply: 1,
    });
    synced.at(0).service('first');
    synced.run();
    // CDS at 100, applied at 111, subscription at 121, answer applied at 132.
    expect(synced.notes.used.map(({ at }) => at)).toEqual([132]);
  });
});
