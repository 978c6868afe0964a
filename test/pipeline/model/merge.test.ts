import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { profileOf } from '../../../src/istio/profile.js';
import { newChange, newDelivery } from '../../../src/pipeline/model/change.js';
import { mergeRequests, type PushRequest, pushRequest } from '../../../src/pipeline/model/push-request.js';
import { VERSIONS } from '../../support/bench.js';
import { plansOf } from '../../support/connections.js';
import { meshOf, service, sidecar, virtualService } from '../../support/mesh.js';
import { keysOf, requestsOf } from '../../support/request.js';

function merge(version: IstioVersion, ...requests: readonly PushRequest[]): PushRequest {
  return requests.reduce((first, later) => mergeRequests(first, later, !profileOf(version).hasForced));
}

describe('two requests become one', () => {
  test.each(VERSIONS)('with the keys of both, each once (%s)', (version) => {
    const { change } = requestsOf(version);
    const requests = requestsOf(version);
    const merged = merge(version, requests.change('vs/cart'), requests.change('vs/pay'), requests.change('vs/cart'));
    expect(keysOf(merged)).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
    expect(change).toBeDefined();
  });

  test.each(VERSIONS)('with every reason as often as it was given (%s)', (version) => {
    const requests = requestsOf(version);
    const merged = merge(
      version,
      requests.endpoints('cart'),
      requests.endpoints('cart'),
      requests.change('vs/pay'),
      requests.endpoints('pay'),
    );
    expect([...merged.reasons]).toEqual([
      ['endpoint', 3],
      ['config', 1],
    ]);
  });

  test.each(['1.17', '1.30'] as const)('full as soon as one is (%s)', (version) => {
    const { endpoints, change } = requestsOf(version);
    expect(merge(version, endpoints('cart'), endpoints('pay')).full).toBe(false);
    expect(merge(version, endpoints('cart'), change('vs/pay')).full).toBe(true);
    expect(merge(version, change('vs/pay'), endpoints('cart')).full).toBe(true);
  });

  test.each(['1.30', '1.32-dev'] as const)('forced as soon as one is, the keys of the others kept (%s)', (version) => {
    const { everything, change } = requestsOf(version);
    for (const merged of [
      merge(version, everything(), change('vs/cart')),
      merge(version, change('vs/cart'), everything()),
    ]) {
      expect(merged.forced).toBe(true);
      expect(keysOf(merged)).toEqual(['VirtualService shop/cart']);
    }
    expect(merge(version, change('vs/cart'), change('vs/pay')).forced).toBe(false);
  });

  test('in 1.17 a single request without keys erases the keys of all others: everything to everybody', () => {
    const { everything, change } = requestsOf('1.17');
    expect(keysOf(merge('1.17', change('vs/cart'), everything(), change('vs/pay')))).toEqual([]);
    expect(keysOf(merge('1.17', everything(), change('vs/cart')))).toEqual([]);
  });

  test('the development head never marks a request as full', () => {
    const { change, everything, endpoints } = requestsOf('1.32-dev');
    expect(merge('1.32-dev', change('vs/cart'), everything(), endpoints('pay')).full).toBe(false);
  });

  test('the older start and the newer context are kept', () => {
    const { mesh } = plansOf('1.17', meshOf({}));
    const context = (number: number) => ({ number, tables: mesh.tables(number) });
    const request = { ...requestsOf('1.17').change('vs/cart') };
    const first = { ...request, start: 5, context: context(1) };
    const later = { ...request, start: 9, context: context(2) };
    expect(merge('1.17', first, later)).toMatchObject({ start: 5, context: later.context });
    // A proxy update may carry an older context than the push that it joins.
    expect(merge('1.17', later, first)).toMatchObject({ start: 5, context: first.context });
    expect(merge('1.17', first, request)).toMatchObject({ start: 5, context: first.context });
    expect(merge('1.17', request, later)).toMatchObject({ start: 9, context: later.context });
  });

  test('no change is lost, and one that came twice is counted twice', () => {
    const [a, b] = [newDelivery(newChange(0, 'a', 0)), newDelivery(newChange(1, 'b', 0))];
    const of = (...changes: (typeof a)[]) => pushRequest({ reason: 'config', changes });
    expect(merge('1.17', of(a), of(b), of(a)).changes).toEqual([a, b, a]);
    expect(merge('1.17', of(a), of()).changes).toEqual([a]);
    expect(merge('1.17', of(), of(b)).changes).toEqual([b]);
  });

  test('neither of the two is altered: other connections still wait with them', () => {
    const { change } = requestsOf('1.30');
    const [first, later] = [change('vs/cart'), change('vs/pay')];
    merge('1.30', first, later);
    expect(keysOf(first)).toEqual(['VirtualService shop/cart']);
    expect([...first.reasons]).toEqual([['config', 1]]);
    expect(keysOf(later)).toEqual(['VirtualService shop/pay']);
  });
});

describe('an endpoint change and a route change in one window', () => {
  const MESH = meshOf({
    services: [service('cart'), service('pay')],
    configs: [virtualService('pay')],
    proxies: [sidecar('client')],
  });

  const merged = (version: IstioVersion) => {
    const plans = plansOf(version, MESH);
    return { plans, request: merge(version, plans.requests.endpoints('cart'), plans.requests.change('vs/pay')) };
  };

  test.each(['1.17', '1.30'] as const)('promote the endpoint change to a change of the service in %s', (version) => {
    const { request, plans } = merged(version);
    expect(request.full).toBe(true);
    expect(keysOf(request)).toEqual(['ServiceEntry shop/cart.shop.svc.cluster.local', 'VirtualService shop/pay']);
    // CDS and the name table because of the service, which a change of its endpoints alone would have left out.
    expect(plans.types('client', request)).toEqual(['cds', 'eds', 'lds', 'rds', 'nds']);
    expect(plans.types('client', plans.requests.endpoints('cart'))).toEqual(['eds']);
  });

  test('stay what they are in the development head', () => {
    const { request, plans } = merged('1.32-dev');
    expect(keysOf(request)).toEqual(['Endpoints shop/cart.shop.svc.cluster.local', 'VirtualService shop/pay']);
    expect(plans.types('client', request)).toEqual(['cds', 'eds', 'lds', 'rds']);
  });
});
