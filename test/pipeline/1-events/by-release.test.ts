/** What changed between patch releases in which writes push. */
import { describe, expect, test } from 'vitest';
import { istiodBench } from '../../support/bench.js';
import { meshOf, service, sidecar, virtualService } from '../../support/mesh.js';

const MESH = meshOf({
  services: [service('cart', { endpoints: 1 })],
  configs: [virtualService('cart')],
  proxies: [sidecar('client')],
});

function pushes(version: string, write: (bench: ReturnType<typeof istiodBench>) => void): number {
  const bench = istiodBench({ version, mesh: MESH });
  write(bench);
  bench.run();
  return bench.notes.rounds.length;
}

describe('a VirtualService written with other metadata only', () => {
  test.each([
    ['1.17.8', 0],
    ['1.29.6', 0],
    ['1.30.0', 1],
    ['1.30.2', 1],
    ['1.30.3', 0],
    ['1.31', 0],
  ])('in %s makes %i pushes', (version, expected) => {
    expect(pushes(version, (bench) => bench.at(0).change('vs/cart', { edit: 'metadata' }))).toBe(expected);
  });
});

describe('an EndpointSlice', () => {
  test.each([
    ['1.17.8', 1, 1, 1],
    ['1.18.5', 1, 1, 1],
    ['1.18.6', 0, 0, 1],
    ['1.19.3', 1, 1, 1],
    ['1.19.4', 0, 0, 1],
    ['1.20.8', 0, 0, 1],
    ['1.21.2', 0, 0, 1],
    ['1.21.3', 0, 1, 1],
    ['1.22.0', 0, 0, 1],
    ['1.22.1', 0, 1, 1],
    ['1.23.0', 0, 1, 1],
    ['1.31', 0, 1, 1],
  ])('in %s: unchanged %i, another weight %i, another address %i pushes', (version, unchanged, weight, address) => {
    const made = (parts: { changed: boolean; attributesOnly?: boolean }) =>
      pushes(version, (bench) => bench.at(0).endpoints('cart', 1, parts));
    expect([made({ changed: false }), made({ changed: true, attributesOnly: true }), made({ changed: true })]).toEqual([
      unchanged,
      weight,
      address,
    ]);
  });
});
