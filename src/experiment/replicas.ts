/**
 * Several istiods, as far as one simulated istiod can stand for them: each sees every event and builds every push
 * context, but serves only its share of the proxies.
 *
 * Deliberately simpler than the real thing: shares are even (real connections are sticky and drift apart), and nothing
 * restarts. So the answer is a lower bound for the fullest replica.
 */
import type { Scenario } from '../scenario/scenario.js';

/** The scenario as the fullest of `replicas` istiods sees it: every `replicas`-th proxy, of each workload alike. */
export function oneReplica(scenario: Scenario, replicas: number): Scenario {
  if (replicas === 1) return scenario;
  let before = 0;
  const proxies = scenario.mesh.proxies.map((proxy) => {
    const from = Math.ceil(before / replicas);
    before += proxy.count;
    return { ...proxy, count: Math.ceil(before / replicas) - from };
  });
  return { ...scenario, mesh: { ...scenario.mesh, proxies } };
}
