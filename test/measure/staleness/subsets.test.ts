import { describe, expect, test } from 'vitest';
import { ObjectReferences } from '../../../src/cluster/object-references.js';
import { MissingSubsets } from '../../../src/measure/staleness/missing-subsets.js';
import type { ConfigObject, MeshSpec } from '../../../src/mesh/spec.js';
import type { WatchEvent } from '../../../src/pipeline/model/watch-event.js';
import { runScenario } from '../../support/scenario.js';

const EMPTY: MeshSpec = {
  rootNamespace: 'istio-system',
  discoverySelectors: [],
  namespaces: [],
  services: [],
  proxies: [],
  configs: [],
};

function object(kind: 'VirtualService' | 'DestinationRule', spec: ConfigObject['spec']): WatchEvent {
  const written = { kind, namespace: 'shop', name: 'cart', labels: {}, spec };
  return { of: 'config', action: 'write', object: written, edit: 'spec' };
}

const route = (subset?: string) =>
  object('VirtualService', { http: [{ route: [{ destination: { host: 'cart', ...(subset && { subset }) } }] }] });
const rule = (...subsets: string[]) =>
  object('DestinationRule', { host: 'cart.shop.svc.cluster.local', subsets: subsets.map((name) => ({ name })) });

const DANGLING = { id: 'VirtualService shop/cart to cart.shop.svc.cluster.local canary', atGateways: false };

test('a route to a subset that no rule defines dangles until a rule defines it', () => {
  const references = new ObjectReferences(EMPTY);
  expect(references.of(rule('stable'))).not.toHaveProperty('opens');
  expect(references.of(route('stable'))).not.toHaveProperty('opens');
  expect(references.of(route('canary'))).toMatchObject({ opens: [DANGLING] });
  expect(references.of(rule('stable', 'canary'))).toMatchObject({ closes: [DANGLING] });
});

test('a rule that goes before its route leaves the route dangling', () => {
  const references = new ObjectReferences(EMPTY);
  references.of(rule('canary'));
  references.of(route('canary'));
  expect(references.of(rule())).toMatchObject({ opens: [DANGLING] });
  expect(references.of(route())).toMatchObject({ closes: [DANGLING] });
});

test('a proxy lacks the subset from its use of the route to its use of the rule', () => {
  const missing = new MissingSubsets();
  const [opens, closes] = [
    { ...REFERENCE, opens: [DANGLING] },
    { ...REFERENCE, closes: [DANGLING] },
  ];
  missing.used(opens, 1, false, 5e9);
  missing.used(opens, 2, false, 6e9);
  missing.used(opens, 3, false, 7e9);
  missing.used(closes, 1, false, 8e9);
  // Both in one push: clusters come before routes, so there is no window.
  missing.used(closes, 2, false, 6e9);
  expect(missing.result()).toEqual({ windows: 1, proxies: 1, longest: 3, proxy_seconds: 3, still_open: 1 });
});

test('a route counts only where it is: at sidecars, at gateways, or at both', () => {
  const boundTo = (...gateways: string[]) => {
    const http = [{ route: [{ destination: { host: 'cart', subset: 'canary' } }] }];
    return new ObjectReferences(EMPTY)
      .of(object('VirtualService', { http, gateways }))
      .opens?.map(({ atGateways }) => atGateways);
  };
  expect([boundTo(), boundTo('mesh'), boundTo('edge'), boundTo('mesh', 'edge')]).toEqual([
    [false],
    [false],
    [true],
    [false, true],
  ]);
  const missing = new MissingSubsets();
  const reference = { ...REFERENCE, opens: [{ ...DANGLING, atGateways: true }] };
  missing.used(reference, 1, false, 5e9);
  missing.used(reference, 2, true, 5e9);
  expect(missing.result().still_open).toBe(1);
});

const REFERENCE = { kind: 'VirtualService', namespace: 'shop', name: 'cart' };

test('a service that is deleted takes all its endpoints with it', () => {
  const service = { name: 'cart', namespace: 'shop', host: 'h', ports: [], exportTo: [], endpoints: 3 };
  const references = new ObjectReferences({ ...EMPTY, services: [{ ...service, resolution: 'client' }] });
  const slice = (ready: number): WatchEvent => ({
    of: 'endpoints',
    namespace: 'shop',
    host: 'h',
    ready,
    changed: true,
  });
  expect(references.of(slice(5))).toEqual({ kind: 'EndpointSlice', namespace: 'shop', name: 'cart' });
  expect(references.of(slice(4))).toMatchObject({ removed: 1 });
  const gone = references.of({ of: 'service', action: 'delete', namespace: 'shop', host: 'h' });
  expect(gone).toEqual({ kind: 'Service', namespace: 'shop', name: 'cart', removed: 4 });
});

describe('a canary of which every cost is known', () => {
  // Nothing but what is counted below takes time, so all proxies do the same at the same time.
  const types = ['cds', 'eds', 'lds', 'rds'].map((type) => `costs.generate.${type}=0s`);
  const known = [...types, 'costs.proxyState=0s', 'costs.context=10ms'];
  const windows = (name: string, ...sets: string[]) => runScenario(name, ...known, ...sets).staleness.missing_subsets;
  // Four carts and fifty of the web.
  const PROXIES = 54;

  test('whose route comes first: two seconds, and the two messages more that bring the rule', () => {
    // Watch 5 ms, debounce 100 ms, context 10 ms, wire 1 ms; then CDS, LDS and RDS at 3 ms each.
    const routeInUse = 5_000 + 5 + 100 + 10 + 1 + 3 * 3;
    // The same for the rule, which also delivers endpoints, and after which those of the subset are asked for.
    const ruleInUse = 7_000 + 5 + 100 + 10 + 1 + 5 * 3;
    const window = ruleInUse - routeInUse;
    expect(window).toBe(2_006);
    expect(windows('canary-route-first')).toEqual({
      windows: PROXIES,
      proxies: PROXIES,
      longest: window / 1_000,
      proxy_seconds: (PROXIES * window) / 1_000,
      still_open: 0,
    });
  });

  test('beside an ingress gateway, which has no routes of the mesh: the same', () => {
    const edge = 'mesh.proxies=[{ name: edge, namespace: istio-system, type: gateway, labels: { istio: edge } }]';
    expect(windows('canary-route-first', edge)).toMatchObject({ windows: PROXIES, proxies: PROXIES });
  });

  test('whose rule never comes: every proxy lacks the subset to the end', () => {
    const none = { windows: 0, proxies: 0, longest: 0, proxy_seconds: 0 };
    expect(windows('canary-route-first', 'events[1].at=20s')).toEqual({ ...none, still_open: PROXIES });
  });

  test('whose rule comes first: none', () => {
    expect(windows('canary-rule-first')).toMatchObject({ windows: 0, proxies: 0, still_open: 0 });
  });

  test('whose rule comes in the same push: until the subset has endpoints, which it gets one message after the route', () => {
    const same = windows('canary-route-first', 'events[1].at=5050ms');
    expect(same).toMatchObject({ windows: PROXIES, longest: 0.003, still_open: 0 });
  });

  test('whose rule is deleted before the route is mended: a window for each proxy once more', () => {
    const gone = 'events[1]={ at: 9s, delete: { kind: DestinationRule, name: cart, namespace: shop } }';
    // Both subsets, stable and canary, are dangling from 9 s on; canary has been since the route came.
    expect(windows('canary-route-first', gone)).toMatchObject({ windows: 0, still_open: 2 * PROXIES });
  });
});

test('in the shipped canary every proxy sends to an unknown subset for two seconds, give or take a push', () => {
  const { windows, proxies, longest, proxy_seconds } = runScenario('canary-route-first').staleness.missing_subsets;
  expect([windows, proxies]).toEqual([54, 54]);
  expect(longest).toBeLessThan(2.02);
  expect(proxy_seconds / windows).toBeCloseTo(2.003, 2);
  expect(runScenario('canary-rule-first').staleness.missing_subsets.windows).toBe(0);
});
