import { expect, test } from 'vitest';
import { hostMatches, hostsOverlap, resolveHost } from '../../src/mesh/hosts.js';

test.each([
  ['*', 'cart.shop', true],
  ['cart.shop', 'cart.shop', true],
  ['cart.shop', 'pay.shop', false],
  ['*.shop', 'cart.shop', true],
  ['*.shop', 'cart.shop.eu', false],
  ['*.shop', 'shop', false],
  ['*.shop', 'cart.bookshop', false],
  ['*shop', 'cart.bookshop', true],
  ['*.shop', '*.cart.shop', true],
  ['*.cart.shop', '*.shop', false],
  ['cart.shop', '*.shop', false],
])('the pattern %s covers %s: %s', (pattern, host, covered) => {
  expect(hostMatches(pattern, host)).toBe(covered);
});

test.each([
  ['*.shop', 'cart.shop', true],
  ['cart.shop', '*.shop', true],
  ['*.cart.shop', '*.shop', true],
  ['*.cart.shop', '*.pay.shop', false],
])('%s and %s have a host in common: %s', (one, other, common) => {
  expect(hostsOverlap(one, other)).toBe(common);
  expect(hostsOverlap(other, one)).toBe(common);
});

test.each([
  ['cart', 'cart.shop.svc.cluster.local'],
  ['cart.data.svc.cluster.local', 'cart.data.svc.cluster.local'],
  ['api.example.com', 'api.example.com'],
  ['*', '*'],
])('%s means %s in an object of shop', (host, resolved) => {
  expect(resolveHost(host, 'shop')).toBe(resolved);
});
