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
      "argo-canary-route-first": "cd001507e0f435ef",
      "argo-canary-rule-first": "10aa54b64160bc1d",
      "baseline-1000x2000": "d652a46ef71746b6",
      "batch-jobs": "67702ee459879657",
      "book-baseline": "30819fb9006a7cb0",
      "book-burst": "34cd2e2b64aadc1d",
      "book-debounce-2500": "15454b70768d62f3",
      "book-debounce-2500-slow": "baf6631b613858be",
      "book-sidecar": "2dee47bd1686ea53",
      "book-slow": "02e8195c8983bfab",
      "canary-route-first": "01ef5cfe79e61b2b",
      "canary-rule-first": "7a645bcd6b3ed706",
      "cold-start": "59f282e53118e48d",
      "connection-age": "8e9c0bbef63e1556",
      "debounce-flood": "64c0a17d947759b3",
      "debounce-maximum": "113cf4ccfe9db42a",
      "debounce-quiet-ending": "d33ae6ca49bbd40b",
      "debounce-slow-context": "8a7679cb98ad0c1c",
      "debounce-while-pushing": "affb74d2f9df93ef",
      "eds-debounce-off": "ead4b62f2fc91cfd",
      "endpoint-burst": "41a972855ef19a41",
      "every-101ms-debounce-100ms": "99d61977ce8bbfa5",
      "every-101ms-debounce-200ms": "12dea82218250546",
      "hpa-flap": "5e8f793f20c9d8ac",
      "noisy-neighbour": "e52ea0ff08aa5444",
      "plan-1000-services": "8b026f621a89edfb",
      "rejected-listeners": "f2127bcb1553f6f6",
      "restart-200-at-100": "e401268f53a22f22",
      "restart-200-at-25": "4ec4bbc0b0074a72",
      "restart-200-at-50": "2a18dc3c171e96a2",
      "restart-5000-at-10": "eb9000c89065f18a",
      "restart-5000-at-100": "7e41b48d2543a1fb",
      "restart-5000-at-25": "fe52f3e980cb9436",
      "rolling-restart-1": "4872420de9d127cd",
      "rolling-restart-2": "8ffb17c201020b7d",
      "rolling-update": "ba838f89204117f1",
      "rollout-with-prestop": "11b52f0c74cd8c73",
      "rollout-without-prestop": "4a28ade8a47a2b5e",
      "scope-discovery-selectors": "be2dfbd3c969d2c7",
      "scope-export-to": "c9f389696c0550bc",
      "scope-mesh-sidecar": "7ae8add5258141b3",
      "scope-namespace-sidecar": "da2e3513228ee9e4",
      "scope-none": "ac6163532372bc5d",
      "single-change": "c9cc5b5300982642",
      "throttle-100": "0b40bd2d7bada8ec",
      "throttle-5": "6a56c7d1cbb83fba",
    }
  `);
}, 180_000);
