/** Several clusters: one mesh of services merged by host, which an istiod that starts lists cluster by cluster. */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';
import { resolvedYaml } from '../../src/scenario/resolve/resolved-yaml.js';

const scenarioText = (sync: string, more = '') => `description: two clusters
istiod: { startup: 1s, readiness: { period: 0s }${more} }
mesh:
  generate: [{ namespace: shop, name: cart, services: 1, endpoints: 2 }, { namespace: web, services: 3, endpoints: 1, proxies: 20 }]
  clusters:
    - name: west
      sync: ${sync}
      services:
        - { namespace: shop, name: cart, endpoints: 3 }
        - { namespace: shop, name: till, endpoints: 4 }
      proxies: [{ namespace: shop, name: till, count: 5, service: shop/till }]
costs: { generate: { cds: 1ms, eds: 1ms, lds: 1ms, rds: 1ms } }
events: [{ at: 5s, restart: istiod, how: kill }]
run: { duration: 90s }`;

function parsed(text: string) {
  const read = parseScenario(text, { file: 'clusters.yaml' });
  if (!read.ok) throw new Error(read.issues.map(({ expected, path }) => `${path.join('.')}: ${expected}`).join('\n'));
  return read.scenario;
}

const run = (sync: string, more?: string) => simulate(parsed(scenarioText(sync, more)));

describe('another cluster', () => {
  test('adds its endpoints to services of the same host, and its services and proxies to the mesh', () => {
    const { mesh } = parsed(scenarioText('2s'));
    const endpoints = Object.fromEntries(mesh.services.map(({ name, endpoints: n }) => [name, n]));
    expect(endpoints).toMatchObject({ cart: 5, till: 4 });
    expect(run('2s').resources.proxies).toBe(25);
  });

  test('is written so that it reads back', () => {
    const scenario = parsed(scenarioText('2s..4s'));
    const again = parsed(resolvedYaml(scenario));
    expect(again).toEqual({ ...scenario, name: again.name });
  });

  test('is waited for by an istiod that starts', () => {
    const listens = (sync: string) => run(sync).fleet!.time_to_ready.first;
    expect(listens('12s') - listens('2s')).toBeCloseTo(10, 0);
    expect(listens('500ms')).toBeCloseTo(listens('1s'), 6);
  });

  test('is served without when it takes longer than istiod waits, and is pushed when it is there', () => {
    const { fleet, metrics, staleness } = run('50s', ', env: { PILOT_REMOTE_CLUSTER_TIMEOUT: 10s }');
    expect(fleet!.time_to_ready.first).toBeGreaterThan(10);
    expect(fleet!.time_to_ready.max).toBeLessThan(50);
    expect(fleet!.late_clusters).toEqual({ times: 1, seconds: 40, proxy_seconds: 40 * 25 });
    // A service that was not there is a full push to all; both services' endpoints come in it.
    expect(metrics.pilot_xds_pushes.by.cds).toBeGreaterThanOrEqual(2 * 25);
    expect(staleness.by.source['cluster west']!.count).toBeGreaterThan(0);
    const inTime = run('5s', ', env: { PILOT_REMOTE_CLUSTER_TIMEOUT: 10s }');
    expect(inTime.fleet!.late_clusters.times).toBe(0);
    expect(inTime.metrics.pilot_xds_pushes.by.cds).toBe(25);
  });

  test.each([
    [
      'objects that istiod reads from its own cluster alone',
      'generate: [{ namespace: a, services: 1, virtualServices: 1 }]',
      'no objects in another cluster',
    ],
    [
      'a service that is another kind of service here',
      'services: [{ namespace: shop, name: cart, resolution: headless }]',
      'with resolution client',
    ],
    ['a key that is none', 'endpoint: 3', 'endpoint'],
  ])('may not have %s', (_, key, expected) => {
    const text = `description: x\nmesh: { generate: [{ namespace: shop, name: cart, services: 1 }], clusters: [{ name: west, ${key} }] }\n`;
    const read = parseScenario(text, { file: 'bad.yaml' });
    expect(read.ok).toBe(false);
    expect(JSON.stringify(read.ok ? [] : read.issues)).toContain(expected);
  });

  test('in another network is told by the name of the limit', () => {
    const text =
      'description: x\nmesh: { clusters: [{ name: west, network: n2, services: [{ namespace: a, name: b }] }] }\n';
    expect(parseScenario(text, { file: 'network.yaml' }).warnings.map(({ limit }) => limit)).toEqual(['networks']);
  });
});
