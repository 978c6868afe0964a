import { describe, expect, test } from 'vitest';
import { behaviourOf } from '../../src/experiment/verify/behaviour.js';
import { simulate } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';
import { resolvedYaml } from '../../src/scenario/resolve/resolved-yaml.js';

const MESH = `
mesh:
  generate:
    - { namespace: shop, services: 4, endpoints: 2, proxies: 60 }
costs: { generate: { cds: 1ms, eds: 1ms, lds: 1ms, rds: 1ms } }
`;

function parsed(text: string) {
  const read = parseScenario(`description: a fleet\n${text}`, { file: 'fleet.yaml' });
  if (!read.ok) throw new Error(read.issues.map(({ expected, path }) => `${path.join('.')}: ${expected}`).join('\n'));
  return read.scenario;
}

const run = (text: string) => simulate(parsed(text));

describe('a fleet of one istiod that nothing happens to', () => {
  test('is the same run as without a fleet, to the last bit', () => {
    const events = 'events: [{ at: 1s, repeat: 5, every: 1s, endpoints: { services: any, ready: "+1/-1" } }]';
    const plain = run(`${MESH}${events}\nrun: { duration: 20s }`);
    const { fleet, ...same } = run(`${MESH}${events}\nrun: { duration: 20s }\nistiod: { connections: { maxAge: 0s } }`);
    expect(fleet?.istiods).toHaveLength(1);
    const { readiness: _, ...measured } = same;
    const { readiness: __, fleet: ___, ...expected } = plain;
    expect(measured).toEqual(expected);
  });
});

describe('a killed istiod', () => {
  const LIMIT = 'istiod: { env: { PILOT_MAX_REQUESTS_PER_SECOND: "10" }, readiness: { period: 0s } }';
  const { fleet } = run(
    `istio: "1.17"\n${LIMIT}\n${MESH}events: [{ at: 1s, restart: istiod, how: kill }]\nrun: { duration: 90s }`,
  );

  test('serves all proxies again, no more than its limit a second', () => {
    expect(fleet!.time_to_ready).toMatchObject({ count: 60, waiting: 0 });
    // 60 streams at 10 a second, the first at once.
    expect(fleet!.time_to_ready.max).toBeGreaterThan(5.9);
    expect(fleet!.refused.limited).toBeGreaterThan(0);
  });

  test('is another process, whose counters begin anew', () => {
    expect(fleet!.istiods.map(({ pod, ended_by }) => [pod, ended_by])).toEqual([
      ['istiod-0', 'SIGKILL'],
      ['istiod-0', undefined],
    ]);
    expect(fleet!.istiods[1]!.pushes).toBe(4 * 60);
  });
});

test('a rolling restart never leaves less than one istiod ready, and old streams live on for 10 s', () => {
  const { fleet } = run(
    `istiod: { replicas: 2 }\n${MESH}events: [{ at: 5s, restart: istiod }]\nrun: { duration: 60s }`,
  );
  expect(Math.min(...fleet!.ready.map(({ istiods }) => istiods))).toBeGreaterThanOrEqual(2);
  const [first, , third] = fleet!.istiods;
  expect(first!.ended_s! - third!.started_s).toBeGreaterThan(10);
  expect(fleet!.time_to_ready.waiting).toBe(0);
});

test('connections end between 0.9 and 1.1 of their age, 10 s and a second later; 1.17 does not wait for that second', () => {
  const aged = (istio: string) =>
    run(`istio: "${istio}"\nistiod: { connections: { maxAge: 10s } }\n${MESH}run: { duration: 60s, start: cold }`)
      .fleet!;
  const { closed_by_age: old } = aged('1.17').connections;
  expect(old.count).toBeGreaterThan(100);
  expect(old.max).toBeLessThanOrEqual(21);
  expect(old.p50).toBeGreaterThan(19);
  expect(aged('1.30').connections.closed_by_age.max).toBeLessThanOrEqual(22);
});

test('as many readers that do not read as there are slots stall everybody; one fewer does not', () => {
  const longest = (slow: number) => {
    const { by } = run(`istio: "1.17"
istiod: { env: { PILOT_PUSH_THROTTLE: "3" } }
mesh:
  generate: [{ namespace: shop, services: 4, endpoints: 2, proxies: 30 }]
  proxies: [{ name: slow, namespace: web, count: ${slow} }]
costs: { generate: { cds: 1ms, eds: 1ms, lds: 1ms, rds: 1ms } }
events:
  - { at: 1s, repeat: 6, every: 1500ms, forcedPush: true }
  - { at: 900ms, slow: { proxies: web/slow, for: 6s } }
run: { duration: 20s }`).staleness;
    const shop = Object.entries(by.group).filter(([group]) => group.startsWith('shop/'));
    return Math.max(...shop.map(([, { max }]) => max));
  };
  expect(longest(2)).toBeLessThan(1);
  // What is written at 4 s waits until they read again, at 6.9 s.
  expect(longest(3)).toBeGreaterThan(2.8);
});

test('a pod serves only when its Envoy has its configuration, and stops serving after its preStop', () => {
  const { fleet, staleness } = run(`
mesh:
  generate: [{ namespace: shop, name: cart, services: 1, endpoints: 0 }, { namespace: web, name: web, services: 2, proxies: 20 }]
  workloads: [{ deployment: shop/cart, pods: 8, services: [shop/cart], startup: 2s, preStop: 0s }]
events: [{ at: 5s, rollout: shop/cart }]
costs: { envoyApply: 50ms }
run: { duration: 60s }`);
  expect(fleet!.pods).toEqual({ started: 8, ended: 8, ready: 8 });
  expect(fleet!.rollouts.count).toBe(1);
  expect(fleet!.dead_requests.failed).toBeGreaterThan(0);
  // The requests that failed are what is left of the windows after the preStop: here, all of them.
  expect(fleet!.dead_requests.proxy_seconds).toBeCloseTo(staleness.dead_endpoints.proxy_seconds, 6);
});

test('memory: an istiod that needs more than its limit is killed and comes back after its back-off', () => {
  const { fleet } = run(`
istiod: { resources: { cpu: "1", memory: 200Mi } }
mesh: { generate: [{ namespace: shop, services: 20, endpoints: 2, proxies: 400 }] }
run: { duration: 60s }
events: [{ at: 1s, restart: istiod, how: kill }]`);
  expect(fleet!.memory.out_of_memory).toBeGreaterThan(1);
  const deaths = fleet!.istiods.flatMap(({ ended_by, ended_s }) => (ended_by === 'out of memory' ? [ended_s!] : []));
  const gaps = deaths.slice(1).map((at, i) => at - deaths[i]!);
  expect(Math.max(...gaps)).toBeGreaterThanOrEqual(10);
});

test('every istiod of the release behaves as it is told to, restarted ones too', () => {
  const scenario = parsed(`
istio: "1.30"
istiod: { replicas: 2, startup: 1s, revisions: [{ name: old, istio: "1.17", namespaces: [web] }] }
mesh: { generate: [{ namespace: shop, services: 20, endpoints: 2, proxies: 60 }, { namespace: web, services: 2, proxies: 30 }] }
events: [{ at: 1s, repeat: 10, every: 2s, forcedPush: true }, { at: 10s, restart: istiod, how: kill }]
run: { duration: 40s }`);
  const { profile, coefficients } = behaviourOf('1.30');
  const sizes = { ...coefficients, bytes: behaviourOf('1.17').coefficients.bytes };
  const bytesOf = (changed: typeof coefficients) =>
    simulate(scenario, { behaviour: { profile, coefficients: changed } });
  const [as, otherwise] = [bytesOf(coefficients), bytesOf(sizes)];
  expect(as.fingerprint).toBe(simulate(scenario).fingerprint);
  expect(otherwise.resources.bytes_sent).not.toBe(as.resources.bytes_sent);
});

test('what is written of a fleet reads back to an equal scenario', () => {
  const scenario = parsed(`
istiod:
  replicas: 2
  autoscale: { min: 2, max: 5, cpu: 80% }
  connections: { maxAge: 20m, choice: least }
  startup: 1s..2s
  revisions: [{ name: canary, istio: "1.30", namespaces: [web] }]
mesh:
  generate: [{ namespace: shop, name: cart, services: 1, endpoints: 0 }]
  workloads:
    - { deployment: shop/cart, pods: 8, services: [shop/cart], startup: 4s..9s, preStop: 5s, zone: [a, b] }
    - { job: shop/report, every: 12s, pods: 4, lasts: 90s }
events:
  - { at: 1s, restart: istiod, how: kill-one }
  - { at: 2s, scale: istiod, to: 4 }
  - { at: 2s, scale: shop/cart, to: "+1" }
  - { at: 3s, upgrade: "1.30" }
  - { at: 4s, rollout: shop/cart, surge: 50%, unavailable: 0 }
  - { deploys: 12/h, of: "shop/*" }
  - { at: 5s, canary: { rollout: shop/cart, order: route-first } }
  - { at: 6s, drain: { zone: a, pods: 10/m } }
  - { at: 7s, job: shop/report }
  - { at: 8s, slow: { proxies: all, for: 2s } }
  - { at: 9s, drop: { proxies: all, count: 2, again: 1s, silently: true } }
run: { duration: 1h }`);
  const again = parseScenario(resolvedYaml(scenario), { file: 'again.yaml' });
  expect(again).toMatchObject({ ok: true });
  expect(again.ok && again.scenario).toEqual({ ...scenario, name: again.ok && again.scenario.name });
});
