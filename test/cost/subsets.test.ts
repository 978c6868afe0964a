/** What DestinationRules add to the clusters of a proxy. */
import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../src/cost/profiles/index.js';
import { sizeOf } from '../../src/cost/sizes.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { ConfigObject, PortSpec } from '../../src/mesh/spec.js';
import { generationFor } from '../support/generation.js';
import { destinationRule, meshOf, service, sidecar } from '../support/mesh.js';

const { bytes } = coefficientsOf('1.30');
const PORTS: readonly PortSpec[] = [80, 81].map((number) => ({ name: `http-${number}`, number, protocol: 'http' }));
const SUBSETS = { subsets: [{ name: 'v1' }, { name: 'v2' }] };

/** Bytes that the rules add to all clusters, and to those of `cart` alone. */
function added(...configs: readonly ConfigObject[]): readonly number[] {
  const sizes = [[], configs].map((objects) => {
    const services = [service('cart', { ports: PORTS }), service('pay')];
    const mesh = new Mesh(meshOf({ services, configs: objects, proxies: [sidecar('client')] }));
    const all = generationFor(mesh, mesh.proxies[0]!, 'cds');
    const names = all.scope.selection.services.filter(({ spec }) => spec.name === 'cart').map(({ key }) => key);
    return [all, { ...all, names, delta: true }].map((generation) => sizeOf(generation, mesh, bytes));
  });
  return sizes[1]!.map((size, i) => Math.round(size - sizes[0]![i]!));
}

describe('the clusters of a proxy', () => {
  test('have one for each subset and port of a service, in a delta as well', () => {
    const expected = Math.round(4 * bytes.cds.perCluster + bytes.cds.perDestinationRule);
    expect(added(destinationRule('cart', SUBSETS))).toEqual([expected, expected]);
  });

  test('have those of a wildcard rule for every service that has no rule of its own', () => {
    const wide = destinationRule('wide', { host: '*.local', ...SUBSETS });
    const each = (clusters: number) => Math.round(clusters * bytes.cds.perCluster + bytes.cds.perDestinationRule);
    expect(added(wide)).toEqual([each(4) + each(2), each(4)]);
    expect(added(wide, destinationRule('cart'))).toEqual([each(0) + each(2), each(0)]);
  });
});
