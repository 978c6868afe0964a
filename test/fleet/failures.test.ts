/** What goes wrong for clients: requests to pods that are gone, services and subsets without a pod. */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { DeadRequests } from '../../src/measure/staleness/dead-requests.js';
import { parseScenario } from '../../src/scenario/load.js';
import { ms } from '../support/time.js';

function run(text: string) {
  const read = parseScenario(`description: failures\n${text}`, { file: 'failures.yaml' });
  if (!read.ok) throw new Error(read.issues.map(({ expected, path }) => `${path.join('.')}: ${expected}`).join('\n'));
  const { fleet, staleness } = simulate(read.scenario);
  return { fleet: fleet!, staleness };
}

const MESH = `
mesh:
  generate:
    - { namespace: shop, name: cart, services: 1, endpoints: 0 }
    - { namespace: web, name: web, services: 1, endpoints: 1, proxies: 20 }
  workloads:
    - { deployment: shop/v1, pods: 4, services: [shop/cart], labels: { version: v1 }, startup: 1s }
    - { deployment: shop/v2, pods: 1, services: [shop/cart], labels: { version: v2 }, startup: 1s }
costs: { envoyApply: 5ms, generate: { cds: 1ms, eds: 1ms, lds: 1ms, rds: 1ms } }
`;

describe('requests to pods that are gone', () => {
  const { fleet } = run(`${MESH}events: [{ at: 5s, scale: shop/v1, to: 1 }]\nrun: { duration: 20s }`);
  const { dead_requests: dead } = fleet;

  test('are told by service and by who sends them: each sums up to all', () => {
    expect(dead.failed).toBeGreaterThan(0);
    for (const parts of [dead.services, dead.groups]) {
      const failed = Object.values(parts).reduce((sum, part) => sum + part.failed, 0);
      expect(failed).toBeCloseTo(dead.failed, 6);
    }
    expect(Object.keys(dead.services)).toEqual(['shop/cart']);
    expect(Object.keys(dead.groups)).toContain('web/web-client');
  });

  test("over time have the integral that was counted, from the pods' end on", () => {
    const width = 1;
    const integral = dead.over_time.reduce((sum, { pairs }) => sum + pairs * width, 0);
    expect(integral).toBeCloseTo(dead.proxy_seconds, 6);
    expect(dead.over_time[0]!.at_s).toBe(5);
  });

  test('go on for as long as nobody serves the proxy: no istiod tells it', () => {
    const away = run(`
istiod: { startup: 4s, readiness: { period: 0s } }
${MESH}events: [{ at: 2s, restart: istiod, how: kill }, { at: 3s, scale: shop/v1, to: 1 }]
run: { duration: 30s }`).fleet;
    // Three pods end at 3 s, and istiod serves again some time after 6 s.
    expect(away.dead_requests.longest).toBeGreaterThan(3);
    expect(away.dead_requests.groups['web/web-client']!.pairs).toBe(3 * 20);
  });
});

test('an istiod that was told to stop tells its proxies of nothing for its last ten seconds', () => {
  const { dead_requests: dead } = run(`
istiod: { startup: 1s, readiness: { period: 0s } }
${MESH}events: [{ at: 2s, restart: istiod, how: rolling }, { at: 5s, scale: shop/v1, to: 1 }]
run: { duration: 60s }`).fleet;
  // The old one stops some time after 3 s, and its streams end ten seconds later.
  expect(dead.longest).toBeGreaterThan(7);
  expect(dead.groups['web/web-client']!.pairs).toBe(3 * 20);
});

describe('a subset without a pod', () => {
  test("counts while a route names it, from its last pod's end to the next pod", () => {
    const text = (vs: string) =>
      `${MESH.replace(
        '\ncosts:',
        `
  resources:
    - apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: { namespace: shop, name: cart }
      spec: { host: cart, subsets: [{ name: v1, labels: { version: v1 } }, { name: v2, labels: { version: v2 } }] }
    - apiVersion: networking.istio.io/v1
      kind: VirtualService
      metadata: { namespace: shop, name: cart }
      spec: { hosts: [cart], http: [{ route: [{ destination: { host: cart, subset: ${vs} } }] }] }
costs:`,
      )}events: [{ at: 5s, scale: shop/v2, to: 0 }, { at: 15s, scale: shop/v2, to: 1 }]\nrun: { duration: 30s }`;
    const { empty_subsets: subsets, empty_services: services } = run(text('v2')).fleet;
    expect(services.times).toBe(0);
    expect(subsets.times).toBe(1);
    expect(subsets.seconds).toBeGreaterThan(10.9);
    expect(subsets.seconds).toBeLessThan(12);
    // Nineteen and more ask: web's twenty and shop's own pods.
    expect(subsets.proxy_seconds / subsets.seconds).toBeGreaterThan(20);
    expect(run(text('v1')).fleet.empty_subsets.times).toBe(0);
  });
});

test('a course over time keeps its sum however long it gets', () => {
  const dead = new DeadRequests();
  const part = { pairs: 0, nanos: 0, longest: 0 };
  for (let i = 0; i < 50; i++) dead.add(ms(100_000 * i), ms(100_000 * i + 2500), 2, part, part);
  const course = dead.course();
  expect(course.length).toBeLessThanOrEqual(240);
  const width = course[1]!.at - course[0]!.at;
  const integral = course.reduce((sum, { pairs }) => sum + pairs * width, 0);
  expect(integral).toBeCloseTo(dead.nanos, -3);
  expect(dead.nanos).toBe(50 * 2 * ms(2500));
});
