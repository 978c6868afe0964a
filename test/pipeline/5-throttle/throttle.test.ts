import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/pipeline/model/connection.js';
import { istiodBench } from '../../support/bench.js';
import { connections } from '../../support/connections.js';
import { meshOf, service, sidecar, TCP } from '../../support/mesh.js';
import { keysOf, requestsOf } from '../../support/request.js';
import { throttleBench } from '../../support/throttle.js';

const [P1, P2, P3, P4] = connections(4) as [Connection, Connection, Connection, Connection];
const { change } = requestsOf('1.30');

describe('the dispatch loop', () => {
  test('two pushes over three connections and two slots: five dispatches, the third connection gets both at once', () => {
    const bench = throttleBench(2, () => 10);
    bench.at(0).push([P1, P2, P3], change('vs/cart'));
    bench.at(5).push([P1, P2, P3], change('vs/pay'));
    bench.simulation.run();
    expect(bench.log).toEqual([
      '0 P1 starts after 0',
      '0 P2 starts after 0',
      '10 P1 done in 10',
      '10 P2 done in 10',
      '10 P3 starts after 10',
      '10 P1 starts after 5',
      '20 P3 done in 20',
      '20 P1 done in 15',
      '20 P2 starts after 15',
      '30 P2 done in 25',
    ]);
    const third = bench.notes.dequeued.find(({ to }) => to === 'P3')!;
    expect(keysOf(third.request)).toEqual(['VirtualService shop/cart', 'VirtualService shop/pay']);
  });

  test('takes its slot first: an entry merges until the very moment a slot is free', () => {
    const bench = throttleBench(1, () => 10);
    bench.at(0).push([P1], change('vs/first'));
    bench.at(1).push([P2], change('vs/cart'));
    bench.at(9.999999).push([P2], change('vs/pay'));
    bench.at(10.000001).push([P2], change('vs/late'));
    bench.simulation.run();
    expect(bench.notes.dequeued.map(({ at, request }) => [at, keysOf(request)])).toEqual([
      [0, ['VirtualService shop/first']],
      [10, ['VirtualService shop/cart', 'VirtualService shop/pay']],
      [20, ['VirtualService shop/late']],
    ]);
  });

  test('with an idle queue the loop holds a slot of its own, and still so many push at a time', () => {
    const bench = throttleBench(2, () => 10);
    bench.simulation.run();
    expect(bench.throttle.slotsInUse).toBe(1);
    bench.at(0).push([P1, P2, P3, P4], change('vs/cart'));
    bench.simulation.run();
    expect(bench.notes.dequeued.map(({ at, slots }) => [at, slots])).toEqual([
      [0, 1],
      [0, 2],
      [10, 1],
      [10, 2],
    ]);
  });

  test('measures the wait from the start of the oldest contribution to the dequeue', () => {
    const bench = throttleBench(1, () => 10);
    bench.at(0).push([P1], change('vs/first'));
    for (const time of [2, 4, 8]) bench.at(time).push([P2], change('vs/cart'));
    bench.simulation.run();
    expect(bench.notes.dequeued.map(({ to, took }) => [to, took])).toEqual([
      ['P1', 0],
      ['P2', 8],
    ]);
  });

  test('a connection that keeps its slot delays all behind it when there is only one', () => {
    const bench = throttleBench(1, (connection) => (connection === P1 ? 1_000 : 10));
    bench.at(0).push([P1, P2, P3], change('vs/cart'));
    bench.simulation.run();
    expect(bench.log.filter((line) => line.includes('starts'))).toEqual([
      '0 P1 starts after 0',
      '1000 P2 starts after 1000',
      '1010 P3 starts after 1010',
    ]);
  });

  test('pushes everybody at once with as many slots as connections', () => {
    const bench = throttleBench(4, () => 10);
    bench.at(0).push([P1, P2, P3, P4], change('vs/cart'));
    bench.simulation.run();
    expect(bench.notes.dequeued.map(({ took }) => took)).toEqual([0, 0, 0, 0]);
  });
});

describe('pilot_push_triggers', () => {
  const MESH = meshOf({
    services: [service('cart'), service('headless', { resolution: 'headless', ports: TCP })],
    proxies: [sidecar('client', { count: 100 })],
  });

  test.each(['1.17', '1.30', '1.32-dev'] as const)(
    'counts ten merged endpoint events for 100 proxies as 1000 (%s)',
    (version) => {
      const bench = istiodBench({ version, mesh: MESH });
      for (let i = 0; i < 10; i++) bench.at(i).endpoints('cart', 2 + i);
      bench.run();
      expect(bench.metrics().pilot_push_triggers).toEqual({ total: 1_000, by: { endpoint: 1_000 } });
    },
  );

  test.each([
    ['1.17', 300],
    ['1.30', 100],
    ['1.32-dev', 100],
  ] as const)('counts three merged headless events as %s does: %i for 100 proxies', (version, headless) => {
    const bench = istiodBench({ version, mesh: MESH });
    for (let i = 0; i < 3; i++) bench.at(i).endpoints('headless', 2 + i);
    bench.run();
    expect(bench.metrics().pilot_push_triggers.by).toEqual({ endpoint: 300, headlessendpoint: headless });
  });

  test('counts proxies that need nothing, too', () => {
    const mesh = meshOf({ services: [service('cart', { exportTo: ['other'] })], proxies: [sidecar('client')] });
    const bench = istiodBench({ version: '1.30', mesh });
    bench.at(0).endpoints('cart', 5);
    bench.run();
    expect(bench.notes.skipped).toEqual(['client']);
    expect(bench.metrics().pilot_push_triggers.by).toEqual({ endpoint: 1 });
  });

  test('does not count answers to requests', () => {
    const bench = istiodBench({ version: '1.30', mesh: MESH, start: 'cold', options: { maxRequestsPerSecond: 1_000 } });
    bench.run();
    expect(bench.notes.messages.length).toBeGreaterThan(0);
    expect(bench.metrics().pilot_push_triggers.total).toBe(0);
  });
});
