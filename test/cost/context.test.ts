/** What building a push context takes, by what it has to build. */
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/experiment/simulate.js';
import { scenarioOf } from '../support/measured.js';

/** Seconds of the context after one event, in a mesh of two hundred services and a hundred routes. */
function contextAfter(version: string, event: string): number {
  const { metrics } = simulate(
    scenarioOf(`
description: One context is built
istio: "${version}"
mesh:
  generate:
    - { namespace: shop, name: cart, services: 200, endpoints: 1, virtualServices: 100 }
    - { namespace: web, name: web, services: 1, endpoints: 2, proxies: 1 per endpoint }
  resources:
    - { apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: default, namespace: web }, spec: { egress: [{ hosts: ["*/*"] }] } }
events: [{ at: 1s, ${event} }]
run: { duration: 5s }
`),
  );
  expect(metrics.pilot_pushcontext_init_seconds.count).toBe(1);
  return metrics.pilot_pushcontext_init_seconds.mean;
}

const route = (kind: string) =>
  `apply: { apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, metadata: { name: cart, namespace: shop }, spec: {} }`;
const virtualService = 'update: { kind: VirtualService, target: any }';

describe('the push context of 1.17', () => {
  test.each(['HTTPRoute', 'TCPRoute', 'ReferenceGrant'])(
    'takes as long after a %s as after a VirtualService: the same parts are rebuilt',
    (kind) => {
      expect(contextAfter('1.17', route(kind))).toBe(contextAfter('1.17', virtualService));
    },
  );
});
