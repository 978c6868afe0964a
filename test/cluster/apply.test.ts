import { expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { judge } from '../../src/report/view/thresholds.js';
import { scenarioOf } from '../support/measured.js';
import { runScenario, scenario } from '../support/scenario.js';

const rule = (subset: string) =>
  `{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: cart, namespace: shop }, spec: { host: cart, subsets: [{ name: ${subset} }] } }`;
const run = (...events: string[]) =>
  simulate(
    scenarioOf(`
description: Objects are applied
mesh: { generate: [{ namespace: shop, name: cart, services: 1, endpoints: 2, proxies: 1 per endpoint }] }
events: [${events.join(', ')}]
run: { duration: 20s }
`),
  );

test('an object that is applied, applied again, changed and deleted is added, left alone, updated and deleted', () => {
  const { metrics, rounds } = run(
    `{ at: 1s, repeat: 3, every: 1s, apply: ${rule('v1')} }`,
    `{ at: 5s, apply: ${rule('v2')} }`,
    '{ at: 7s, delete: { kind: DestinationRule, name: cart, namespace: shop } }',
    '{ at: 9s, delete: { kind: DestinationRule, name: cart, namespace: shop } }',
  );
  expect(metrics.pilot_k8s_cfg_events.by).toEqual({
    'DestinationRule add': 1,
    'DestinationRule delete': 1,
    'DestinationRule update': 1,
  });
  expect(rounds.map(({ at_s }) => Math.floor(at_s))).toEqual([1, 5, 7]);
});

test('several objects are applied in order, as far apart as the file says', () => {
  const route = rule('v1').replace('DestinationRule', 'VirtualService').replace('host: cart', 'hosts: [cart]');
  const apart = (spacing: string) => run(`{ at: 1s, apply: [${rule('v1')}, ${route}], spacing: ${spacing} }`).rounds;
  expect(apart('0s').map(({ merged }) => merged)).toEqual([2]);
  expect(apart('2s').map(({ at_s, merged }) => [Math.floor(at_s), merged])).toEqual([
    [1, 1],
    [3, 1],
  ]);
});

test('a threshold tells the order of a canary that loses requests from the one that does not', () => {
  const passes = (name: string) => {
    const threshold = 'thresholds=["missing_subsets.total == 0"]';
    return judge(scenario(name, threshold), runScenario(name)).map(({ passed, value }) => [passed, value]);
  };
  expect(passes('canary-route-first')).toEqual([[false, 54]]);
  expect(passes('canary-rule-first')).toEqual([[true, 0]]);
});
