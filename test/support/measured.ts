/** Runs with everything that was measured, for tests that look at the measuring. */
import { readFileSync } from 'node:fs';
import type { FinishedRun } from '../../src/cli/run-files.js';
import { type Explained, type ExplainOptions, explain } from '../../src/experiment/explain.js';
import { parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';

export function scenarioOf(yaml: string, sets: readonly string[] = []): Scenario {
  const parsed = parseScenario(yaml, { file: 'measured.yaml', sets });
  if (!parsed.ok) throw new Error(parsed.issues.map(({ expected }) => expected).join('\n'));
  return parsed.scenario;
}

export function scenarioFile(name: string, sets: readonly string[] = []): Scenario {
  const path = new URL(`../../scenarios/${name}.yaml`, import.meta.url);
  const parsed = parseScenario(readFileSync(path, 'utf8'), { file: `${name}.yaml`, sets });
  if (!parsed.ok) throw new Error(parsed.issues.map(({ expected }) => expected).join('\n'));
  return parsed.scenario;
}

export function measured(scenario: Scenario, options: ExplainOptions = {}): Explained {
  return explain(scenario, options);
}

export function finished(scenario: Scenario, { result, recording } = measured(scenario)): FinishedRun {
  const provenance = {
    pushsim: '1.2.3',
    scenario: scenario.name,
    file: `${scenario.name}.yaml`,
    hash: '0123456789abcdef0123456789abcdef',
    seed: scenario.run.seed,
    command: `pushsim run ${scenario.name}.yaml`,
  };
  return { scenario, summary: { provenance, ...result }, recording };
}

/** Forty sidecars in a mesh of ten services, where endpoints and a route change. */
export const SMALL_MESH = `
description: A small mesh under a little load
istio: "1.30"
istiod: { resources: { cpu: "2", memory: 2Gi } }
mesh:
  generate:
    - { namespace: shop, services: 10, endpoints: 4, proxies: 1 per endpoint, virtualServices: 3 }
    - { gateway: istio-ingressgateway, namespace: istio-system, proxies: 2 }
costs: { watch: 3ms, network: 1ms, envoyApply: 2ms }
events:
  - { name: pods, poisson: 8/s, endpoints: { services: any, ready: +1/-1 } }
  - { name: routes, at: 2s, repeat: 6, every: 3s, update: { kind: VirtualService, target: each } }
run: { duration: 20s, seed: small }
`;
