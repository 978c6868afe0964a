import { describe, expect, test } from 'vitest';
import { Mesh } from '../../../src/mesh/mesh.js';
import type { ConfigObject } from '../../../src/mesh/spec.js';
import { destinationRule, meshOf, ROOT, service, sidecar } from '../../support/mesh.js';

const SERVICES = ['shop/cart', 'data/db', 'data/cache'].map((name) => service(name));

/** Rules in the scope of a proxy of this namespace, with the services each is selected for. */
function selected(rules: readonly ConfigObject[], namespace = 'shop'): Record<string, readonly string[]> {
  const mesh = new Mesh(meshOf({ services: SERVICES, configs: rules, proxies: [sidecar(`${namespace}/me`)] }));
  const scope = mesh.tables(1).scopes.of(mesh.proxies[0]!.shape);
  const names = scope.destinationRules.map(({ key }) => {
    expect(scope.dependsOn(key)).toBe(true);
    return [`${key.namespace}/${key.name}`, scope.servicesOf(key).map(({ name }) => name.split('.')[0]!)] as const;
  });
  return Object.fromEntries(names);
}

const rule = (name: string, host: string, exportTo: readonly string[] = []) =>
  destinationRule(name, { host, exportTo });
const DB = 'db.data.svc.cluster.local';
const DATA = '*.data.svc.cluster.local';

describe('the rule of a service', () => {
  const everywhere = [rule(`${ROOT}/r`, DB), rule('data/d', DB), rule('shop/s', DB)];

  test('is that of the namespace of the proxy, else that of the service, else that of the root namespace', () => {
    expect(selected(everywhere)).toEqual({ 'shop/s': ['db'] });
    expect(selected(everywhere, 'data')).toEqual({ 'data/d': ['db'] });
    expect(selected(everywhere, 'other')).toEqual({ 'data/d': ['db'] });
    expect(selected([rule(`${ROOT}/r`, DB), rule('shop/s', 'cart.shop.svc.cluster.local')], 'other')).toEqual({
      [`${ROOT}/r`]: ['db'],
      'shop/s': ['cart'],
    });
  });

  test('is never one of a namespace that has no say', () => {
    expect(selected([rule('other/o', DB)])).toEqual({});
  });

  test('is even a wildcard of the first namespace before its full name in the next', () => {
    expect(selected([rule('data/d', DB), rule('shop/all', '*')])).toEqual({ 'shop/all': ['cart', 'db', 'cache'] });
  });

  test('is, within a namespace, the one for its full name, else the longest wildcard', () => {
    const rules = [rule('data/any', '*'), rule('data/all', DATA), rule('data/local', '*.local'), rule('data/db', DB)];
    expect(selected(rules)).toEqual({ 'data/db': ['db'], 'data/all': ['cache'] });
    expect(selected([rule('shop/any', '*'), rule('shop/local', '*.local')])).toEqual({
      'shop/local': ['cart', 'db', 'cache'],
    });
  });

  test('is several rules of one namespace for one host, which merge', () => {
    expect(selected([rule('data/one', DB), rule('data/two', DB), rule('data/all', '*')])).toEqual({
      'data/one': ['db'],
      'data/two': ['db'],
      'data/all': ['cache'],
    });
  });

  test('is one that is exported to the proxy: what its namespace keeps for itself does not stand in the way', () => {
    const rules = [rule('data/db', DB, ['.']), rule('data/all', DATA, ['shop']), rule(`${ROOT}/r`, DB)];
    expect(selected(rules)).toEqual({ 'data/all': ['db', 'cache'] });
    expect(selected(rules, 'other')).toEqual({ [`${ROOT}/r`]: ['db'] });
    expect(selected(rules, 'data')).toEqual({ 'data/db': ['db'] });
  });

  test('is none of its namespace if the most specific is exported to others only', () => {
    const rules = [rule('data/db', DB, ['other']), rule('data/all', DATA), rule(`${ROOT}/r`, DB)];
    expect(selected(rules)).toEqual({ 'data/all': ['cache'], [`${ROOT}/r`]: ['db'] });
    expect(selected(rules, 'other')).toEqual({ 'data/db': ['db'], 'data/all': ['cache'] });
  });

  test('is, for proxies of the root namespace, that of the service first, unless a rule is for them alone', () => {
    const forAll = [rule(`${ROOT}/all`, '*.local'), rule('data/db', DB)];
    expect(selected(forAll, ROOT)).toEqual({ [`${ROOT}/all`]: ['cart', 'cache'], 'data/db': ['db'] });
    expect(selected([...forAll, rule(`${ROOT}/own`, DATA, ['.'])], ROOT)).toEqual({
      [`${ROOT}/all`]: ['cart'],
      [`${ROOT}/own`]: ['db', 'cache'],
    });
  });
});
