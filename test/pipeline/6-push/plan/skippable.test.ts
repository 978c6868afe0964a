import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { NameSet } from '../../../../src/mesh/services/service-table.js';
import { planPush } from '../../../../src/pipeline/6-push/plan/push-plan.js';
import type { PushRequest } from '../../../../src/pipeline/model/push-request.js';
import { defaultOptions } from '../../../../src/pipeline/options.js';
import { VERSIONS } from '../../../support/bench.js';
import { type Plans, plansOf } from '../../../support/connections.js';
import { hostOf, meshOf, service, sidecar, sidecarScope } from '../../../support/mesh.js';

const SERVICES = ['a/s', 'a/t', 'b/s', 'c/s'];
const PROXIES = ['p-a', 'own-a', 'p-b', 'own-b', 'p-c', 'own-c'];

/** Everybody sees what is in namespace a, but for those of b, who see their own; the pod of c has a service that it does not see. */
function planned(version: (typeof VERSIONS)[number]) {
  const plans = plansOf(
    version,
    meshOf({
      services: SERVICES.map((name) => service(name)),
      configs: [sidecarScope('istio-system/default', ['a/*']), sidecarScope('b/default', ['b/*'])],
      proxies: PROXIES.map((name) =>
        sidecar(`${name.slice(-1)}/${name}`, name.startsWith('own') ? { service: hostOf(`${name.slice(-1)}/s`) } : {}),
      ),
    }),
  );
  return { plans, ids: PROXIES.map((name) => plans.connection(name).id) };
}

/** Worked out anew, for this proxy alone. */
function needs(plans: Plans, name: string, request: PushRequest): boolean {
  const { profile, mesh } = plans;
  const setup = { profile, options: defaultOptions(profile, 2), rootNamespace: mesh.rootNamespace };
  return planPush(plans.connection(name), request, setup).needed;
}

const ask = fc.record({
  request: fc.nat({ max: 6 }),
  /** In this order. */
  order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 1 }),
  /** Changes its subscriptions before. */
  changed: fc.option(fc.nat({ max: 5 }), { nil: undefined }),
});

describe('passing over proxies that do not need a push', () => {
  property.prop([fc.constantFrom(...VERSIONS), fc.array(ask, { minLength: 1, maxLength: 20 })], { numRuns: 300 })(
    'stops at the first one that does, whatever was asked before',
    (version, asks) => {
      const { plans, ids } = planned(version);
      const { endpoints, service: changed, change } = plans.requests;
      const requests = [
        ...SERVICES.map((name) => endpoints(name)),
        changed('b/s'),
        change('pa/b/strict'),
        { ...endpoints('a/s'), keys: new Set([...endpoints('b/s').keys, ...endpoints('c/s').keys]) },
      ];
      for (const { request, order, changed: who } of asks) {
        if (who !== undefined) plans.connection(PROXIES[who]!).watch({ rds: new NameSet([String(request)]) });
        const first = order.findIndex((place) => needs(plans, PROXIES[place]!, requests[request]!));
        const asked = Int32Array.from(order, (place) => ids[place]!);
        expect(plans.planner.skippable(asked, asked.length, requests[request]!)).toBe(first < 0 ? asked.length : first);
      }
    },
  );

  test('remembers nothing of audiences whose numbers have been given to others', () => {
    const { plans } = planned('1.30');
    const request = plans.requests.endpoints('a/t');
    for (let i = 0; i < 3_000; i++) {
      const [name, skippable] = i % 7 < 2 || i % 5 === 0 ? (['p-a', 0] as const) : (['p-b', 1] as const);
      const connection = plans.connection(name);
      connection.watch({ rds: new NameSet([String(i)]) });
      expect(plans.planner.skippable(Int32Array.of(connection.id), 1, request)).toBe(skippable);
    }
  });
});
