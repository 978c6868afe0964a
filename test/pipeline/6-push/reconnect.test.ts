/** Connections end and come back: ids are given again, and an Envoy remembers what it subscribed to. */
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/pipeline/model/connection.js';
import { SILENT } from '../../../src/pipeline/observer.js';
import { istiodBench } from '../../support/bench.js';
import { meshOf, service, sidecar } from '../../support/mesh.js';
import { ms } from '../../support/time.js';

const MESH = meshOf({ services: [service('cart'), service('pay')], proxies: [sidecar('one'), sidecar('two')] });

function bench(parts: Partial<Parameters<typeof istiodBench>[0]> = {}) {
  return istiodBench({ version: '1.30', mesh: MESH, options: { xds: 'sotw' }, network: 1, envoyApply: 1, ...parts });
}

describe('a proxy that disconnects', () => {
  test('is not pushed any more', () => {
    const run = bench();
    run.simulation.at(ms(50), () => run.proxies.envoys[0]!.disconnect());
    run.at(100).change('VirtualService/shop/cart');
    run.run();
    expect(new Set(run.notes.messages.map(({ to }) => to))).toEqual(new Set(['two']));
    expect(run.istiod.idle).toBe(true);
  });

  test('and comes back has its id again, and asks at once for all that it had asked for', () => {
    const run = bench();
    const [one] = run.proxies.envoys;
    run.simulation.at(ms(50), () => one!.disconnect());
    run.simulation.at(ms(1_000), () => one!.connect(run.istiod));
    run.run();
    expect(run.notes.messages.map(({ to, type, at }) => [to, type, at])).toEqual([
      ['one', 'cds', 1_001],
      ['one', 'eds', 1_001],
      ['one', 'lds', 1_001],
      ['one', 'rds', 1_001],
    ]);
    run.at(2_000).change('VirtualService/shop/cart');
    run.run();
    expect(new Set(run.notes.dequeued.map(({ to }) => to))).toEqual(new Set(['one', 'two']));
  });

  test('in the middle of its push frees its slot when the generator is done, and its id is given again', () => {
    const ids: number[] = [];
    const observer = { ...SILENT, connected: ({ id }: Connection) => ids.push(id) };
    const run = bench({ generate: 100, options: { xds: 'sotw', pushThrottle: 1 }, observer });
    const [one, two] = run.proxies.envoys;
    run.at(0).change('VirtualService/shop/cart');
    run.simulation.at(ms(150), () => {
      one!.disconnect();
      two!.disconnect();
    });
    run.simulation.at(ms(5_000), () => {
      one!.connect(run.istiod);
      two!.connect(run.istiod);
    });
    run.run();
    expect([run.istiod.idle, run.simulation.pending]).toEqual([true, 0]);
    expect(ids.slice(0, 2)).toEqual([0, 1]);
    expect(new Set(ids.slice(2))).toEqual(new Set([0, 1]));
  });
});
