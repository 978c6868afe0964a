/** Whose staleness, who got what, when proxies are ready, whether it fits: cases with answers known beforehand. */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { judge } from '../../src/report/view/thresholds.js';
import { measured, scenarioOf } from '../support/measured.js';

/** Plain numbers, so that every time can be worked out. */
const FLAT = `costs: { context: 0ms, proxyState: 0ms, generate: { cds: 1ms, eds: 1ms, lds: 1ms, rds: 1ms }, watch: 10ms, network: 1ms, envoyApply: 2ms }`;

describe('a noisy namespace and a quiet one', () => {
  const scenario = scenarioOf(`
description: Two controllers fight over one rule twelve times a second; how late is a quiet tenant's route
istio: "1.30"
mesh:
  generate:
    - { namespace: noisy, services: 5, endpoints: 2, proxies: 1 per endpoint, destinationRules: 1 }
    - { namespace: quiet, services: 5, endpoints: 2, proxies: 1 per endpoint, virtualServices: 1 }
events:
  - { name: fight, at: 1s, update: { kind: DestinationRule, target: noisy/svc-0 }, repeat: 720, every: 83ms }
  - { name: tenant, at: 7s, update: { kind: VirtualService, target: quiet/svc-0 }, repeat: 5, every: 11s }
run: { duration: 1m }
`);
  const { result, recording } = measured(scenario, { change: 'source=tenant' });

  test('have their staleness apart, although one push carries both', () => {
    const { source, kind, namespace } = result.staleness.by;
    expect(Object.keys(source)).toEqual(['fight', 'tenant']);
    expect(source.tenant).toEqual(kind.VirtualService);
    expect(source.tenant).toEqual(namespace.quiet);
    // Five writes, each to 20 sidecars; the last change every 83 ms keeps the debounce of 100 ms from ending, until 10 s.
    expect(source.tenant!.count).toBe(5 * 20);
    expect(source.tenant!.max).toBeGreaterThan(3);
    expect(source.tenant!.max).toBeLessThan(10.2);
  });

  test('are told apart in the lives of changes', () => {
    expect(recording.followed.map(({ object }) => object)).toEqual(
      Array.from({ length: 5 }, () => 'VirtualService quiet/svc-0'),
    );
    expect(recording.followed.map(({ written }) => written / 1e9)).toEqual([7, 18, 29, 40, 51]);
  });

  test('can be held to thresholds of their own', () => {
    const texts = ['staleness{source=tenant}.p99 < 1s', 'staleness{namespace=quiet}.count == 100'];
    const judged = judge(
      {
        ...scenario,
        ...{ thresholds: scenarioOf(`description: x\nistio: "1.30"\nthresholds: ${JSON.stringify(texts)}`).thresholds },
      },
      result,
    );
    expect(judged.map(({ passed }) => passed)).toEqual([false, true]);
  });
});

describe('a route that is bound to one of two gateways', () => {
  const gateway = (name: string, label: string) =>
    `    - { apiVersion: networking.istio.io/v1, kind: Gateway, metadata: { name: ${name}, namespace: istio-system }, spec: { selector: { gw: ${label} }, servers: [{ port: { number: 80, name: http, protocol: HTTP }, hosts: ["*"] }] } }`;
  const { result } = measured(
    scenarioOf(`
description: A route bound to one ingress gateway is changed; who gets it
istio: "1.30"
mesh:
  generate:
    - { namespace: shop, services: 3, endpoints: 1, proxies: 4 }
    - { gateway: ing-a, proxies: 1, labels: { gw: a } }
    - { gateway: ing-b, proxies: 1, labels: { gw: b } }
  resources:
${gateway('ga', 'a')}
${gateway('gb', 'b')}
    - { apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: v, namespace: shop }, spec: { hosts: [a.example.com], gateways: [istio-system/ga], http: [{ route: [{ destination: { host: svc-0 } }] }] } }
events:
  - { at: 5s, update: { kind: VirtualService, name: v, namespace: shop } }
run: { duration: 10s }
`),
  );

  test('is sent to gateways and to no sidecar', () => {
    const { groups } = result.traffic;
    const messages = Object.fromEntries(Object.entries(groups).map(([name, { messages: n }]) => [name, n]));
    expect(messages['shop/svc-client']).toBe(0);
    expect(groups['istio-system/ing-a']!.types.rds!.messages).toBe(1);
    expect(Object.values(messages).reduce((a, b) => a + b, 0)).toBe(result.metrics.pilot_xds_pushes.total);
  });
});

describe('two groups of proxies', () => {
  test('that get a change one behind the other are apart by what the second has to wait', () => {
    // One core and one slot: the two proxies are served in turn, 3 messages of 1 ms each.
    const result = simulate(
      scenarioOf(`
description: x
istio: "1.17"
istiod: { resources: { cpu: "1" }, env: { PILOT_PUSH_THROTTLE: "1" } }
mesh: { generate: [{ namespace: a, services: 1, proxies: 1, virtualServices: 1 }, { namespace: b, services: 1, proxies: 1 }] }
${FLAT}
events: [{ at: 1s, update: { kind: VirtualService, target: a/svc } }]
run: { duration: 10s }
`),
    );
    const { skew, by } = result.staleness;
    expect(Object.keys(by.group)).toEqual(['a/svc-client', 'b/svc-client']);
    expect(Object.keys(skew.pairs)).toEqual(['a/svc-client | b/svc-client']);
    expect(skew.all.count).toBe(1);
    expect(skew.all.max).toBeCloseTo(Math.abs(by.group['a/svc-client']!.max - by.group['b/svc-client']!.max), 9);
    expect(skew.all.max).toBeCloseTo(0.003, 3);
    expect(skew.pairs['a/svc-client | b/svc-client']).toEqual(skew.all);
  });
});

describe('proxies that start without configuration', () => {
  const cold = (run: string) =>
    simulate(
      scenarioOf(`
description: x
istio: "1.30"
istiod: { env: { PILOT_MAX_REQUESTS_PER_SECOND: "10" } }
mesh: { generate: [{ namespace: a, services: 2, endpoints: 2, proxies: 100 }] }
${FLAT}
run: { ${run}, start: cold }
`),
    );

  test('are ready in order: the first, half, 99 % and all of them', () => {
    const { proxies, ready, first, half, percent_99, last } = cold('duration: 2m').readiness;
    expect([proxies, ready]).toEqual([100, 100]);
    expect(first).toBeLessThan(0.1);
    // Ten streams a second are let in, after a burst: half of a hundred takes seconds, and the last waits longest.
    expect(half).toBeGreaterThan(1);
    expect(percent_99).toBeGreaterThan(half!);
    expect(last).toBeGreaterThanOrEqual(percent_99!);
  });

  test('have no time for shares that were not reached', () => {
    const { ready, first, last, percent_99 } = cold('kind: steady-state, duration: 2s').readiness;
    expect(ready).toBeGreaterThan(0);
    expect(ready).toBeLessThan(99);
    expect(first).not.toBeNull();
    expect([percent_99, last]).toEqual([null, null]);
  });
});

test('proxies that had their configuration from the start have nothing to wait for', () => {
  const { readiness } = simulate(
    scenarioOf(
      'description: x\nistio: "1.30"\nmesh: { generate: [{ namespace: a, services: 1, proxies: 5 }] }\nrun: { duration: 1s }',
    ),
  );
  expect(readiness).toEqual({ proxies: 0, ready: 0, first: null, half: null, percent_99: null, last: null });
});

describe('memory', () => {
  const of = (memory: string, more = '') =>
    scenarioOf(`
description: A thousand proxies and an istiod of ${memory}
istio: "1.30"
istiod: { resources: { cpu: "2", memory: ${memory} } }
mesh: { generate: [{ namespace: a, copies: 10, services: 50, endpoints: 2, proxies: 2 per service }] }
events: [{ at: 1s, repeat: 5, every: 1s, endpoints: { services: any, ready: "+1" } }]
run: { duration: 10s }
${more}`);

  test('of 256Mi does not hold the heap that a thousand proxies need: a threshold that failed', () => {
    const scenario = of('256Mi');
    const result = simulate(scenario);
    expect(result.resources.heap_bytes_max).toBeGreaterThanOrEqual(result.resources.heap_bytes);
    expect(judge(scenario, result).map(({ threshold, passed }) => [threshold.text, passed])).toEqual([
      ['memory_share <= 100%', false],
    ]);
  });

  test('that suffices is no threshold at all', () => {
    const scenario = of('64Gi');
    expect(judge(scenario, simulate(scenario))).toEqual([]);
  });

  test('is judged by what the scenario says of it, where it does', () => {
    const scenario = of('256Mi', 'thresholds: ["heap_bytes_max < 64Gi"]');
    expect(judge(scenario, simulate(scenario)).map(({ passed }) => passed)).toEqual([true]);
  });

  test('that is not modelled is not judged', () => {
    const scenario = of('1Mi', FLAT);
    expect(judge(scenario, simulate(scenario))).toEqual([]);
  });
});
