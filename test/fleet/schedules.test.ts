/**
 * Whatever comes and goes in whatever state of the queues: in the end every proxy that lives is served by an istiod that
 * lives and has what the cluster has, and nothing is left over. Each kind of fault has met each state of an istiod's
 * queues. The seed is printed; FLEET_SEED and FLEET_RUNS change it (10,000 schedules take some minutes: FLEET_RUNS=10000).
 */
import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import type { EventEffect, EventSpec } from '../../src/cluster/event-spec.js';
import { Fleet } from '../../src/fleet/fleet.js';
import type { IstiodProcess } from '../../src/fleet/istiod-process.js';
import type { FleetSpec, SimulationSpec } from '../../src/fleet/spec.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import type { XdsType } from '../../src/istio/xds-types.js';
import type { Recorder } from '../../src/measure/recorder/recorder-options.js';
import { Mesh } from '../../src/mesh/mesh.js';
import type { Connection } from '../../src/pipeline/model/connection.js';
import { type SentMessage, SILENT } from '../../src/pipeline/observer.js';
import { constant, perType } from '../support/bench.js';
import { meshOf, service, sidecar, virtualService } from '../support/mesh.js';
import { ms } from '../support/time.js';

const SERVICES = ['a/s0', 'a/s1', 'b/s2'];
const PROXIES = 7;
const SEED = Number(process.env.FLEET_SEED ?? 27);
const RUNS = Number(process.env.FLEET_RUNS ?? 2_000);

const proxySet = fc.constantFrom(
  { pick: 'all' } as const,
  { pick: 'namespace', namespace: 'a' } as const,
  { pick: 'named', namespace: 'b', name: 'p3' } as const,
);
const target = fc.constantFrom(...SERVICES).map((text) => {
  const [namespace = '', name = ''] = text.split('/');
  return { pick: 'named', namespace, name } as const;
});
const someTime = fc.integer({ min: 1, max: 3_000 }).map(ms);

const effect: fc.Arbitrary<EventEffect> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('endpoints' as const), target, ready: fc.record({ set: fc.nat(3) }) }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<EventEffect>(
      { do: 'forcedPush' },
      { do: 'update', kind: 'VirtualService', target: { pick: 'any' }, change: 'spec' },
      { do: 'update', kind: 'Service', target: { pick: 'any' }, change: 'spec' },
      { do: 'delete', kind: 'Service', target: { pick: 'named', namespace: 'a', name: 's1' } },
      {
        do: 'create',
        kinds: ['Service', 'VirtualService'],
        spacing: ms(30),
        namespace: 'a',
        name: 'n',
        ports: [{ name: 'http', number: 80, protocol: 'http' }],
        endpoints: 1,
        gatewaySelector: {},
      },
    ),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('drop' as const),
      proxies: proxySet,
      count: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      again: fc.option(someTime, { nil: undefined }),
      silently: fc.boolean(),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('slow' as const), proxies: proxySet, lasts: someTime }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('reject' as const),
      proxies: proxySet,
      types: fc.subarray(['cds', 'eds', 'lds', 'rds'] as const, { minLength: 1 }),
      lasts: someTime,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('restart' as const),
      how: fc.constantFrom('rolling' as const, 'kill' as const, 'kill-one' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('scaleIstiod' as const), replicas: fc.integer({ min: 1, max: 3 }) }),
  },
);

const schedule = fc.record({
  istio: fc.constantFrom<IstioVersion>('1.17', '1.30'),
  xds: fc.constantFrom('sotw' as const, 'delta' as const),
  start: fc.constantFrom('connected' as const, 'cold' as const),
  replicas: fc.integer({ min: 1, max: 3 }),
  throttle: fc.integer({ min: 1, max: 3 }),
  limit: fc.constantFrom(2, 20, 1_000),
  generate: fc.constantFrom(1, 20, 150),
  sendTimeout: fc.constantFrom('0s', '500ms'),
  maxAge: fc.constantFrom(0, ms(1_500), ms(9_000)),
  /** An istiod, in whatever phase, needs more memory than it may. */
  outOfMemory: fc.array(fc.record({ at: fc.integer({ min: 1, max: 4_000 }), which: fc.nat(3) }), { maxLength: 2 }),
  events: fc.array(fc.record({ at: fc.integer({ min: 0, max: 4_000 }), what: effect }), { minLength: 1, maxLength: 8 }),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** Rejected messages come again with this one; everything else has ended before. */
const LAST_PUSH = ms(100_000);

function specOf(given: Schedule): { readonly spec: SimulationSpec; readonly fleet: FleetSpec } {
  const { istio, xds, start, replicas, throttle, limit, generate, sendTimeout, maxAge } = given;
  const at = (time: number) => ({ kind: 'times' as const, at: time, count: 1, every: 0 });
  const events = given.events.map(({ at: time, what }, i): EventSpec => ({ name: `e${i}`, when: at(ms(time)), what }));
  const zero = constant(0);
  const mesh = meshOf({
    services: SERVICES.map((name) => service(name)),
    configs: [virtualService('a/s0')],
    proxies: Array.from({ length: PROXIES }, (_, i) => sidecar(`${i % 2 === 0 ? 'a' : 'b'}/p${i}`)),
  });
  const env = {
    PILOT_PUSH_THROTTLE: String(throttle),
    PILOT_MAX_REQUESTS_PER_SECOND: String(limit),
    ...(istio === '1.17' ? { PILOT_XDS_SEND_TIMEOUT: sendTimeout } : {}),
  };
  return {
    spec: {
      istio,
      istiod: { cpuCores: 1, memoryBytes: 0, xds, env },
      mesh,
      events: [...events, { name: 'last', when: at(LAST_PUSH), what: { do: 'forcedPush' } }],
      costs: {
        model: 'flat',
        speed: 1,
        lockContention: false,
        contextInit: constant(5),
        proxyState: constant(1),
        generate: perType(constant(generate)),
        bytes: perType(70_000),
        network: constant(3),
        watch: zero,
        envoyApply: constant(2),
      },
      run: { kind: 'terminating', duration: LAST_PUSH + 1, warmUp: 0, seed: '1', replications: 1, start },
    },
    fleet: {
      replicas,
      connections: { maxAge, grace: ms(200), choice: 'random' },
      startup: constant(50),
      probe: { delay: ms(100), period: ms(300) },
      workloads: [],
      revisions: [],
      clusters: [],
      requestsPerSecond: 0,
    },
  };
}

interface Seen {
  /** By connection and service: when endpoints of it were last sent. */
  readonly eds: Map<Connection, Map<string, number>>;
  readonly gone: string[];
}

/** Nothing is measured but this. */
function watching(clock: { readonly now: number }, seen: Seen): Recorder {
  const nothing = (): never => {
    throw new Error('nobody asks for results here');
  };
  return {
    ...SILENT,
    result: nothing,
    recording: nothing,
    distributions: nothing,
    sent(connection: Connection, type: XdsType, { planned }: SentMessage): void {
      if (!connection.open) seen.gone.push(`${type} to ${connection.proxy.name} at ${clock.now}`);
      if (type !== 'eds') return;
      const times = seen.eds.get(connection) ?? new Map<string, number>();
      const names = planned.names ?? [...(connection.watched.eds ?? [])];
      for (const { dependency } of names) times.set(dependency.name, clock.now);
      seen.eds.set(connection, times);
    },
  };
}

const FAULTS = ['drop', 'slow', 'reject', 'restart', 'scaleIstiod', 'out of memory', 'limiter full'] as const;
const STATES = ['idle', 'debouncing', 'queued', 'pushing'] as const;
/** How often each kind of fault met an istiod in each state. */
const met = new Map<string, number>();

function note(fault: (typeof FAULTS)[number], fleet: Fleet): void {
  for (const { ended, istiod } of fleet.processes) {
    if (ended !== undefined) continue;
    const { idle, queueDepth, slotsInUse } = istiod;
    const state = idle ? 'idle' : queueDepth > 0 ? 'queued' : slotsInUse > 1 ? 'pushing' : 'debouncing';
    met.set(`${fault}, ${state}`, (met.get(`${fault}, ${state}`) ?? 0) + 1);
  }
}

/** Faults that no event makes, and a look at the queues just before each one. */
function watchFaults(given: Schedule, fleet: Fleet): void {
  const { sim, connections } = fleet;
  for (const { at, what } of given.events) {
    const fault = FAULTS.find((name) => name === what.do);
    if (fault !== undefined) sim.at(Math.max(0, ms(at) - 1), () => note(fault, fleet));
  }
  for (const { at, which } of given.outOfMemory) {
    sim.at(ms(at), () => {
      note('out of memory', fleet);
      const [plane] = fleet.planes;
      const pod = plane!.pods[which % plane!.pods.length];
      if (pod !== undefined) plane!.kill(pod, 'out of memory');
    });
  }
  const refused = connections.refused.bind(connections);
  connections.refused = (envoy, why) => {
    if (why === 'limited') note('limiter full', fleet);
    refused(envoy, why);
  };
}

function run(given: Schedule): readonly string[] {
  const { spec, fleet: fleetSpec } = specOf(given);
  const seen: Seen = { eds: new Map(), gone: [] };
  const written = new Map<string, number>();
  const clock = { now: 0 };
  const fleet: Fleet = new Fleet({
    spec,
    fleet: fleetSpec,
    replication: 0,
    cores: 1,
    recorderOf: () => watching(clock, seen),
    onWrite: (event) => {
      if (event.of === 'endpoints' && event.changed) written.set(event.host, fleet.sim.now);
    },
  });
  Object.defineProperty(clock, 'now', { get: () => fleet.sim.now });
  watchFaults(given, fleet);
  fleet.sim.run();
  return [...seen.gone.map((what) => `sent ${what}, who has left`), ...wrongWith(fleet, spec, seen, written)];
}

function wrongWith(fleet: Fleet, spec: SimulationSpec, seen: Seen, written: ReadonlyMap<string, number>): string[] {
  const wrong: string[] = [];
  const now = new Mesh(fleet.cluster.snapshot(spec.mesh), undefined, fleet.keys, []).tables(1);
  for (const envoy of fleet.envoys) {
    const { connection, proxy } = envoy;
    if (connection === undefined || !connection.open) {
      wrong.push(`${proxy.name} is not connected`);
      continue;
    }
    if (!envoy.isServed) wrong.push(`${proxy.name} is not served`);
    const names = now.scopes.of(proxy.shape).edsNames(false);
    if (!names.equals(envoy.askedFor)) wrong.push(`${proxy.name} asks for other endpoints than there are`);
    if (!names.equals(connection.watched.eds ?? names)) wrong.push(`istiod thinks that ${proxy.name} asks for others`);
    for (const { dependency } of names) {
      const at = written.get(dependency.name);
      const sent = seen.eds.get(connection)?.get(dependency.name);
      if (at !== undefined && !((sent ?? -1) >= at))
        wrong.push(`${proxy.name} has old endpoints of ${dependency.name}`);
    }
  }
  const alive = fleet.processes.filter(({ ended }) => ended === undefined);
  for (const process of alive) wrong.push(...leftIn(process));
  const served = alive.reduce((sum, { envoys }) => sum + envoys.size, 0);
  if (served !== fleet.envoys.length) wrong.push(`${served} streams for ${fleet.envoys.length} proxies`);
  return wrong;
}

function leftIn({ pod, istiod, envoys }: IstiodProcess): string[] {
  const { connections, idsInUse, slotsInUse, queueDepth, idle } = istiod;
  const wrong: string[] = [];
  if (!idle || queueDepth > 0) wrong.push(`${pod} is not idle: ${queueDepth} queued`);
  if (connections !== envoys.size) wrong.push(`${pod} has ${connections} connections for ${envoys.size} proxies`);
  if (idsInUse !== connections) wrong.push(`${pod} keeps ${idsInUse} ids for ${connections} connections`);
  // The dispatcher waits for the next one with a slot in its hand.
  if (slotsInUse > 1) wrong.push(`${pod} keeps ${slotsInUse} slots`);
  return wrong;
}

test(`after any schedule all proxies that live are in sync and nothing is left over (seed ${SEED}, ${RUNS} schedules)`, () => {
  console.log(`schedules: FLEET_SEED=${SEED} FLEET_RUNS=${RUNS}`);
  fc.assert(
    fc.property(schedule, (given) => {
      expect(run(given)).toEqual([]);
    }),
    { numRuns: RUNS, seed: SEED, endOnFailure: false },
  );
}, 600_000);

test('each kind of fault has met each state of the queues', () => {
  const cells = FAULTS.flatMap((fault) => STATES.map((state) => `${fault}, ${state}`));
  expect(cells.filter((cell) => (met.get(cell) ?? 0) < RUNS / 1_000)).toEqual([]);
});
