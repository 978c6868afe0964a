import { describe, expect, test } from 'vitest';
import type { RunResult } from '../../src/measure/recorder/result.js';
import { messages, runScenario, scenarioNames, shortened } from '../support/scenario.js';

/** When each push began, in milliseconds, and how many updates it merged. */
function rounds(result: RunResult): (readonly [at: number, merged: number])[] {
  return result.rounds.map(({ at_s, merged }) => [at_s * 1_000, merged]);
}

describe('the tuning experiment of the book', () => {
  test.each([
    ['book-baseline', 'ten routes 2.5 s apart: ten rounds of 51', 510, 10],
    ['book-burst', 'ten routes at once: one round', 51, 1],
    ['book-slow', 'ten routes 5 s apart: slower saves nothing', 510, 10],
    ['book-sidecar', 'only the two gateways still need them: ten rounds of 7', 70, 10],
    ['book-debounce-2500', 'no gap reaches 2.5 s: the maximum ends each batch', 28, 4],
    ['book-debounce-2500-slow', 'one gap of ten is below 2.5 s', 63, 9],
  ])('%s: %s', (name, _, count, roundCount) => {
    const result = runScenario(name);
    expect(messages(result)).toBe(count);
    expect(result.rounds.length).toBe(roundCount);
    expect(result.staleness.unseen).toBe(0);
  });

  test('a round is CDS, the answer to the subscription it causes, LDS and RDS, but no routes for an egress gateway', () => {
    expect(runScenario('book-burst').metrics.pilot_xds_pushes.by).toEqual({ cds: 13, eds: 13, lds: 13, rds: 12 });
  });

  const SLEEP = 'mesh.generate[1].endpoints';
  const CATALOG = 'mesh.generate[2].endpoints';
  const INGRESS = 'mesh.generate[3].proxies';
  const EGRESS = 'mesh.generate[4].proxies';

  test.each([
    ['twenty sidecars', [`${SLEEP}=20`], (20 + 1 + 1) * 4 + 3],
    ['no sidecars but one', [`${SLEEP}=0`], (0 + 1 + 1) * 4 + 3],
    ['five more endpoints of another service', [`${CATALOG}=6`], (10 + 6 + 1) * 4 + 3],
    ['three ingress gateways', [`${INGRESS}=3`], (10 + 1 + 3) * 4 + 3],
    ['no ingress gateway', [`${INGRESS}=0`], (10 + 1) * 4 + 3],
    ['five egress gateways', [`${EGRESS}=5`], (10 + 1 + 1) * 4 + 5 * 3],
  ])('%s: every proxy counts 4, an egress gateway 3', (_, sets, round) => {
    expect(messages(runScenario('book-baseline', ...sets))).toBe(10 * round);
  });

  test('the size of the mesh does not change how many messages there are', () => {
    const less = ['services', 'gateways', 'virtualServices'].map((key) => `mesh.generate[0].${key}=20`);
    expect(messages(runScenario('book-baseline', ...less))).toBe(510);
    expect(messages(runScenario('book-baseline', 'mesh.generate[0].endpoints=7'))).toBe(510);
  });

  test.each([
    ['Service', 'as a whole round: routes and gateways add nothing to it', 12 * 4 + 3],
    ['VirtualService', 'CDS, LDS, RDS; no endpoints', 12 * 3 + 2],
    ['Gateway', 'LDS and RDS, at gateways only', 2 + 1],
    ['DestinationRule', 'all types, but at gateways only: no sidecar imports its host', 4 + 3],
    ['ProxyConfig', 'nothing at all', 0],
    ['AuthorizationPolicy', 'LDS; a sidecar only if it is of its namespace (catalog)', 1 + 1 + 1],
  ])('creating a %s alone sends %s', (kind, _, round) => {
    expect(messages(runScenario('book-baseline', `events[0].create=[${kind}]`))).toBe(10 * round);
  });

  test('four repetitions are four rounds', () => {
    const result = runScenario('book-baseline', 'events[0].repeat=4');
    expect([messages(result), result.rounds.length]).toEqual([4 * 51, 4]);
  });

  test('gaps of 2.6 s pass a debounce of 2.5 s, gaps of 2.4 s do not', () => {
    // The last object of a repetition comes 40 ms after the first; the other source adds a round at 25 s.
    const apart = (every: string) =>
      runScenario('book-debounce-2500-slow', 'events[0].repeat=5', `events[0].every=${every}`);
    expect(apart('2.6s').rounds.length).toBe(5 + 1);
    expect(apart('2.4s').rounds.length).toBe(1 + 1);
  });

  test.each([
    // Sidecars do not import a route that is bound to a gateway only; at gateways its key makes EDS whole.
    ['"1.30"', 11 * 4 + 5 + 4],
    ['"1.32-dev"', 11 * 4 + 5 + 4],
  ])('under %s gateways get all endpoints on top', (istio, round) => {
    expect(messages(runScenario('book-baseline', `istio=${istio}`, 'istiod.xds=sotw'))).toBe(10 * round);
  });
});

describe('a change every 101 ms', () => {
  test('makes a round each at a debounce of 100 ms', () => {
    const result = runScenario('every-101ms-debounce-100ms');
    expect(result.rounds.length).toBe(594);
    expect(new Set(result.rounds.map(({ merged }) => merged))).toEqual(new Set([1]));
    expect(messages(result)).toBe(594 * 10 * 3);
  });

  test('makes six rounds in a minute at a debounce of 200 ms: only the maximum ends a batch', () => {
    const result = runScenario('every-101ms-debounce-200ms');
    expect(result.rounds.length).toBe(6);
    expect(messages(result)).toBe(6 * 10 * 3);
  });
});

describe('the worked timelines of the debounce', () => {
  test.each([
    ['debounce-quiet-ending', [[180, 3]]],
    [
      'debounce-while-pushing',
      [
        [100, 1],
        [390, 2],
      ],
    ],
    [
      'debounce-maximum',
      [
        [1_010, 15],
        [1_430, 5],
      ],
    ],
    [
      'debounce-flood',
      [
        [10_000, 201],
        [20_050, 201],
        [25_050, 98],
      ],
    ],
    [
      'debounce-slow-context',
      [
        [100, 1],
        [1_400, 26],
        [2_700, 2],
      ],
    ],
    [
      'eds-debounce-off',
      [
        [20, 1],
        [100, 1],
      ],
    ],
  ])('%s', (name, expected) => {
    const seen = rounds(runScenario(name));
    expect(seen.map(([, merged]) => merged)).toEqual(expected.map(([, merged]) => merged));
    // A busy core may start a push a little late, never early.
    for (const [i, [at]] of seen.entries()) {
      expect(at).toBeGreaterThanOrEqual(expected[i]![0]! - 1e-6);
      expect(at).toBeLessThan(expected[i]![0]! + 3);
    }
  });

  test('with debounce of endpoints off the endpoint change passes the waiting batch', () => {
    const result = runScenario('eds-debounce-off');
    expect(result.rounds.map(({ kind }) => kind)).toEqual(['bypass', 'full']);
    expect(result.metrics.pilot_debounce_time.count).toBe(1);
  });
});

describe('the introductory scenarios', () => {
  test('a single changed route is three messages to each of 300 sidecars, two to gateways without routes', () => {
    const result = runScenario('single-change');
    expect(result.metrics.pilot_xds_pushes.by).toEqual({ cds: 302, lds: 302, rds: 300 });
    expect(result.staleness.per_proxy.count).toBe(302);
    expect(result.staleness.to_last_proxy.count).toBe(1);
  });

  test('two seconds of endpoint changes are one message to each proxy: the gaps are shorter than the debounce', () => {
    const result = runScenario('endpoint-burst');
    expect(result.rounds.length).toBe(1);
    expect(result.metrics.pilot_xds_pushes.by).toEqual({ eds: 302 });
    expect(result.rounds[0]?.merged).toBe(result.metrics.pilot_inbound_updates.by.config);
  });

  test('a cold start gives every proxy its configuration once, without a single push', () => {
    const result = runScenario('cold-start');
    expect(result.resources.proxies_made_ready).toBe(302);
    expect(result.metrics.pilot_xds_pushes.by).toEqual({ cds: 302, eds: 302, lds: 302, rds: 300 });
    expect(result.metrics.pilot_push_triggers.total).toBe(0);
  });
});

test('every scenario keeps its trajectory: a change here is a change of results and belongs in the change log', () => {
  const fingerprints = scenarioNames().map((name) => {
    return [name, runScenario(name, ...shortened(name)).fingerprint];
  });
  expect(Object.fromEntries(fingerprints)).toMatchInlineSnapshot(`
    {
      "argo-canary-route-first": "f014c6c8bc996488",
      "argo-canary-rule-first": "e5e5fb3c6719afed",
      "baseline-1000x2000": "3c38ef3690ee7bb3",
      "batch-jobs": "74bcc75b9d76e6dc",
      "book-baseline": "234da9e405e4c6be",
      "book-burst": "e88dbdc9bb579ad6",
      "book-debounce-2500": "92409df9560c93ac",
      "book-debounce-2500-slow": "b34a950379f49bf7",
      "book-sidecar": "2eb26f556a5f8f72",
      "book-slow": "522143cb3aca59ce",
      "canary-route-first": "68c118e596f60753",
      "canary-rule-first": "871f340280fd4223",
      "cold-start": "0a068338d902a625",
      "connection-age": "6ae1d5cf29ea5a3b",
      "debounce-flood": "64c0a17d947759b3",
      "debounce-maximum": "113cf4ccfe9db42a",
      "debounce-quiet-ending": "d33ae6ca49bbd40b",
      "debounce-slow-context": "8a7679cb98ad0c1c",
      "debounce-while-pushing": "affb74d2f9df93ef",
      "eds-debounce-off": "ead4b62f2fc91cfd",
      "endpoint-burst": "14c973e26368e74d",
      "every-101ms-debounce-100ms": "99d61977ce8bbfa5",
      "every-101ms-debounce-200ms": "12dea82218250546",
      "hpa-flap": "89346b55035abc2d",
      "noisy-neighbour": "7d970d253793d153",
      "plan-1000-services": "40719e41c730bf86",
      "rejected-listeners": "b0f38c5b9801e387",
      "restart-200-at-100": "711f5abe36d30de9",
      "restart-200-at-25": "39917cda5cab2107",
      "restart-200-at-50": "4ef6ecccf3267877",
      "restart-5000-at-10": "e7ffc0d17565f802",
      "restart-5000-at-100": "f0fdd7bce00edd51",
      "restart-5000-at-25": "f098b05409a9e331",
      "rolling-restart-1": "ab0c4b4f174d14fc",
      "rolling-restart-2": "5d7867f44559c6c1",
      "rolling-update": "ccbdfe28708595ca",
      "rollout-with-prestop": "d53ccdcc9bc05a99",
      "rollout-without-prestop": "5277140c26dd9b3c",
      "scope-discovery-selectors": "7c7693e49f8a989a",
      "scope-export-to": "5f600038c0043683",
      "scope-mesh-sidecar": "066175f66705fcdc",
      "scope-namespace-sidecar": "d5f2b275993c0b12",
      "scope-none": "ef41dcad7b35a00a",
      "single-change": "bb19dd6aac4e81ec",
      "throttle-100": "595d6b2a2988be09",
      "throttle-5": "2890099e4a0c5374",
    }
  `);
}, 180_000);
