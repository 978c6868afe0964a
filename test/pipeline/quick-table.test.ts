import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../src/istio/profile.js';
import { istiodBench, VERSIONS, type Writes } from '../support/bench.js';
import { gateway, gatewayPod, meshOf, service, sidecar, TCP } from '../support/mesh.js';

/** Three services whose endpoints a sidecar watches, one of them in another namespace, and two headless ones. */
const MESH = meshOf({
  services: [
    service('cart'),
    service('pay', { endpoints: 0 }),
    service('data/db'),
    service('nodes', { resolution: 'headless', ports: TCP }),
    service('pages', { resolution: 'headless' }),
  ],
  configs: [gateway('istio-system/edge')],
  proxies: [sidecar('sidecar'), gatewayPod('istio-system/gateway')],
});

/** What one push delivers a proxy: `cds eds(1) lds`, with the number of services in a partial push of endpoints. */
function pushed(version: IstioVersion, xds: 'sotw' | 'delta', write: (at: Writes) => void): Record<string, string> {
  const bench = istiodBench({ version, mesh: MESH, options: { xds } });
  write(bench.at(0));
  bench.run();
  return Object.fromEntries(
    ['sidecar', 'gateway'].map((proxy) => {
      const own = bench.notes.messages.filter(({ to, answer }) => to === proxy && !answer);
      const types = own.map(({ type, names }) => (type === 'eds' ? `eds(${names})` : type)).join(' ');
      const converged = bench.notes.converged.some(({ to }) => to === proxy);
      return [proxy, converged ? types || 'nothing' : 'no push'];
    }),
  );
}

const GAMMA_ROUTE = {
  parentRefs: [{ kind: 'Service', name: 'cart' }],
  rules: [{ backendRefs: [{ name: 'pay' }] }],
};
const IMPORT_ALL = { egress: [{ hosts: ['*/*'] }] };

type Row = readonly [change: string, write: (at: Writes) => void, sidecar: string | Later, gateway?: string | Later];
/** By version, where they differ. */
type Later = readonly [a: string, b: string, c: string];

const EVERYTHING = 'cds eds(all) lds rds';

const ROWS: readonly Row[] = [
  ['an endpoint', (at) => at.endpoints('cart', 2), 'eds(1)', 'eds(1)'],
  ['the first endpoint of a service', (at) => at.endpoints('pay', 1), 'cds eds(1) lds rds', 'cds eds(1) lds rds'],
  [
    'another service account',
    (at) => at.endpoints('cart', 1, { accounts: 'b' }),
    'cds eds(1) lds rds',
    'cds eds(1) lds rds',
  ],
  // The new cluster is not watched yet; the endpoints are the answer to the subscription.
  ['a new service', (at) => at.service('ship'), 'cds lds rds', 'cds lds rds'],
  ['a headless TCP endpoint', (at) => at.endpoints('nodes', 2), 'cds lds rds', 'cds eds(1) lds rds'],
  [
    'a headless TCP endpoint that EDS ignores',
    (at) => at.endpoints('nodes', 1, { changed: false }),
    ['cds lds rds', 'cds lds rds', 'lds'],
    ['cds eds(1) lds rds', 'cds eds(1) lds rds', 'eds(1)'],
  ],
  [
    // Its DNSName key joins that of the endpoint in one window: a full push in 1.30, and all endpoints since.
    'a headless HTTP endpoint',
    (at) => at.endpoints('pages', 2),
    ['cds lds rds', EVERYTHING, 'eds(all)'],
    ['cds eds(1) lds rds', EVERYTHING, 'eds(all)'],
  ],
  ['a VirtualService', (at) => at.change('vs/cart'), 'cds lds rds', 'cds lds rds'],
  [
    'a DestinationRule',
    (at) => at.change('dr/cart'),
    [EVERYTHING, 'cds eds(1) lds rds', 'cds eds(1) lds rds'],
    [EVERYTHING, 'cds eds(1) lds rds', 'cds eds(1) lds rds'],
  ],
  ['a Gateway', (at) => at.change('gw/edge'), 'no push', ['lds rds', 'cds lds rds', 'cds lds rds']],
  [
    'a Sidecar',
    (at) => at.change('sidecar/all', { spec: IMPORT_ALL }),
    [EVERYTHING, 'cds lds rds', 'cds lds rds'],
    'no push',
  ],
  ['an EnvoyFilter', (at) => at.change('ef/cart'), EVERYTHING, EVERYTHING],
  [
    'a PeerAuthentication of its namespace',
    (at) => at.change('pa/strict'),
    ['cds eds(all) lds', 'cds eds(2) lds', 'cds eds(2) lds'],
  ],
  [
    'a PeerAuthentication of another namespace',
    (at) => at.change('pa/data/strict'),
    ['cds eds(all) lds', 'cds eds(1)', 'cds eds(1)'],
  ],
  ['an AuthorizationPolicy', (at) => at.change('ap/cart'), 'lds', 'lds'],
  ['a RequestAuthentication', (at) => at.change('ra/cart'), 'lds', 'lds'],
  ['a Telemetry', (at) => at.change('telemetry/cart'), 'lds', 'lds'],
  ['a WasmPlugin', (at) => at.change('wasm/cart'), 'lds', 'lds'],
  ['a ProxyConfig', (at) => at.change('pc/cart'), 'nothing', 'nothing'],
  ['a Secret nobody uses', (at) => at.change('secret/cert'), 'nothing', 'nothing'],
  [
    'a CA certificate',
    (at) => at.change('configmap/ca'),
    ['no push', 'eds(all)', EVERYTHING],
    ['no push', 'eds(all)', EVERYTHING],
  ],
  [
    'an HTTPRoute of the mesh',
    (at) => at.change('HTTPRoute/cart', { spec: GAMMA_ROUTE }),
    [EVERYTHING, 'cds lds rds', 'cds lds rds'],
    [EVERYTHING, 'cds lds rds', 'cds lds rds'],
  ],
  ['the mesh configuration', (at) => at.meshConfig(), EVERYTHING, EVERYTHING],
  ['the pod itself', (at) => at.pod('sidecar'), EVERYTHING, 'no push'],
];

describe.each(['sotw', 'delta'] as const)('what a single change regenerates (%s)', (xds) => {
  for (const [change, write, atSidecar, atGateway] of ROWS) {
    test(change, () => {
      for (const [index, version] of VERSIONS.entries()) {
        const of = (cell: string | Later): string => (typeof cell === 'string' ? cell : cell[index]!);
        const seen = pushed(version, xds, write);
        expect(seen.sidecar, version).toBe(of(atSidecar));
        if (atGateway !== undefined) expect(seen.gateway, version).toBe(of(atGateway));
      }
    });
  }
});
