/**
 * The safe preStop against a search: a second observer keeps what every proxy knows of the service, message by message, and
 * one preStop after another is tried until no more than the given share of the pods is still sent to when it stops.
 */
import { describe, expect, test } from 'vitest';
import { startSources } from '../../../src/cluster/event-sources.js';
import { flatCostModel } from '../../../src/cost/flat.js';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { streams as createStreams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../../src/engine/time.js';
import { istiodOptions } from '../../../src/fleet/istiod-options.js';
import { createProxies } from '../../../src/fleet/proxies.js';
import { profileOf } from '../../../src/istio/profile.js';
import { createRecorder } from '../../../src/measure/recorder/recorder.js';
import { Mesh } from '../../../src/mesh/mesh.js';
import { createIstiod } from '../../../src/pipeline/istiod.js';
import { type Observer, SILENT } from '../../../src/pipeline/observer.js';
import { constant, perType } from '../../support/bench.js';
import { scenarioOf } from '../../support/measured.js';
import { both } from '../../support/notes.js';

const ROLLOUT = `
description: One service is rolled over
istio: "1.30"
mesh:
  generate:
    - { namespace: shop, name: cart, services: 1, endpoints: 10 }
    - { namespace: shop, name: web, services: 30, endpoints: 2, proxies: 1 per endpoint }
events:
  - { at: 1s, repeat: 12, every: 700ms, endpoints: { services: shop/cart, ready: "+1" } }
  - { at: 1350ms, repeat: 12, every: 700ms, endpoints: { services: shop/cart, ready: "-1" } }
  - { name: routes, poisson: 2/s, update: { kind: Sidecar, target: any } }
run: { duration: 20s, seed: rollout }
`;

interface Removal {
  readonly at: Nanos;
  /** How many handled slice events of the service include this one. */
  readonly version: number;
}

function rollOut(debounceAfter: string) {
  const scenario = scenarioOf(ROLLOUT, [`istiod.env.PILOT_DEBOUNCE_AFTER=${debounceAfter}`]);
  const sim = new Simulation();
  const streams = createStreams(scenario.run.seed, 0);
  const profile = profileOf('1.30');
  const processor = new FifoProcessor(sim, 2);
  const mesh = new Mesh(scenario.mesh);
  const recorder = createRecorder(sim, profile.countedOnce, 0);
  const removals: Removal[] = [];
  /** By proxy: the versions it was sent, and from when on it used them. */
  const known = new Map<number, { version: number; from: Nanos }[]>();
  let [written, handled, applied] = [0, 0, 0];
  const watching: Observer = {
    ...SILENT,
    inbound: (type) => {
      if (type === 'eds') handled += 1;
    },
    transmitted: (_, at) => {
      applied = at;
    },
    sent: (connection, type) => {
      if (type !== 'eds') return;
      const views = known.get(connection.id) ?? [];
      views.push({ version: handled, from: applied });
      known.set(connection.id, views);
    },
  };
  const istiod = createIstiod(
    sim,
    processor,
    {
      profile,
      options: istiodOptions(scenario.istiod, profile, 2),
      mesh,
      cost: flatCostModel(
        { contextInit: constant(1), proxyState: constant(0.1), generate: perType(constant(2)), bytes: perType(1000) },
        streams,
      ),
      streams,
      eventsWokenBy: 'network',
    },
    both(recorder, watching),
  );
  const proxies = createProxies(sim, {
    proxies: mesh.proxies,
    xds: scenario.istiod.xds,
    network: () => MILLISECOND,
    envoyApply: () => 3 * MILLISECOND,
    streams,
  });
  for (const envoy of proxies.envoys) envoy.resume(istiod);
  const { run, events } = scenario;
  startSources(
    sim,
    {
      mesh: scenario.mesh,
      proxies: [],
      events,
      duration: run.duration,
      streams,
      watch: () => 4 * MILLISECOND,
      reject: proxies.reject,
    },
    (event, change) => {
      if (event.of === 'endpoints') {
        written += 1;
        if (change.object?.removed === 1) removals.push({ at: change.at, version: written });
      }
      istiod.observe(event, change);
    },
  );
  sim.run();
  const result = recorder.result({
    cores: 2,
    busyNanos: 0,
    heapBytes: 0,
    heapBytesMax: 0,
    processBytesMax: 0,
    memoryBytes: 0,
    proxies: mesh.proxies.length,
  });
  return { result, removals, known };
}

/** The smallest whole number of milliseconds after which no more than `share` of the pairs are still sent to. */
function search({ removals, known }: ReturnType<typeof rollOut>, share: number): number {
  for (let preStop = 0; ; preStop++) {
    let hit = 0;
    for (const removal of removals) {
      const stops = removal.at + preStop * MILLISECOND;
      for (const views of known.values()) {
        const knows = views.some(({ version, from }) => version >= removal.version && from <= stops);
        if (!knows) hit += 1;
      }
    }
    if (hit <= share * removals.length * known.size) return preStop;
  }
}

describe.each(['100ms', '500ms'])('with a debounce of %s', (debounceAfter) => {
  const run = rollOut(debounceAfter);
  const dead = run.result.staleness.dead_endpoints;

  test('every removed endpoint was a window for every proxy', () => {
    expect(run.removals).toHaveLength(12);
    expect(dead.pairs).toBe(12 * 60);
  });

  test.each([
    ['99 %', 0.01, dead.safe_prestop_99],
    ['99.9 %', 0.001, dead.safe_prestop_99_9],
    ['all', 0, dead.safe_prestop_100],
  ])('the safe preStop for %s of the proxies is the one a search finds', (_, share, answer) => {
    const found = search(run, share);
    expect(Math.ceil(answer * 1000)).toBe(found);
  });
});
