import { describe, expect, test } from 'vitest';
import { istiodBench, VERSIONS } from '../support/bench.js';
import { gatewayPod, meshOf, service, sidecar } from '../support/mesh.js';

function bench(version: (typeof VERSIONS)[number], start: 'synced' | 'cold') {
  const proxies = [
    sidecar('asks', { dnsCapture: true }),
    sidecar('plain'),
    gatewayPod('istio-system/edge', { dnsCapture: true }),
    { ...sidecar('waypoint', { dnsCapture: true }), type: 'waypoint' as const },
  ];
  return istiodBench({ version, start, mesh: meshOf({ services: [service('cart')], proxies }) });
}

describe('the name table', () => {
  test.each(VERSIONS)('%s: is asked for once by a sidecar that captures DNS, and by no other proxy', (version) => {
    const run = bench(version, 'cold');
    run.run();
    expect(run.metrics().pilot_xds_pushes.by.nds).toBe(1);
  });

  test.each(VERSIONS)('%s: follows services and not routes, for those who watch it', (version) => {
    const run = bench(version, 'synced');
    run.at(0).change('vs/cart');
    run.run();
    expect(run.metrics().pilot_xds_pushes.by.nds).toBeUndefined();
    run.at(1_000).service('new');
    run.run();
    expect(run.metrics().pilot_xds_pushes.by.nds).toBe(1);
  });
});
