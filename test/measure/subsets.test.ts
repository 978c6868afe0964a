import { expect, test } from 'vitest';
import { Subjects } from '../../src/experiment/subjects.js';
import { MissingSubsets } from '../../src/measure/missing-subsets.js';
import type { ConfigObject, MeshSpec } from '../../src/mesh/spec.js';
import type { WatchEvent } from '../../src/pipeline/1-events.js';

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

const DANGLING = 'VirtualService shop/cart to cart.shop.svc.cluster.local canary';

test('a route to a subset that no rule defines dangles until a rule defines it', () => {
  const subjects = new Subjects(EMPTY);
  expect(subjects.of(rule('stable'))).not.toHaveProperty('opens');
  expect(subjects.of(route('stable'))).not.toHaveProperty('opens');
  expect(subjects.of(route('canary'))).toMatchObject({ opens: [DANGLING] });
  expect(subjects.of(rule('stable', 'canary'))).toMatchObject({ closes: [DANGLING] });
});

test('a rule that goes before its route leaves the route dangling', () => {
  const subjects = new Subjects(EMPTY);
  subjects.of(rule('canary'));
  subjects.of(route('canary'));
  expect(subjects.of(rule())).toMatchObject({ opens: [DANGLING] });
  expect(subjects.of(route())).toMatchObject({ closes: [DANGLING] });
});

test('a proxy lacks the subset from its use of the route to its use of the rule', () => {
  const missing = new MissingSubsets();
  const [opens, closes] = [
    { ...SUBJECT, opens: [DANGLING] },
    { ...SUBJECT, closes: [DANGLING] },
  ];
  missing.used(opens, 1, 5e9);
  missing.used(opens, 2, 6e9);
  missing.used(opens, 3, 7e9);
  missing.used(closes, 1, 8e9);
  // Both in one push: clusters come before routes, so there is no window.
  missing.used(closes, 2, 6e9);
  expect(missing.result()).toEqual({ windows: 1, proxies: 1, longest: 3, proxy_seconds: 3, still_open: 1 });
});

const SUBJECT = { kind: 'VirtualService', namespace: 'shop', name: 'cart' };

test('a service that is deleted takes all its endpoints with it', () => {
  const service = { name: 'cart', namespace: 'shop', host: 'h', ports: [], exportTo: [], endpoints: 3 };
  const subjects = new Subjects({ ...EMPTY, services: [{ ...service, resolution: 'client' }] });
  const slice = (ready: number): WatchEvent => ({
    of: 'endpoints',
    namespace: 'shop',
    host: 'h',
    ready,
    changed: true,
  });
  expect(subjects.of(slice(5))).toEqual({ kind: 'EndpointSlice', namespace: 'shop', name: 'cart' });
  expect(subjects.of(slice(4))).toMatchObject({ removed: 1 });
  const gone = subjects.of({ of: 'service', action: 'delete', namespace: 'shop', host: 'h' });
  expect(gone).toEqual({ kind: 'Service', namespace: 'shop', name: 'cart', removed: 4 });
});
