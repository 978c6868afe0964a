import { describe, expect, test } from 'vitest';
import { istiodBench, VERSIONS } from '../../support/bench.js';
import { meshOf, service, sidecar } from '../../support/mesh.js';

/** A proxy on a wire of 30 ms, whose state takes 50 ms to compute when its first request is there. */
function coldStart(version: (typeof VERSIONS)[number]) {
  return istiodBench({
    version,
    mesh: meshOf({
      services: [service('cart')],
      proxies: [sidecar('client', { service: 'cart.shop.svc.cluster.local' })],
    }),
    options: { debounceAfter: 0 },
    network: 30,
    proxyState: 50,
    start: 'cold',
  });
}

describe.each(VERSIONS)('the connection of a new stream in %s', (version) => {
  test('is there when its first request is, which names the proxy, and that is answered at once', () => {
    const bench = coldStart(version);
    bench.run(30);
    expect(bench.notes.connected).toEqual([{ at: 30, proxy: 'client' }]);
    bench.run();
    expect(bench.notes.messages[0]).toMatchObject({ at: 80, type: 'cds', answer: true });
  });

  test('is queued for pushes from then on, not before, though they wait until its state is there', () => {
    const bench = coldStart(version);
    bench.at(10).meshConfig();
    bench.at(40).meshConfig();
    bench.run(79);
    expect(bench.notes.rounds.map(({ at }) => at)).toEqual([10, 40]);
    expect(bench.notes.dequeued.map(({ at, to }) => [at, to])).toEqual([[40, 'client']]);
    expect(bench.notes.messages).toEqual([]);
  });

  test('is no target of a pod that has become ready before its state is there', () => {
    const bench = coldStart(version);
    for (const at of [10, 40, 79]) bench.at(at).pod('client');
    bench.at(90).pod('client');
    bench.run();
    expect(bench.notes.dequeued.map(({ at }) => at)).toEqual([90]);
    expect(bench.notes.completed.map(({ id }) => id)).toEqual([0, 1, 2, 3]);
  });
});
