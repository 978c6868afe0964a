/** What building a push context takes, by what it has to build. */
import { describe, expect, test } from 'vitest';
import { flatCostModel } from '../../src/cost/flat.js';
import { streams } from '../../src/engine/random/streams.js';
import { simulate } from '../../src/fleet/run.js';
import { Mesh } from '../../src/mesh/mesh.js';
import { istiodBench, perType, VERSIONS } from '../support/bench.js';
import { scenarioOf } from '../support/measured.js';
import { meshOf, service } from '../support/mesh.js';

/** Seconds of the context after one event, in a mesh of two hundred services and a hundred routes. */
function contextAfter(version: string, event: string): number {
  const { metrics } = simulate(
    scenarioOf(`
description: One context is built
istio: "${version}"
mesh:
  generate:
    - { namespace: shop, name: cart, services: 200, endpoints: 1, virtualServices: 100 }
    - { namespace: web, name: web, services: 1, endpoints: 2, proxies: 1 per endpoint }
  resources:
    - { apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: default, namespace: web }, spec: { egress: [{ hosts: ["*/*"] }] } }
events: [{ at: 1s, ${event} }]
run: { duration: 5s }
`),
  );
  expect(metrics.pilot_pushcontext_init_seconds.count).toBe(1);
  return metrics.pilot_pushcontext_init_seconds.mean;
}

const route = (kind: string) =>
  `apply: { apiVersion: gateway.networking.k8s.io/v1, kind: ${kind}, metadata: { name: cart, namespace: shop }, spec: {} }`;
const virtualService = 'update: { kind: VirtualService, target: any }';

describe('the push context of 1.17', () => {
  test.each(['HTTPRoute', 'TCPRoute', 'ReferenceGrant'])(
    'takes as long after a %s as after a VirtualService: the same parts are rebuilt',
    (kind) => {
      expect(contextAfter('1.17', route(kind))).toBe(contextAfter('1.17', virtualService));
    },
  );
});

describe('a push context that takes 50 ms', () => {
  const MESH = meshOf({ services: [service('cart')] });
  const took = (version: (typeof VERSIONS)[number], write: (bench: ReturnType<typeof istiodBench>) => void) => {
    const bench = istiodBench({ version, mesh: MESH, contextInit: 50 });
    write(bench);
    bench.run();
    return bench.notes.contexts.map((context) => context.took);
  };

  test('is a copy of pointers for endpoints alone on the development head, which takes nothing', () => {
    expect(took('1.32-dev', (bench) => bench.at(0).endpoints('cart', 2))).toEqual([0]);
  });

  test.each(['1.17', '1.30'] as const)('is not built for endpoints alone in %s', (version) => {
    expect(took(version, (bench) => bench.at(0).endpoints('cart', 2))).toEqual([]);
  });

  test.each(VERSIONS)(
    'takes them in %s for everything whose index is rebuilt, whether or not proxies see it',
    (version) => {
      for (const what of [
        'vs/a',
        'dr/a',
        'gw/a',
        'sidecar/a',
        'ef/a',
        'pa/a',
        'ap/a',
        'ra/a',
        'telemetry/a',
        'wasm/a',
        'pc/a',
      ])
        expect([what, took(version, (bench) => bench.at(0).change(what))]).toEqual([what, [50]]);
      expect(took(version, (bench) => bench.at(0).service('web'))).toEqual([50]);
      expect(took(version, (bench) => bench.at(0).meshConfig())).toEqual([50]);
    },
  );

  test('draws its time also when it takes none, so that a later one takes the same in all versions', () => {
    const streamOf = (rebuilt: number) => {
      const costs = { kind: 'uniform', min: 0, max: 1e9 } as const;
      const cost = flatCostModel(
        { contextInit: costs, proxyState: costs, generate: perType(costs), bytes: perType(0) },
        streams('draws', 0),
      );
      const tables = new Mesh(MESH).tables(1);
      const drawn = [rebuilt, 1, 1].map((parts) => cost.contextInit(new Set(parts === 0 ? [] : ['scopes']), tables));
      return drawn.slice(1);
    };
    expect(streamOf(0)).toEqual(streamOf(1));
  });
});
