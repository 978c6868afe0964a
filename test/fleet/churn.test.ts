/**
 * The churn of `scenarios/large` at a fiftieth of its size, on one core: in full it takes a minute or two. A message
 * with all endpoints is shorter here, too, so that the core is not saturated as the sixteen are.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';

function small(percent: 25 | 50) {
  const url = new URL(`../../scenarios/large/aks-churn-${percent}.yaml`, import.meta.url);
  const changes = 150 * percent;
  const text = readFileSync(url, 'utf8')
    .replace('pods: 15000', 'pods: 300')
    .replace('cpu: "16", memory: 64Gi', 'cpu: "1", memory: 8Gi')
    .replaceAll(`repeat: ${changes}, every: 32ms`, `repeat: ${changes / 50}, every: 1600ms`);
  expect(text).not.toContain('32ms, ');
  const parsed = parseScenario(text, { file: 'small.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return simulate(parsed.scenario);
}

test('half of the proxies that go and come back keep istiod busy for twice as long as a quarter of them', () => {
  const [quarter, half] = [small(25), small(50)];
  expect(quarter.fleet!.pods).toEqual({ started: 75, ended: 75, ready: 300 });
  expect(half.fleet!.pods).toEqual({ started: 150, ended: 150, ready: 300 });
  const ratio = half.resources.cpu_seconds / quarter.resources.cpu_seconds;
  expect(ratio).toBeGreaterThan(1.4);
  expect(ratio).toBeLessThan(2.3);
  // Each change concerns every proxy there is.
  const pushes = [quarter, half].map(({ metrics }) => metrics.pilot_proxy_convergence_time.count);
  expect(pushes[1]! / pushes[0]!).toBeCloseTo(2, 0);
});
