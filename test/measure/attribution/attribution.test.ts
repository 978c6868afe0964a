import { describe, expect, test } from 'vitest';
import { savings, without } from '../../../src/experiment/explain.js';
import type { RunResult } from '../../../src/measure/recorder/result.js';
import { measured, SMALL_MESH, scenarioFile, scenarioOf } from '../../support/measured.js';

const pushes = ({ metrics }: RunResult): number => metrics.pilot_xds_pushes.total;

describe('the noisy neighbour', () => {
  const scenario = scenarioFile('noisy-neighbour');
  const { result } = measured(scenario);

  test('is named first', () => {
    expect(result.attribution.object[0]?.label).toBe('VirtualService payments/checkout');
    expect(result.attribution.source[0]?.label).toBe('canary-controller');
  });

  test.each(scenario.events.map(({ name }) => name))(
    'without %s there are as many messages fewer as it alone caused',
    (source) => {
      const { alone } = result.attribution.source.find(({ label }) => label === source)!;
      expect(alone).toBeGreaterThan(0);
      expect(pushes(result) - pushes(measured(without(scenario, source)).result)).toBe(alone);
    },
  );

  test('some of its writes were merged with others, so this is not trivial', () => {
    expect(result.rounds.some(({ merged }) => merged > 1)).toBe(true);
  });

  test('the difference is what the other run has', () => {
    const other = measured(without(scenario, 'deployments')).result;
    const [messages] = savings(result, other);
    expect(messages).toEqual({ what: 'messages', unit: 'count', before: pushes(result), after: pushes(other) });
  });
});

test.each(['1.17', '1.30', '1.32-dev'])(
  'in %s the shares of every dimension add up to all messages and bytes',
  (version) => {
    const { result } = measured(scenarioOf(SMALL_MESH, [`istio="${version}"`]));
    const { unattributed_cpu_seconds, ...dimensions } = result.attribution;
    for (const blames of Object.values(dimensions)) {
      const sum = (of: 'messages' | 'bytes' | 'cpu_seconds') => blames.reduce((total, blame) => total + blame[of], 0);
      expect(sum('messages')).toBeCloseTo(pushes(result), 6);
      expect(sum('bytes')).toBeCloseTo(result.resources.bytes_sent, 3);
      expect(sum('cpu_seconds') + unattributed_cpu_seconds).toBeCloseTo(result.resources.cpu_seconds, 9);
    }
    expect(unattributed_cpu_seconds).toBeGreaterThan(0);
  },
);

test('messages that two objects ask for belong to neither alone', () => {
  const scenario = scenarioOf(`
description: Two services change within one batch
istio: "1.30"
mesh: { generate: [{ namespace: shop, services: 2, endpoints: 2, proxies: 1 per endpoint }] }
events:
  - { name: one, at: 1s, endpoints: { services: shop/svc-0, ready: "+1" } }
  - { name: other, at: 1050ms, endpoints: { services: shop/svc-1, ready: "+1" } }
run: { duration: 5s }
`);
  const { result } = measured(scenario);
  expect(pushes(result)).toBe(4);
  expect(result.attribution.object.map(({ alone, together, messages }) => ({ alone, together, messages }))).toEqual([
    { alone: 0, together: 4, messages: 2 },
    { alone: 0, together: 4, messages: 2 },
  ]);
  // Both are endpoints, so that trigger has all of them to itself.
  expect(result.attribution.trigger).toMatchObject([{ label: 'endpoint', changes: 2, alone: 4, together: 0 }]);
});

test('a merged endpoint change is not blamed for what only the route asked for, though 1.30 sends both as one', () => {
  const scenario = scenarioOf(`
description: An endpoint and a route change within one batch
istio: "1.30"
mesh: { generate: [{ namespace: shop, services: 2, endpoints: 2, proxies: 1 per endpoint, virtualServices: 1 }] }
events:
  - { name: pods, at: 1s, endpoints: { services: shop/svc-1, ready: "+1" } }
  - { name: routes, at: 1050ms, update: { kind: VirtualService, target: shop/svc-0 } }
run: { duration: 5s }
`);
  const { result } = measured(scenario);
  const blamed = Object.fromEntries(result.attribution.source.map(({ label, alone }) => [label, alone]));
  for (const source of ['pods', 'routes'])
    expect(pushes(result) - pushes(measured(without(scenario, source)).result)).toBe(blamed[source]);
});

test('the first configuration of proxies is for the proxies', () => {
  const { attribution } = measured(scenarioOf(SMALL_MESH, ['run.start=cold', 'events=[]'])).result;
  expect(attribution.source).toMatchObject([{ label: 'proxies' }]);
  expect(attribution.trigger).toMatchObject([{ label: 'proxyrequest' }]);
});
