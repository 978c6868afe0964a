import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { littlesLaw } from '../support/littles-law.js';
import { scenarioOf } from '../support/measured.js';
import { scenario, scenarioNames, shortened } from '../support/scenario.js';

const load = fc.record({
  version: fc.constantFrom('1.17', '1.30', '1.32-dev'),
  cpu: fc.constantFrom('1', '2', '4'),
  throttle: fc.integer({ min: 1, max: 30 }),
  after: fc.constantFrom('1ms', '20ms', '100ms', '1s'),
  debounceEds: fc.boolean(),
  services: fc.integer({ min: 1, max: 12 }),
  proxies: fc.integer({ min: 1, max: 4 }),
  endpointsRate: fc.integer({ min: 1, max: 40 }),
  routesRate: fc.integer({ min: 1, max: 10 }),
  pods: fc.boolean(),
  rejects: fc.boolean(),
  generate: fc.constantFrom(undefined, '1ms', '20ms'),
  start: fc.constantFrom('connected', 'cold'),
  seed: fc.nat({ max: 1_000 }),
});
type Load = typeof load extends fc.Arbitrary<infer T> ? T : never;

function yamlOf(of: Load): string {
  const { generate } = of;
  const costs =
    generate && `costs: { generate: { cds: ${generate}, eds: { exponential: ${generate} } }, context: 5ms }\n`;
  return `
description: A random load
istio: "${of.version}"
istiod:
  resources: { cpu: "${of.cpu}" }
  env: { PILOT_PUSH_THROTTLE: ${of.throttle}, PILOT_DEBOUNCE_AFTER: ${of.after}, PILOT_ENABLE_EDS_DEBOUNCE: ${of.debounceEds} }
mesh:
  generate:
    - { namespace: shop, services: ${of.services}, endpoints: ${of.proxies}, proxies: 1 per endpoint, virtualServices: 1 }
    - { gateway: edge, proxies: 2 }
${costs ?? ''}events:
  - { poisson: ${of.endpointsRate}/s, endpoints: { services: any, ready: +1/-1 } }
  - { poisson: ${of.routesRate}/s, update: { kind: VirtualService, target: any } }
  ${of.pods ? '- { poisson: 5/s, proxyUpdate: any }' : '- { at: 1s, forcedPush: true }'}
  - { at: 2s, create: [Service, VirtualService], repeat: 3, every: 1s }
  ${of.rejects ? '- { at: 1s, reject: { proxies: all, types: [cds, eds], for: 2s } }' : ''}
run: { duration: 8s, seed: ${of.seed}, start: ${of.start} }
`;
}

describe("Little's law", () => {
  property.prop({ of: load }, { numRuns: 25 })(
    'holds to the nanosecond for any load, where pushes wait and where they run',
    ({ of }) => {
      const random = scenarioOf(yamlOf(of));
      const { waiting, served, law } = littlesLaw(random);
      expect([law.waiting.left, law.served.left]).toEqual([0, 0]);
      for (const { sides } of [waiting, served]) expect(sides[0]).toBe(sides[1]);
      expect(law.waiting.arrivals).toBeGreaterThan(0);
      expect(law.served.arrivals).toBe(law.waiting.arrivals);
      expect(law.waiting.number).toBeCloseTo(law.waiting.rateTimesTime, 12);
      expect(law.served.number).toBeLessThanOrEqual(of.throttle);
      // The report is about the same pushes.
      const { pilot_proxy_queue_time: reported } = simulate(random).metrics;
      expect(reported.count).toBe(law.waiting.arrivals);
      expect(reported.mean * 1e9).toBeCloseTo(waiting.measured / waiting.arrivals, 3);
    },
  );

  // The law holds whenever the last push is done, so a beginning will do.
  test.each(scenarioNames())('holds in %s', (name) => {
    const { waiting, served, law } = littlesLaw(scenario(name, ...shortened(name)));
    expect([law.waiting.left, law.served.left]).toEqual([0, 0]);
    for (const { sides } of [waiting, served]) expect(sides[0]).toBe(sides[1]);
  });
});
