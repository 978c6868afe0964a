/**
 * Recordings of connections replayed: restarts, connection ages, readers that do not read. Of what was measured the model
 * is given when the new process listened, which is a matter of the machine it started on.
 */
import type { EventSpec } from '../../cluster/event-spec.js';
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from '../../engine/time.js';
import { Fleet } from '../../fleet/fleet.js';
import type { FleetSpec, SimulationSpec } from '../../fleet/spec.js';
import type { SetUp } from '../../import/recording.js';
import { XDS_TYPES } from '../../istio/xds-types.js';
import type { Recorder } from '../../measure/recorder/recorder-options.js';
import { SILENT } from '../../pipeline/observer.js';
import { versionOf } from './replay.js';
import { meshOf } from './set-up-mesh.js';

/** What these recordings say besides. */
export interface FleetSetUp extends SetUp {
  readonly client?: readonly string[];
  readonly maxConnectionAge?: string;
}

export interface FleetOutcome {
  /** Seconds from the start of the new process until each client was served again. */
  readonly served: readonly number[];
  /** Seconds that connections had lasted when the server closed them, and from then until they were served again. */
  readonly ages: readonly number[];
  readonly servedAgain: readonly number[];
  /** Streams that a blocked send ended. */
  readonly cutOff: number;
  /** Seconds of convergence of the clients that go on reading. */
  readonly others: readonly number[];
  /** Seconds of generating listeners: tells the speed of the machine. */
  readonly listeners: readonly number[];
}

export interface FleetReplayOptions {
  readonly speed: number;
  readonly seed: string;
  /** From the kill until the new process listened, and until it was started; restarts only. */
  readonly listens?: Nanos | undefined;
  readonly starts?: Nanos | undefined;
}

const KILLED_AT = 2 * SECOND;
const AGES_LAST = 46 * SECOND;

export function replayFleet(setUp: FleetSetUp, options: FleetReplayOptions): FleetOutcome {
  const { listens, starts = 0 } = options;
  const slow = slowReaders(setUp);
  const isRestart = listens !== undefined;
  const { spec, fleet: fleetSpec } = specOf(setUp, options, slow);
  const outcome = { served: [] as number[], others: [] as number[], listeners: [] as number[] };
  const fleet: Fleet = new Fleet({
    spec,
    fleet: fleetSpec,
    replication: 0,
    cores: setUp.gomaxprocs,
    recorderOf: () => ({
      ...(SILENT as Recorder),
      converged: ({ proxy }, _, took) => {
        if (!slow.ids.includes(proxy.id)) outcome.others.push(took / SECOND);
      },
      sent: (_, type, { generated }) => {
        if (type === 'lds') outcome.listeners.push(generated / SECOND);
      },
    }),
  });
  fleet.connections.told = (took) => outcome.served.push((took - starts) / SECOND);
  fleet.sim.run(spec.run.duration);
  const { agesAtClose } = fleet.connections;
  return {
    ...outcome,
    cutOff: fleet.connections.timedOut,
    served: isRestart ? outcome.served : [],
    ages: agesAtClose.map((age) => age / SECOND),
    servedAgain: setUp.maxConnectionAge === undefined ? [] : outcome.served.slice(setUp.proxies.sidecars),
  };
}

interface SlowReaders {
  readonly ids: readonly number[];
  readonly at: Nanos;
  readonly lasts: Nanos;
}

/** `-slow COUNT,AT,DURATION`: so many clients, evenly spread, stop reading for a while. */
function slowReaders({ client = [], proxies }: FleetSetUp): SlowReaders {
  const [count = 0, at = 0, lasts = 0] = (client[client.indexOf('-slow') + 1] ?? '').split(',').map(Number);
  if (!client.includes('-slow')) return { ids: [], at: 0, lasts: 0 };
  const ids = Array.from({ length: count }, (_, i) => Math.floor((i * proxies.sidecars) / count));
  return { ids, at: at * MILLISECOND, lasts: lasts * MILLISECOND };
}

function specOf(
  setUp: FleetSetUp,
  { speed, seed, listens = 0 }: FleetReplayOptions,
  slow: SlowReaders,
): { readonly spec: SimulationSpec; readonly fleet: FleetSpec } {
  const mesh = meshOf(setUp);
  const constant = (value: Nanos) => ({ kind: 'constant', value }) as const;
  const none = Object.fromEntries(XDS_TYPES.map((type) => [type, 0])) as Record<(typeof XDS_TYPES)[number], number>;
  const { maxConnectionAge } = setUp;
  const maxAge = maxConnectionAge === undefined ? 0 : Number.parseInt(maxConnectionAge, 10) * SECOND;
  const debounce = setUp.debounceAfterMs * MILLISECOND;
  return {
    spec: {
      istio: versionOf(setUp.istio),
      istiod: {
        cpuCores: setUp.gomaxprocs,
        memoryBytes: 0,
        xds: setUp.xds,
        env: { PILOT_DEBOUNCE_AFTER: `${setUp.debounceAfterMs}ms`, ...setUp.env },
      },
      mesh,
      events: eventsOf(setUp, mesh.proxies, slow, listens),
      costs: {
        model: 'mesh',
        speed,
        lockContention: false,
        contextInit: constant(0),
        proxyState: constant(0),
        generate: Object.fromEntries(
          XDS_TYPES.map((type) => [type, constant(0)]),
        ) as SimulationSpec['costs']['generate'],
        bytes: none,
        network: constant(100 * MICROSECOND),
        watch: constant(0),
        envoyApply: constant(200 * MICROSECOND),
      },
      run: {
        kind: 'terminating',
        duration: maxAge > 0 ? AGES_LAST : 90 * SECOND,
        warmUp: 0,
        seed,
        replications: 1,
        start: maxAge > 0 ? 'cold' : 'connected',
      },
    },
    fleet: {
      replicas: 1,
      connections: { maxAge, grace: 10 * SECOND, choice: 'random' },
      startup: constant(Math.max(0, listens - debounce)),
      probe: { delay: 0, period: 0 },
      workloads: [],
      revisions: [],
      requestsPerSecond: 0,
    },
  };
}

function eventsOf(
  { ops }: FleetSetUp,
  groups: readonly { readonly namespace: string; readonly name: string; readonly count: number }[],
  slow: SlowReaders,
  listens: Nanos,
): readonly EventSpec[] {
  const once = (at: Nanos) => ({ kind: 'times', at, count: 1, every: 0 }) as const;
  if (listens > 0) return [{ name: 'kill', when: once(KILLED_AT), what: { do: 'restart', how: 'kill' } }];
  const names = groups.flatMap(({ namespace, name, count }) =>
    Array.from({ length: count }, (_, i) => ({ namespace, name: count === 1 ? name : `${name}-${i}` })),
  );
  const full = ops.filter(({ op }) => op === 'full').map(({ at }) => at * MILLISECOND);
  return [
    ...full.map((at, i): EventSpec => ({ name: `full-${i}`, when: once(at), what: { do: 'forcedPush' } })),
    ...slow.ids.map((id): EventSpec => {
      const proxies = { pick: 'named', ...names[id]! } as const;
      return { name: `slow-${id}`, when: once(slow.at), what: { do: 'slow', proxies, lasts: slow.lasts } };
    }),
  ];
}
