/**
 * Recordings of connections replayed: restarts, connection ages, readers that do not read, clients that drop in the middle
 * of a push, clients that reject. Of what was measured the model
 * is given one speed factor and when the new process listened, which is a matter of the machine it started on.
 */
import type { EventSpec, ProxySet } from '../../cluster/event-spec.js';
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from '../../engine/time.js';
import { Fleet } from '../../fleet/fleet.js';
import type { FleetSpec, SimulationSpec } from '../../fleet/spec.js';
import type { SetUp } from '../../import/recording.js';
import { XDS_TYPES } from '../../istio/xds-types.js';
import type { Recorder } from '../../measure/recorder/recorder-options.js';
import { SILENT } from '../../pipeline/observer.js';
import { versionOf } from './replay.js';
import { meshOf, virtualServiceAt } from './set-up-mesh.js';

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
  /** Clients that a push reached, and messages rejected; messages of a push to a client that rejects and to another. */
  readonly converged: number;
  readonly nacks: number;
  readonly perRejecting: number;
  readonly perOther: number;
  /** Seconds of generating messages, by type: tells the speed of the machine. */
  readonly generated: Generated;
}

export type Generated = Readonly<Record<'cds' | 'lds' | 'rds', readonly number[]>>;

export interface FleetReplayOptions {
  readonly speed: number;
  readonly seed: string;
  /** From the kill until the new process listened, and until it was started; restarts only. */
  readonly listens?: Nanos | undefined;
  readonly starts?: Nanos | undefined;
}

const KILLED_AT = 2 * SECOND;
const AGES_LAST = 46 * SECOND;
/** The driver begins with its operations so long after its clock. */
const OPS_AFTER = 50 * MILLISECOND;

export function replayFleet(setUp: FleetSetUp, options: FleetReplayOptions): FleetOutcome {
  const { listens, starts = 0 } = options;
  const faults = faultsOf(setUp);
  const { slow, drop, nack } = faults;
  const isRestart = listens !== undefined;
  const { spec, fleet: fleetSpec } = specOf(setUp, options, faults);
  const { sidecars } = setUp.proxies;
  const out = { served: [] as number[], others: [] as number[] };
  const times: Record<keyof Generated, number[]> = { cds: [], lds: [], rds: [] };
  const counts = { converged: 0, nacks: 0, rejecting: 0, others: 0 };
  const apart = new Set([...slow.ids, ...drop.ids]);
  const fleet: Fleet = new Fleet({
    spec,
    fleet: fleetSpec,
    replication: 0,
    cores: setUp.gomaxprocs,
    recorderOf: () => ({
      ...(SILENT as Recorder),
      converged: ({ proxy }, _, took) => {
        counts.converged += 1;
        if (!apart.has(proxy.id)) out.others.push(took / SECOND);
      },
      rejected: () => {
        counts.nacks += 1;
      },
      sent: ({ proxy }, type, { generated, answer }) => {
        if (type === 'cds' || type === 'lds' || type === 'rds') times[type].push(generated / SECOND);
        if (!answer) counts[nack.ids.includes(proxy.id) ? 'rejecting' : 'others'] += 1;
      },
    }),
  });
  fleet.connections.told = (took) => out.served.push((took - starts) / SECOND);
  fleet.sim.run(spec.run.duration);
  const { agesAtClose } = fleet.connections;
  const { served, others } = out;
  const isAlone = !isRestart && apart.size === 0;
  return {
    others: isAlone ? [] : others,
    generated: times,
    cutOff: fleet.connections.timedOut,
    served: isRestart ? served : [],
    ages: agesAtClose.map((age) => age / SECOND),
    servedAgain: setUp.maxConnectionAge !== undefined ? served.slice(sidecars) : drop.ids.length > 0 ? served : [],
    converged: drop.ids.length > 0 ? counts.converged : 0,
    nacks: counts.nacks,
    perRejecting: nack.ids.length === 0 ? 0 : counts.rejecting / nack.ids.length,
    perOther: nack.ids.length === 0 ? 0 : counts.others / (sidecars - nack.ids.length),
  };
}

interface Fault {
  readonly ids: readonly number[];
  readonly at: Nanos;
  readonly lasts: Nanos;
}

type Faults = Readonly<Record<'slow' | 'drop' | 'nack', Fault>>;

/**
 * `-slow COUNT,AT,DURATION`, `-drop COUNT,AT,DURATION` and `-nack COUNT,AT,DURATION`: so many clients, evenly spread, stop
 * reading, leave or reject what listens, for a while. Who leaves is drawn in the recordings; here, too, they are spread.
 */
function faultsOf({ client = [], proxies }: FleetSetUp): Faults {
  const of = (option: string): Fault => {
    const place = client.indexOf(`-${option}`);
    const [count = 0, at = 0, lasts = 0] = place < 0 ? [] : (client[place + 1] ?? '').split(',').map(Number);
    const ids = Array.from({ length: count }, (_, i) => Math.floor((i * proxies.sidecars) / count));
    return { ids, at: at * MILLISECOND, lasts: lasts * MILLISECOND };
  };
  return { slow: of('slow'), drop: of('drop'), nack: of('nack') };
}

function specOf(
  setUp: FleetSetUp,
  { speed, seed, listens = 0 }: FleetReplayOptions,
  faults: Faults,
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
      events: eventsOf(setUp, mesh.proxies, faults, listens),
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
      clusters: [],
      requestsPerSecond: 0,
    },
  };
}

function eventsOf(
  { ops, mesh }: FleetSetUp,
  groups: readonly { readonly namespace: string; readonly name: string; readonly count: number }[],
  { slow, drop, nack }: Faults,
  listens: Nanos,
): readonly EventSpec[] {
  const once = (at: Nanos) => ({ kind: 'times', at, count: 1, every: 0 }) as const;
  if (listens > 0) return [{ name: 'kill', when: once(KILLED_AT), what: { do: 'restart', how: 'kill' } }];
  const names = groups.flatMap(({ namespace, name, count }) =>
    Array.from({ length: count }, (_, i) => ({ namespace, name: count === 1 ? name : `${name}-${i}` })),
  );
  const written = ops.map(({ op, at, svc }, i): EventSpec => {
    const when = once(OPS_AFTER + at * MILLISECOND);
    const object = virtualServiceAt(svc, mesh);
    const what: EventSpec['what'] =
      op === 'full'
        ? { do: 'forcedPush' }
        : { do: 'apply', objects: [{ of: 'config', object: { ...object, labels: { n: `${i}` } } }], spacing: 0 };
    return { name: `${op}-${i}`, when, what };
  });
  const each = (name: string, { ids, at }: Fault, what: (proxies: ProxySet) => EventSpec['what']) =>
    ids.map(
      (id): EventSpec => ({ name: `${name}-${id}`, when: once(at), what: what({ pick: 'named', ...names[id]! }) }),
    );
  return [
    ...written,
    ...each('slow', slow, (proxies) => ({ do: 'slow', proxies, lasts: slow.lasts })),
    ...each('drop', drop, (proxies) => ({ do: 'drop', proxies, again: drop.lasts, silently: false })),
    ...each('nack', nack, (proxies) => ({ do: 'reject', proxies, types: ['lds'], lasts: nack.lasts })),
  ];
}
