/** Which goroutine handles an event, what it costs there, what it waits for, and what istiod counts it as. */
import { describe, expect, test } from 'vitest';
import type { HandlerKind } from '../../../src/cost/model.js';
import { Simulation } from '../../../src/engine/simulation.js';
import type { ConfigKind } from '../../../src/istio/kinds.js';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { SILENT } from '../../../src/pipeline/observer.js';
import { type BenchSetup, istiodBench, VERSIONS, type Writes } from '../../support/bench.js';
import { meshOf, object, service, sidecar } from '../../support/mesh.js';
import { inMs, ms } from '../../support/time.js';

const LATER: readonly IstioVersion[] = ['1.30', '1.32-dev'];

const entry = (...addresses: readonly string[]) => ({
  hosts: ['api.example.com'],
  ports: [{ name: 'http', number: 80, protocol: 'HTTP' }],
  resolution: 'STATIC',
  endpoints: addresses.map((address) => ({ address })),
});

const MESH = meshOf({
  services: [service('cart'), service('empty', { endpoints: 0 })],
  proxies: [sidecar('client')],
  configs: [object('ServiceEntry', 'api', entry('1.1.1.1'))],
});

describe('a pod that became ready', () => {
  test.each(VERSIONS)('waits its turn in the queue of the registry (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH, handler: 10 });
    bench.at(0).endpoints('cart', 2);
    bench.at(0).pod('client');
    bench.run(30);
    expect(bench.notes.dequeued.map(({ at, to }) => [at, to])).toEqual([[20, 'client']]);
  });
});

describe('the lock of the endpoint shards', () => {
  /** What is counted when: a proxy generates endpoints from 0 to 50 ms, at 10 ms there are writes. */
  function counted(version: IstioVersion, writes: (at: Writes) => void): readonly string[] {
    const log: string[] = [];
    const simulation = new Simulation();
    const setup: BenchSetup = { version, mesh: MESH, simulation, generate: 50, options: { debounceAfter: 0 } };
    const inbound = (type: string) => {
      if (simulation.now > 0) log.push(`${type} at ${inMs(simulation.now)}`);
    };
    const bench = istiodBench({ ...setup, lockContention: true, observer: { ...SILENT, inbound } });
    bench.at(0).endpoints('cart', 2);
    writes(bench.at(10));
    bench.run(60);
    return log.sort();
  }

  test.each(VERSIONS)('is waited for by a slice, and by a write of its service or its end (%s)', (version) => {
    expect(counted(version, (at) => at.endpoints('cart', 3))).toEqual(['config at 50', 'eds at 50']);
    expect(counted(version, (at) => at.service('cart'))).toEqual(['eds at 50', 'svc at 50']);
    expect(counted(version, (at) => at.removeService('cart'))).toEqual(['config at 50', 'svcdelete at 50']);
  });

  test.each(VERSIONS)('is nothing to a service without endpoints, nor to a route (%s)', (version) => {
    expect(counted(version, (at) => at.service('empty', { endpoints: 0 }))).toEqual(['svc at 10']);
    expect(counted(version, (at) => at.change('vs/cart'))).toEqual(['config at 10']);
  });

  test('is waited for by the one handler of a ServiceEntry in 1.17', () => {
    const endpoints = ['config at 50', 'eds at 50'];
    expect(counted('1.17', (at) => at.endpointsOf('api.example.com', 2))).toEqual(endpoints);
    expect(counted('1.17', (at) => at.change('ServiceEntry/api', { spec: entry('2.2.2.2') }))).toEqual(endpoints);
    const added = ['config at 50', 'eds at 50', 'svc at 50'];
    const spec = { ...entry('1.1.1.1'), hosts: ['new.example.com'] };
    expect(counted('1.17', (at) => at.change('ServiceEntry/new', { spec }))).toEqual(added);
  });

  test.each(LATER)('is waited for by the stream of endpoints, while that of services goes on (%s)', (version) => {
    const endpoints = ['config at 50', 'eds at 50'];
    expect(counted(version, (at) => at.endpointsOf('api.example.com', 2))).toEqual(endpoints);
    expect(counted(version, (at) => at.change('ServiceEntry/api', { spec: entry('2.2.2.2') }))).toEqual(endpoints);
    const added = ['config at 10', 'config at 50', 'eds at 50', 'svc at 10'];
    const spec = { ...entry('1.1.1.1'), hosts: ['new.example.com'] };
    expect(counted(version, (at) => at.change('ServiceEntry/new', { spec }))).toEqual(added);
  });
});

describe('endpoints of a host of a ServiceEntry', () => {
  const write = (at: Writes): void => at.endpointsOf('api.example.com', 2);

  test.each(VERSIONS)('cost what a write of the object costs, once (%s)', (version) => {
    const asked: HandlerKind[] = [];
    const handler = (kind: HandlerKind) => {
      asked.push(kind);
      return { decode: ms(1), handle: ms(10), after: 0 };
    };
    const bench = istiodBench({ version, mesh: MESH, cost: { handler } });
    write(bench.at(0));
    bench.at(100).change('ServiceEntry/api', { spec: entry('2.2.2.2') });
    bench.run();
    expect(asked).toEqual(['config', 'config']);
  });

  test.each(VERSIONS)('are counted as an event of that object (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH });
    write(bench.at(0));
    bench.run();
    const { pilot_k8s_cfg_events, pilot_k8s_reg_events } = bench.metrics();
    expect(pilot_k8s_cfg_events.by).toEqual({ 'ServiceEntry update': 1 });
    expect(pilot_k8s_reg_events.by).toEqual({});
  });
});

describe('the end of an object that istiod has never seen', () => {
  const KINDS: readonly ConfigKind[] = ['VirtualService', 'ServiceEntry', 'HTTPRoute', 'Ingress', 'Secret'];

  test.each(VERSIONS)('is not told of by its informer (%s)', (version) => {
    const bench = istiodBench({ version, mesh: MESH });
    for (const kind of KINDS) bench.at(0).remove(`${kind}/unknown`);
    bench.at(0).removeService('unknown');
    bench.run();
    expect(bench.notes.inbound).toEqual({});
    const { pilot_k8s_cfg_events, pilot_k8s_reg_events } = bench.metrics();
    expect([pilot_k8s_cfg_events.total, pilot_k8s_reg_events.total]).toEqual([0, 0]);
  });
});

test('events count a Gateway of the Gateway API by the name that its resource has, and no Ingress, which is none', () => {
  const bench = istiodBench({ version: '1.17' });
  for (const kind of ['KubernetesGateway', 'HTTPRoute', 'Ingress'] as const) bench.at(0).change(`${kind}/shop/front`);
  bench.run();
  expect(bench.metrics().pilot_k8s_cfg_events.by).toEqual({ 'Gateway add': 1, 'HTTPRoute add': 1 });
});
