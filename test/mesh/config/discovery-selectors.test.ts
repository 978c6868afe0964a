import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { istiodBench, VERSIONS } from '../../support/bench.js';
import { meshOf, service, sidecar, virtualService } from '../../support/mesh.js';

const SELECTED = {
  discoverySelectors: [{ matchLabels: { env: 'prod', team: 'shop' } }, { matchLabels: { mesh: 'in' } }],
  namespaces: [
    { name: 'shop', labels: { env: 'prod', team: 'shop' } },
    { name: 'half', labels: { env: 'prod' } },
    { name: 'other', labels: { mesh: 'in' } },
  ],
};

function bench(version: IstioVersion, options = {}) {
  return istiodBench({
    version,
    options,
    mesh: meshOf({
      ...SELECTED,
      services: [service('cart'), service('half/stock'), service('other/mail'), service('unlisted/ads')],
      proxies: [sidecar('cart'), sidecar('half/stock')],
    }),
  });
}

describe('discoverySelectors', () => {
  test('without any, every namespace is in the mesh', () => {
    const mesh = meshOf({ services: [service('cart'), service('unlisted/ads')] });
    expect(istiodBench({ mesh }).mesh.serviceCount).toBe(2);
  });

  test.each(VERSIONS)('%s: a namespace is in when all labels of any selector match', (version) => {
    const { mesh } = bench(version);
    expect([...mesh.services].map(({ spec }) => spec.name)).toEqual(['cart', 'mail']);
  });

  test('a namespace that is not listed has its name as its one label', () => {
    const mesh = meshOf({
      discoverySelectors: [{ matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }],
      services: [service('cart'), service('unlisted/ads')],
    });
    expect(istiodBench({ mesh }).mesh.serviceCount).toBe(1);
  });

  test.each(VERSIONS)('%s: events of other namespaces reach no handler and no counter', (version) => {
    const run = bench(version);
    run.at(0).service('half/new');
    run.at(10).endpoints('half/stock', 3);
    run.at(20).removeService('half/stock');
    run.at(30).pod('stock');
    run.run();
    expect(run.metrics().pilot_inbound_updates.total).toBe(0);
    expect(run.notes.rounds).toEqual([]);
    run.at(1_000).endpoints('cart', 3);
    run.run();
    expect(run.metrics().pilot_xds_pushes.by).toEqual({ eds: 2 });
  });

  test.each([
    ['1.17', {}, 1],
    ['1.17', { enhancedResourceScoping: true }, 0],
    ['1.30', {}, 0],
    ['1.32-dev', {}, 0],
  ] as const)('%s %o: routes of other namespaces are handled %d times', (version, options, times) => {
    const run = bench(version, options);
    run.at(0).change('vs/half/stock');
    run.run();
    expect(run.metrics().pilot_inbound_updates.total).toBe(times);
  });

  test.each([
    ['1.17', { enhancedResourceScoping: true }, 1],
    ['1.30', {}, 0],
  ] as const)('%s: secrets of other namespaces are handled %d times', (version, options, times) => {
    const run = bench(version, options);
    run.at(0).change('secret/half/cert');
    run.run();
    expect(run.metrics().pilot_inbound_updates.total).toBe(times);
  });

  test('objects of other namespaces are not in the mesh from the start either', () => {
    const parts = { ...SELECTED, configs: [virtualService('half/stock'), virtualService('cart')] };
    const at = (version: IstioVersion) => istiodBench({ version, mesh: meshOf(parts) }).mesh.configs('VirtualService');
    expect(at('1.30').length).toBe(1);
    expect(at('1.17').length).toBe(2);
  });
});
