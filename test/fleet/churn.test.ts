/**
 * The churn of `scenarios/large` at a tenth of its size: as many proxies to a core, as many changes to a proxy. In full
 * they take a minute or two each.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';

function tenth(percent: 25 | 50) {
  const url = new URL(`../../scenarios/large/aks-churn-${percent}.yaml`, import.meta.url);
  const changes = 150 * percent;
  const text = readFileSync(url, 'utf8')
    .replace('pods: 15000', 'pods: 1500')
    .replace('cpu: "16", memory: 64Gi', 'cpu: "1", memory: 8Gi')
    .replaceAll(`repeat: ${changes}, every: 32ms`, `repeat: ${changes / 10}, every: 320ms`);
  expect(text).not.toContain('32ms, ');
  const parsed = parseScenario(text, { file: 'tenth.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return simulate(parsed.scenario);
}

test('half of the proxies that go and come back keep istiod busy for twice as long as a quarter of them', () => {
  const [quarter, half] = [tenth(25), tenth(50)];
  expect(quarter.fleet!.pods).toEqual({ started: 375, ended: 375, ready: 1500 });
  expect(half.fleet!.pods).toEqual({ started: 750, ended: 750, ready: 1500 });
  const ratio = half.resources.cpu_seconds / quarter.resources.cpu_seconds;
  expect(ratio).toBeGreaterThan(1.4);
  expect(ratio).toBeLessThan(2.3);
  // Each change concerns every proxy; what comes while a push goes on is merged into the next.
  for (const { metrics, fleet } of [quarter, half]) {
    const changes = fleet!.pods.started + fleet!.pods.ended;
    expect(metrics.pilot_proxy_convergence_time.count).toBeLessThan(0.5 * changes * 1500);
  }
});
