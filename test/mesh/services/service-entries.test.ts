import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { Mesh } from '../../../src/mesh/mesh.js';
import { istiodBench, VERSIONS } from '../../support/bench.js';
import { meshOf, object, service, sidecar } from '../../support/mesh.js';

const HTTPS = [{ number: 443, name: 'tls', protocol: 'TLS' }];
const STATIC = {
  hosts: ['api.example.com', 'img.example.com'],
  ports: HTTPS,
  resolution: 'STATIC',
  endpoints: [{ address: '192.0.2.1' }, { address: '192.0.2.2' }],
};
const DNS = { hosts: ['api.example.com'], ports: HTTPS, resolution: 'DNS' };
const entry = (spec: Readonly<Record<string, unknown>>) => object('ServiceEntry', 'egress/api', spec);
const LATER: readonly IstioVersion[] = ['1.30', '1.32-dev'];

function bench(version: IstioVersion, spec?: Readonly<Record<string, unknown>>) {
  const configs = spec === undefined ? [] : [entry(spec)];
  return istiodBench({ version, mesh: meshOf({ services: [service('cart')], proxies: [sidecar('cart')], configs }) });
}

/** What the counters of updates and of causes say after one thing was written. */
function counted(run: ReturnType<typeof bench>) {
  run.run();
  const { pilot_inbound_updates, pilot_push_triggers, pilot_xds_pushes } = run.metrics();
  return { updates: pilot_inbound_updates.by, reasons: pilot_push_triggers.by, pushes: pilot_xds_pushes.by };
}

describe('a ServiceEntry in the mesh', () => {
  test('makes a service of each of its hosts, in its own namespace', () => {
    const mesh = new Mesh(meshOf({ configs: [entry({ ...STATIC, exportTo: ['.'] })] }));
    const parts = { namespace: 'egress', exportTo: ['.'], resolution: 'client', endpoints: 2 };
    expect([...mesh.services].map(({ spec }) => spec)).toEqual([
      {
        ...parts,
        name: 'api.example.com',
        host: 'api.example.com',
        ports: [{ name: 'tls', number: 443, protocol: 'tls' }],
      },
      {
        ...parts,
        name: 'img.example.com',
        host: 'img.example.com',
        ports: [{ name: 'tls', number: 443, protocol: 'tls' }],
      },
    ]);
  });

  test.each([
    ['STATIC', 'client'],
    ['DNS', 'dns'],
    ['DNS_ROUND_ROBIN', 'dns'],
    ['NONE', 'none'],
    [undefined, 'none'],
  ])(
    'with resolution %s has clusters of kind %s, and endpoints are asked for only where istiod serves them',
    (written, kind) => {
      const mesh = new Mesh(meshOf({ configs: [entry({ ...STATIC, resolution: written })] }));
      expect(new Set([...mesh.services].map(({ spec }) => spec.resolution))).toEqual(new Set([kind]));
      const { services } = mesh.tables(1);
      expect(services.visibleTo('shop').edsNames(false).size).toBe(kind === 'client' ? 2 : 0);
    },
  );

  test('that resolves its host has that for its one endpoint when it lists none, and one that passes through has none', () => {
    const endpoints = (spec: Readonly<Record<string, unknown>>) => {
      const mesh = new Mesh(meshOf({ configs: [entry(spec)] }));
      return [...mesh.services].map((made) => made.spec.endpoints);
    };
    expect(endpoints(DNS)).toEqual([1]);
    expect(endpoints({ ...DNS, endpoints: [{ address: 'a' }, { address: 'b' }] })).toEqual([2]);
    expect(endpoints({ ...DNS, resolution: 'NONE', endpoints: [{ address: 'a' }] })).toEqual([0]);
  });

  test('with a workloadSelector has the WorkloadEntries of its namespace for endpoints', () => {
    const selecting = { ...STATIC, endpoints: undefined, workloadSelector: { labels: { app: 'vm' } } };
    const workload = (name: string, app: string) =>
      object('WorkloadEntry', name, { address: '192.0.2.9', labels: { app } });
    const configs = [entry(selecting), workload('egress/a', 'vm'), workload('egress/b', 'x'), workload('shop/c', 'vm')];
    const mesh = new Mesh(meshOf({ configs }));
    const ready = () => [...mesh.services].map(({ id }) => mesh.endpoints.ready(id));
    expect(ready()).toEqual([1, 1]);
    mesh.setConfig(workload('egress/d', 'vm'));
    expect([...mesh.services].map(({ spec }) => spec.endpoints)).toEqual([2, 2]);
  });

  test('takes its services along when it goes', () => {
    const mesh = new Mesh(meshOf({ configs: [entry(STATIC)] }));
    mesh.deleteConfig(mesh.keys.of('ServiceEntry', 'egress', 'api'));
    expect(mesh.serviceCount).toBe(0);
  });
});

describe('writing a ServiceEntry', () => {
  test('1.17: a new one is one full push for all its hosts', () => {
    const run = bench('1.17');
    run.at(0).change('ServiceEntry/egress/api', { spec: STATIC });
    expect(counted(run)).toEqual({
      updates: { svc: 2, eds: 2, config: 1 },
      reasons: { service: 1 },
      // Two new clusters and their listeners; their endpoints answer the subscription that follows.
      pushes: { cds: 1, eds: 1, lds: 1, rds: 1 },
    });
  });

  test.each(LATER)('%s: a new one speaks through two streams, services and endpoints', (version) => {
    const run = bench(version);
    run.at(0).change('ServiceEntry/egress/api', { spec: STATIC });
    const { updates, reasons } = counted(run);
    // Two first endpoints are a request each, both services are one.
    expect(updates).toEqual({ svc: 2, eds: 2, config: 3 });
    expect(reasons).toEqual({ endpoint: 2, service: 1 });
  });

  test.each([
    ['1.17', { eds: 2, config: 2 }],
    ['1.30', { eds: 2, config: 2 }],
    ['1.32-dev', { eds: 2, config: 2 }],
  ] as const)('%s: other endpoints of static hosts are an endpoint update each', (version, updates) => {
    const run = bench(version, STATIC);
    run.at(0).change('ServiceEntry/egress/api', { spec: { ...STATIC, endpoints: [{ address: '192.0.2.1' }] } });
    expect(counted(run)).toEqual({ updates, reasons: { endpoint: 2 }, pushes: { eds: 1 } });
  });

  test.each([
    ['1.17', { svc: 0, config: 1 }, { service: 1 }],
    ['1.30', { eds: 1, config: 2 }, { endpoint: 2 }],
    ['1.32-dev', { eds: 1, config: 2 }, { endpoint: 2 }],
  ] as const)(
    '%s: other endpoints of a resolved host are in its cluster, so all is pushed',
    (version, updates, reasons) => {
      const run = bench(version, DNS);
      run
        .at(0)
        .change('ServiceEntry/egress/api', { spec: { ...DNS, endpoints: [{ address: 'a' }, { address: 'b' }] } });
      const seen = counted(run);
      expect({ svc: 0, ...seen.updates }).toEqual({ svc: 0, ...updates });
      expect(seen.reasons).toEqual(reasons);
      expect(seen.pushes).toMatchObject({ cds: 1, lds: 1 });
    },
  );

  test('an edit of its metadata pushes endpoints in 1.17 and nothing later', () => {
    const pushed = (version: IstioVersion) => {
      const run = bench(version, STATIC);
      run.at(0).change('ServiceEntry/egress/api', { spec: STATIC, edit: 'metadata' });
      return counted(run).updates;
    };
    expect(VERSIONS.map(pushed)).toEqual([{ eds: 2, config: 2 }, {}, {}]);
  });

  test('one host less takes that service away and leaves the other alone', () => {
    const run = bench('1.17', STATIC);
    run.at(0).change('ServiceEntry/egress/api', { spec: { ...STATIC, hosts: ['api.example.com'] } });
    expect(counted(run).updates).toEqual({ svcdelete: 1, eds: 1, config: 1 });
    expect([...run.mesh.services].map(({ spec }) => spec.name)).toEqual(['cart', 'api.example.com']);
  });

  test.each([
    ['1.17', { svcdelete: 2, config: 1 }],
    ['1.30', { svcdelete: 4, eds: 2, config: 3 }],
    ['1.32-dev', { svcdelete: 4, eds: 2, config: 3 }],
  ] as const)('%s: its end is the end of its services', (version, updates) => {
    const run = bench(version, STATIC);
    run.at(0).remove('ServiceEntry/egress/api');
    expect(counted(run).updates).toEqual(updates);
    expect(run.mesh.serviceCount).toBe(1);
  });
});

describe('writing a WorkloadEntry', () => {
  const SELECTING = { ...STATIC, endpoints: undefined, workloadSelector: { labels: { app: 'vm' } } };

  test.each(VERSIONS)('%s: gives the hosts that select it an endpoint more', (version) => {
    const run = bench(version, SELECTING);
    run.at(0).change('WorkloadEntry/egress/vm-1', { spec: { address: '192.0.2.1', labels: { app: 'vm' } } });
    const { updates, reasons } = counted(run);
    expect(updates).toEqual({ eds: 2, config: 2 });
    expect(reasons).toEqual({ endpoint: 2 });
    const host = run.mesh.service(run.mesh.serviceKey('egress', 'api.example.com'));
    expect(run.mesh.endpoints.ready(host?.id ?? -1)).toBe(1);
  });

  test.each(VERSIONS)('%s: that has another address gives them as many other endpoints', (version) => {
    const workload = (address: string) => ({ address, labels: { app: 'vm' } });
    const configs = [entry(SELECTING), object('WorkloadEntry', 'egress/vm-1', workload('192.0.2.1'))];
    const run = istiodBench({ version, mesh: meshOf({ proxies: [sidecar('cart')], configs }) });
    run.at(0).change('WorkloadEntry/egress/vm-1', { spec: workload('192.0.2.2') });
    const { updates, reasons } = counted(run);
    expect(updates).toEqual({ eds: 2, config: 2 });
    expect(reasons).toEqual({ endpoint: 2 });
  });

  test.each(VERSIONS)('%s: that nobody selects sets nothing off, nor does a WorkloadGroup', (version) => {
    const run = bench(version, STATIC);
    run.at(0).change('WorkloadEntry/egress/vm-1', { spec: { labels: { app: 'vm' } } });
    run.at(0).change('WorkloadGroup/egress/vms', { spec: {} });
    expect(counted(run).updates).toEqual({});
  });
});
