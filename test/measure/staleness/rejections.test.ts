/** Proxies that reject messages: what istiod counts, and how long the changes in them are missing. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/fleet/run.js';
import { exposedFamilies } from '../../../src/report/files/exposition.js';
import { measured, scenarioOf } from '../../support/measured.js';
import { runScenario } from '../../support/scenario.js';

/** Four carts and two of the web; nothing but what is written here takes time. */
const MESH = `
description: Messages are rejected
istio: "1.30"
mesh:
  generate:
    - { namespace: shop, name: cart, services: 1, endpoints: 4, proxies: 1 per endpoint, virtualServices: 1 }
    - { namespace: shop, name: web, services: 1, endpoints: 2, proxies: 1 per endpoint }
costs:
  { watch: 5ms, network: 1ms, envoyApply: 3ms, context: 10ms, proxyState: 0s, generate: { cds: 0s, eds: 0s, lds: 0s, rds: 0s } }
run: { duration: 15s }
`;
const run = (events: string) => simulate(scenarioOf(`${MESH}events: [${events}]`));
const sotw = (events: string) => simulate(scenarioOf(`${MESH}events: [${events}]`, ['istiod.xds=sotw']));
const change = (at: string) => `{ at: ${at}, update: { kind: VirtualService, target: shop/cart } }`;
const reject = (types: string, proxies = 'shop/cart', at = '4s', lasts = '4s') =>
  `{ at: ${at}, reject: { proxies: ${proxies}, types: [${types}], for: ${lasts} } }`;

/** Watch, debounce, context, wire: a change of a route takes so long to the first byte at a proxy. */
const ARRIVES = 0.005 + 0.1 + 0.01 + 0.001;

describe('a rejected message', () => {
  test('is counted by istiod for each proxy, and not sent again', () => {
    const { metrics } = run(`${reject('lds')}, ${change('5s')}`);
    expect(metrics.pilot_total_xds_rejects).toEqual({ total: 4, by: { lds: 4 } });
    expect(metrics.pilot_xds_pushes).toEqual(run(change('5s')).metrics.pilot_xds_pushes);
    expect(metrics.pilot_xds_expired_nonce.total).toBe(0);
  });

  test('leaves its proxies without the change until they accept a later one, all that time in Envoy', () => {
    const { staleness } = run(`${reject('lds')}, ${change('5s')}, ${change('9s')}`);
    // CDS and LDS of the second push, 3 ms each: then the listeners of the first change are in use, too.
    const mended = 4 + ARRIVES + 2 * 0.003;
    // Two of six proxies accepted the first change; all accepted the second, with RDS as its third message.
    const other = ARRIVES + 3 * 0.003;
    expect(staleness.per_proxy).toMatchObject({ count: 12, max: mended, p50: other });
    expect(staleness.per_proxy.mean).toBeCloseTo((4 * mended + 8 * other) / 12, 12);
    expect(staleness.rejected).toEqual({ pairs: 4, longest: 4.006, still_open: 0 });
    expect(staleness.to_last_proxy).toMatchObject({ count: 2, max: mended });
    expect(staleness.phases.queue.max).toBe(0);
    expect(staleness.phases.envoy.max).toBe(mended - ARRIVES);
  });

  test('is missing to the end when no later one is accepted, and then in no percentile', () => {
    const { staleness } = run(`${reject('lds', 'shop/cart', '4s', '1m')}, ${change('5s')}, ${change('9s')}`);
    expect(staleness.rejected).toEqual({ pairs: 8, longest: 0, still_open: 8 });
    expect(staleness.per_proxy).toMatchObject({ count: 4 });
    expect(staleness.to_last_proxy.count).toBe(0);
  });

  test('of one type does not hold back what came with another', () => {
    const { staleness } = run(`${reject('eds')}, ${change('5s')}`);
    expect(staleness.rejected.pairs).toBe(0);
    expect(staleness.per_proxy.count).toBe(6);
  });

  test('must be made up for type by type', () => {
    // Listeners are accepted again with the second change, routes only with the third.
    const until = `${reject('lds')}, ${reject('rds', 'shop/cart', '4s', '8s')}`;
    const { staleness } = run(`${until}, ${change('5s')}, ${change('9s')}, ${change('13s')}`);
    expect(staleness.rejected).toMatchObject({ pairs: 8, still_open: 0 });
    expect(staleness.per_proxy.max).toBeCloseTo(8 + ARRIVES + 3 * 0.003, 12);
  });

  test('of endpoints is made up for by endpoints of the same service only', () => {
    const slice = (at: string, service: string) => `{ at: ${at}, endpoints: { services: shop/${service}, ready: +1 } }`;
    const other = run(`${reject('eds', 'all')}, ${slice('5s', 'cart')}, ${slice('9s', 'web')}`);
    expect(other.staleness.rejected).toEqual({ pairs: 6, longest: 0, still_open: 6 });
    const same = run(`${reject('eds', 'all')}, ${slice('5s', 'cart')}, ${slice('9s', 'cart')}`);
    expect(same.staleness.rejected).toMatchObject({ pairs: 6, still_open: 0 });
  });

  test('with clusters keeps a proxy from asking for their endpoints', () => {
    const create = '{ at: 5s, create: [Service], namespace: shop, endpoints: 1 }';
    const endpointsSent = (events: string) => sotw(events).metrics.pilot_xds_pushes.by.eds ?? 0;
    // Two proxies accept and ask at once, the four others never or when the clusters come again.
    expect(endpointsSent(create) - endpointsSent(`${reject('cds')}, ${create}`)).toBe(4);
    const mended = `${reject('cds')}, ${create}, ${change('9s')}`;
    expect(endpointsSent(mended)).toBe(endpointsSent(create));
    expect(sotw(mended).staleness.rejected).toMatchObject({ pairs: 8, still_open: 0 });
  });

  test('with some clusters (delta) is not made up for by a message with others', () => {
    const create = '{ at: 5s, create: [Service], namespace: shop, endpoints: 1 }';
    const delta = (events: string) => run(events).staleness.rejected;
    expect(delta(`${reject('cds')}, ${create}, ${change('9s')}`)).toMatchObject({ pairs: 8, still_open: 8 });
    expect(delta(`${reject('cds')}, ${create}, { at: 9s, forcedPush: true }`)).toMatchObject({
      pairs: 8,
      still_open: 0,
    });
  });

  test('with the endpoints of a new cluster holds the new service back', () => {
    const create = '{ at: 5s, create: [Service], namespace: shop, endpoints: 1 }';
    const { staleness } = run(`${reject('eds')}, ${create}, { at: 9s, forcedPush: true }`);
    expect(staleness.rejected).toMatchObject({ pairs: 8, still_open: 0 });
    expect(staleness.per_proxy.max).toBeGreaterThan(4);
  });

  test('of the first listeners leaves a new proxy without configuration until it accepts some', () => {
    const sets = ['run.start=cold'];
    const cold = (events: string) => simulate(scenarioOf(`${MESH}events: [${events}]`, sets)).resources;
    const refused = reject('lds', 'shop/cart', '0s', '4s');
    expect(cold(refused).proxies_made_ready).toBe(2);
    expect(cold(`${refused}, ${change('9s')}`).proxies_made_ready).toBe(6);
  });
});

test('in the shipped scenario sixty proxies miss the filter and thirteen routes', () => {
  const { metrics, staleness } = runScenario('rejected-listeners');
  expect(metrics.pilot_total_xds_rejects.total).toBe(60 * (1 + 13));
  expect(staleness.rejected).toMatchObject({ pairs: 840, still_open: 0 });
  // From the write of the filter to its removal's reaching the last of them.
  expect(staleness.rejected.longest).toBeGreaterThan(40);
  expect(staleness.rejected.longest).toBeLessThan(40.3);
  expect(metrics.pilot_proxy_convergence_time.max).toBeLessThan(0.1);
});

test('the gauges of rejecting proxies name proxy and error, are 1, and stay', () => {
  const { recording } = measured(
    scenarioOf(`${MESH}events: [${reject('lds, rds')}, ${change('5s')}, ${change('9s')}]`),
  );
  const series = exposedFamilies(recording).flatMap(({ groups }) => groups.flat());
  const gauges = series.filter(({ name }) => /^pilot_xds_.*_reject$/.test(name));
  expect(gauges.map(({ name }) => name).sort()).toEqual([
    ...Array<string>(4).fill('pilot_xds_lds_reject'),
    ...Array<string>(4).fill('pilot_xds_rds_reject'),
  ]);
  for (const { values } of gauges) expect(values.at(-1)).toBe(1);
  expect(gauges[0]?.labels).toMatchObject({ node: expect.stringMatching(/^cart-\d\.shop$/), err: 'Internal' });
});

const TYPES = ['cds', 'eds', 'lds', 'rds'];
const WINDOW = fc.record({
  at: fc.integer({ min: 0, max: 10_000 }),
  lasts: fc.integer({ min: 1, max: 10_000 }),
  types: fc.subarray(TYPES, { minLength: 1 }),
  proxies: fc.constantFrom('all', 'shop/*', 'shop/cart', 'shop/web-0'),
});

property.prop(
  { windows: fc.array(WINDOW, { maxLength: 4 }), version: fc.constantFrom('1.17', '1.30', '1.32-dev') },
  { numRuns: 40 },
)(
  'whatever is rejected, everything to everybody afterwards brings each change to each proxy that needed it',
  ({ windows, version }) => {
    const events = [
      '{ poisson: 2/s, until: 20s, endpoints: { services: any, ready: +1/-1 } }',
      '{ at: 1s, repeat: 6, every: 3s, update: { kind: VirtualService, target: any } }',
      '{ at: 2s, repeat: 4, every: 4s, create: [Service, VirtualService, DestinationRule], spacing: 700ms, endpoints: 2 }',
      '{ at: 25s, forcedPush: true }',
    ];
    const rejecting = windows.map(
      ({ at, lasts, types, proxies }) =>
        `{ at: ${at}ms, reject: { proxies: ${proxies}, types: [${types.join(', ')}], for: ${lasts}ms } }`,
    );
    const yaml = MESH.replace('1.30', version).replace('15s', '30s');
    const result = simulate(scenarioOf(`${yaml}events: [${[...events, ...rejecting].join(', ')}]`));
    const plain = simulate(scenarioOf(`${yaml}events: [${events.join(', ')}]`));
    expect(result.staleness.rejected.still_open).toBe(0);
    expect(result.staleness.to_last_proxy.count).toBe(plain.staleness.to_last_proxy.count);
    expect(result.staleness.unseen).toBe(plain.staleness.unseen);
    expect(result.staleness.per_proxy.mean).toBeGreaterThanOrEqual(plain.staleness.per_proxy.mean);
  },
);
