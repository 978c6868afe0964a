/**
 * What scoping saves. First the shipped scenarios, which ask the question of one mesh under one load in five ways; then
 * meshes that are small enough to count by hand.
 */
import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../../src/cost/calibrated/index.js';
import { simulate } from '../../../src/fleet/run.js';
import type { RunResult } from '../../../src/measure/recorder/result.js';
import { describeIssue } from '../../../src/scenario/document/issues.js';
import { parseScenario } from '../../../src/scenario/load.js';
import { runScenario } from '../../support/scenario.js';

const NAMES = ['none', 'discovery-selectors', 'namespace-sidecar', 'mesh-sidecar', 'export-to'] as const;
const RESULTS = Object.fromEntries(NAMES.map((name) => [name, runScenario(`scope-${name}`)])) as Record<
  (typeof NAMES)[number],
  RunResult
>;

/** Proxies of which each service is in sight, and services in sight of each proxy, by the rules. */
const PROXIES = 10 * 10 * 2;
const OWN_NAMESPACE = 10 * 2;

describe('the same mesh and the same events, scoped in five ways', () => {
  const falls = (measure: (result: RunResult) => number) => NAMES.slice(0, 4).map((name) => measure(RESULTS[name]));

  test.each([
    ['bytes', (result: RunResult) => result.resources.bytes_sent],
    ['messages', (result: RunResult) => result.metrics.pilot_xds_pushes.total],
    ['CPU', (result: RunResult) => result.resources.cpu_seconds],
  ])('%s fall with the number of services in sight: 200, 100, 20, 10', (_, measure) => {
    const values = falls(measure);
    expect(values).toEqual([...values].sort((a, b) => b - a));
    expect(new Set(values).size).toBe(4);
  });

  test('an endpoint change is for everybody, for two namespaces, or for one', () => {
    // One message may carry two changes of one debounce window, so a little less than the product.
    const shares = (name: (typeof NAMES)[number], reached: number, changes: number) => {
      const eds = RESULTS[name].metrics.pilot_xds_pushes.by.eds ?? 0;
      expect((eds - PROXIES) / (reached * changes)).toBeGreaterThan(0.6);
      expect((eds - PROXIES) / (reached * changes)).toBeLessThanOrEqual(1.1);
    };
    const all = RESULTS.none.metrics.pilot_inbound_updates.by.eds ?? 0;
    const shops = RESULTS['discovery-selectors'].metrics.pilot_inbound_updates.by.eds ?? 0;
    shares('none', PROXIES, all);
    shares('discovery-selectors', PROXIES, shops);
    shares('namespace-sidecar', 2 * OWN_NAMESPACE, shops);
    shares('mesh-sidecar', OWN_NAMESPACE, shops);
  });

  test('discovery selectors alone keep events from istiod: others receive all and push none of them', () => {
    const updates = (name: (typeof NAMES)[number]) => RESULTS[name].metrics.pilot_inbound_updates.total;
    const equal = NAMES.filter((name) => updates(name) === updates('none'));
    expect(equal).toEqual(['none', 'namespace-sidecar', 'mesh-sidecar', 'export-to']);
    expect(RESULTS['discovery-selectors'].rounds.length).toBeLessThan(RESULTS.none.rounds.length);
    expect(RESULTS['mesh-sidecar'].staleness.unseen).toBeGreaterThan(0);
    expect(RESULTS['discovery-selectors'].staleness.unseen).toBe(0);
  });

  test('exportTo on services hides services, not routes: every route change still goes to everybody', () => {
    const routes = (name: (typeof NAMES)[number]) => RESULTS[name].metrics.pilot_xds_pushes.by.rds;
    expect(routes('export-to')).toBe(routes('none'));
    expect(routes('mesh-sidecar')).toBeLessThan((routes('none') ?? 0) / 4);
  });
});

/** Namespaces a, b, c with 2, 2 and 1 services of one HTTP port and one endpoint, and 2, 3 and 1 sidecars. */
function small(mesh: string, event: string): RunResult {
  const parsed = parseScenario(
    `
description: a mesh to count by hand
istio: "1.30"
istiod: { xds: sotw }
mesh:
  ${mesh}
  proxies:
    - { name: x, namespace: a, count: 2 }
    - { name: y, namespace: b, count: 3 }
    - { name: z, namespace: c }
events: [{ at: 1s, ${event} }]
run: { duration: 5s }
`,
    { file: 'small.yaml' },
  );
  if (!parsed.ok) throw new Error(parsed.issues.map(describeIssue).join('\n'));
  return simulate(parsed.scenario);
}

const SERVICES = (exported = '') => `services:
    - { name: one, namespace: a${exported} }
    - { name: two, namespace: a${exported} }
    - { name: one, namespace: b }
    - { name: two, namespace: b }
    - { name: one, namespace: c }`;
const sidecarIn = (namespace: string, hosts: string) =>
  `resources: [{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: default, namespace: ${namespace} }, spec: { egress: [{ hosts: [${hosts}] }] } }]`;

describe('who hears of one more endpoint of a/one', () => {
  test.each([
    ['nothing scoped: 2 + 3 + 1', SERVICES(), 6],
    ['everybody imports the own namespace: 2', `${SERVICES()}\n  ${sidecarIn('istio-system', '"./*"')}`, 2],
    ['b imports the own namespace, others all: 2 + 1', `${SERVICES()}\n  ${sidecarIn('b', '"./*"')}`, 3],
    [
      'b imports a by name, others all: 2 + 3 + 1',
      `${SERVICES()}\n  ${sidecarIn('b', 'a/one.a.svc.cluster.local')}`,
      6,
    ],
    ['c imports another service of a: 2 + 3', `${SERVICES()}\n  ${sidecarIn('c', 'a/two.a.svc.cluster.local')}`, 5],
    ['a exports to itself: 2', SERVICES(', exportTo: ["."]'), 2],
    ['a exports to itself and to c: 2 + 1', SERVICES(', exportTo: [".", c]'), 3],
    [
      'only b and c are discovered: 0',
      `${SERVICES()}\n  discoverySelectors: [{ matchLabels: { kubernetes.io/metadata.name: b } }, { matchLabels: { kubernetes.io/metadata.name: c } }]`,
      0,
    ],
  ])('%s', (_, mesh, proxies) => {
    const { metrics, staleness } = small(mesh, 'endpoints: { services: a/one, ready: "+1" }');
    expect(metrics.pilot_xds_pushes.total).toBe(proxies);
    expect(staleness.per_proxy.count).toBe(proxies);
  });
});

describe('what a whole configuration weighs', () => {
  const { cds, eds, lds, rds } = coefficientsOf('1.30').bytes;
  const HOST = 'one.a.svc.cluster.local'.length;

  /** All four types of one sidecar that sees so many services, of which so many are of its own namespace. */
  function weight(services: number, own: number): number {
    return (
      cds.sidecar +
      services * (cds.perCluster + (HOST - cds.hostLength) * cds.perHostCharacter) +
      services * (eds.empty + eds.filled + eds.perEndpoint) +
      lds.sidecar +
      lds.perPort +
      rds.base +
      services * rds.perService +
      own * rds.ownNamespace
    );
  }

  test.each([
    ['nothing scoped: five services each', SERVICES(), 2 * weight(5, 2) + 3 * weight(5, 2) + weight(5, 1)],
    [
      'everybody imports the own namespace: two, two and one',
      `${SERVICES()}\n  ${sidecarIn('istio-system', '"./*"')}`,
      2 * weight(2, 2) + 3 * weight(2, 2) + weight(1, 1),
    ],
    [
      'a exports to itself: five, three and three',
      SERVICES(', exportTo: ["."]'),
      2 * weight(5, 2) + 3 * weight(3, 2) + weight(3, 1),
    ],
  ])('%s', (_, mesh, bytes) => {
    // Each of 24 messages is rounded to whole bytes.
    expect(Math.abs(small(mesh, 'forcedPush: true').resources.bytes_sent - bytes)).toBeLessThanOrEqual(12);
  });
});
