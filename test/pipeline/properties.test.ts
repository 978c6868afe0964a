import { fc, test as property } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { GoProcessor } from '../../src/engine/cpu/go-processor.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import type { ConfigKey } from '../../src/mesh/keys.js';
import type { Resolution } from '../../src/mesh/spec.js';
import type { Change } from '../../src/pipeline/model/change.js';
import type { Connection } from '../../src/pipeline/model/connection.js';
import type { PushRequest } from '../../src/pipeline/model/push-request.js';
import type { WatchEvent } from '../../src/pipeline/model/watch-event.js';
import { type Observer, SILENT } from '../../src/pipeline/observer.js';
import { type Bench, type BenchSetup, istiodBench, VERSIONS } from '../support/bench.js';
import { fate } from '../support/interest.js';
import {
  destinationRule,
  gateway,
  gatewayPod,
  hostOf,
  meshOf,
  ROOT,
  service,
  sidecar,
  TCP,
  virtualService,
} from '../support/mesh.js';
import { eachPass } from '../support/notes.js';
import { importsOf, type MeshState } from '../support/reference.js';
import { ms } from '../support/time.js';
import { WatchedSimulation } from '../support/watching.js';

const NAMESPACES = ['a', 'b'] as const;
const NAMES = [0, 1, 2, 3].flatMap((i) => NAMESPACES.map((namespace) => `${namespace}/s${i}`));
const EXPORTS: readonly (readonly string[])[] = [[], [], ['*'], ['.'], ['b']];
const IMPORTS: readonly (readonly string[])[] = [
  ['*/*'],
  ['./*'],
  ['a/*'],
  ['./*', 'b/s0.b.svc.cluster.local'],
  ['~/*'],
];
const RESOLUTIONS: readonly Resolution[] = ['client', 'client', 'client', 'headless', 'dns'];

/** A service is always written with the same visibility and resolution: the number of its name decides. */
function serviceOf(name: string, version: number) {
  const index = NAMES.indexOf(name);
  return service(name, {
    exportTo: EXPORTS[index % EXPORTS.length]!,
    resolution: RESOLUTIONS[(index * 3) % RESOLUTIONS.length]!,
    ports: index % 3 === 0 ? TCP : [{ name: 'http', number: 80 + version, protocol: 'http' }],
    endpoints: index % 3,
  });
}

const name = fc.constantFrom(...NAMES);
const namespace = fc.constantFrom(...NAMESPACES, ROOT);
const small = fc.nat({ max: 2 });

const write = fc.oneof(
  fc.record({ do: fc.constant('service' as const), name, number: small }),
  fc.record({ do: fc.constant('removeService' as const), name }),
  fc.record({ do: fc.constant('endpoints' as const), name, number: small, changed: fc.boolean() }),
  fc.record({ do: fc.constant('route' as const), kind: fc.constantFrom('vs', 'dr'), name, isGone: fc.boolean() }),
  fc.record({
    do: fc.constant('sidecar' as const),
    namespace,
    hosts: fc.constantFrom(...IMPORTS),
    isGone: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('other' as const),
    kind: fc.constantFrom('gw', 'ap', 'ef', 'pa', 'pc', 'secret', 'telemetry'),
    namespace,
  }),
  fc.record({ do: fc.constant('pod' as const), proxy: fc.nat({ max: 3 }) }),
  fc.record({ do: fc.constant('meshConfig' as const) }),
);
type Write = typeof write extends fc.Arbitrary<infer T> ? T : never;

const proxy = fc.record({
  namespace: fc.constantFrom(...NAMESPACES),
  type: fc.constantFrom('sidecar' as const, 'sidecar' as const, 'gateway' as const),
  own: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
});

const run = fc.record({
  version: fc.constantFrom<IstioVersion>(...VERSIONS),
  xds: fc.constantFrom('sotw' as const, 'delta' as const),
  throttle: fc.integer({ min: 1, max: 4 }),
  cores: fc.constantFrom(1, 2, Number.POSITIVE_INFINITY),
  goRunQueue: fc.boolean(),
  after: fc.constantFrom(0, 20, 100),
  max: fc.constantFrom(30, 200, 10_000),
  edsDebounce: fc.boolean(),
  contextInit: fc.constantFrom(0, 5, 60),
  proxyState: fc.constantFrom(0, 1),
  generate: fc.constantFrom(0, 2, 15),
  network: fc.constantFrom(0, 1, 30),
  envoyApply: fc.constantFrom(0, 3),
  services: fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
  routes: fc.uniqueArray(name, { maxLength: 4 }),
  rules: fc.uniqueArray(name, { maxLength: 3 }),
  sidecars: fc.uniqueArray(fc.record({ namespace, hosts: fc.constantFrom(...IMPORTS) }), {
    maxLength: 2,
    selector: (one) => one.namespace,
  }),
  proxies: fc.array(proxy, { minLength: 1, maxLength: 4 }),
  writes: fc.array(fc.record({ at: fc.nat({ max: 400 }), write }), { minLength: 1, maxLength: 14 }),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

function perform(bench: Bench, when: number, action: Write, proxies: number): void {
  const at = bench.at(when);
  if (action.do === 'service') at.service(action.name, serviceOf(action.name, action.number));
  if (action.do === 'removeService') at.removeService(action.name);
  if (action.do === 'endpoints') at.endpoints(action.name, action.number, { changed: action.changed });
  if (action.do === 'route' && action.isGone) at.remove(`${action.kind}/${action.name}`);
  if (action.do === 'route' && !action.isGone) at.change(`${action.kind}/${action.name}`);
  if (action.do === 'sidecar' && action.isGone) at.remove(`sidecar/${action.namespace}/default`);
  if (action.do === 'sidecar' && !action.isGone) {
    at.change(`sidecar/${action.namespace}/default`, { spec: { egress: [{ hosts: action.hosts }] } });
  }
  if (action.do === 'other') at.change(`${action.kind}/${action.namespace}/other`);
  if (action.do === 'pod') at.pod(`p${action.proxy % proxies}`);
  if (action.do === 'meshConfig') at.meshConfig();
}

/** The mesh as it is written, from the events that reached istiod. */
class ClusterState {
  state: MeshState;

  constructor(mesh: Pick<Bench['mesh'], never> & MeshState) {
    this.state = { services: mesh.services, configs: mesh.configs };
  }

  observe(event: WatchEvent): void {
    const { services, configs } = this.state;
    if (event.of === 'service') {
      const { namespace: home, host } = event.action === 'write' ? event.service : event;
      const others = services.filter((one) => one.namespace !== home || one.host !== host);
      this.state = { configs, services: event.action === 'write' ? [...others, event.service] : others };
    }
    if (event.of === 'config') {
      const { kind, namespace: home, name: own } = event.action === 'write' ? event.object : event;
      const isIt = (one: { kind: string; namespace: string; name: string }): boolean =>
        one.kind === kind && one.namespace === home && one.name === own;
      // An object that is edited keeps its age.
      const place = configs.findIndex(isIt);
      const next = [...configs];
      if (event.action === 'delete') this.state = { services, configs: next.filter((one) => !isIt(one)) };
      else {
        if (place < 0) next.push(event.object);
        else next[place] = event.object;
        this.state = { services, configs: next };
      }
    }
  }
}

interface Side {
  now: MeshState;
  before: MeshState | undefined;
}

/** Follows a run from outside: what each push context was made of, what each proxy was last generated from. */
class Follower {
  readonly connections: Connection[] = [];
  /** What must come of a change at a proxy, by `change/connection`. */
  readonly mustUse = new Set<string>();
  readonly mayUse = new Set<string>();
  readonly requested = new Set<Change>();
  readonly pushing = new Set<Connection>();
  slotsMax = 0;
  twice = 0;
  private readonly sides = new Map<Connection, Side>();
  private readonly contexts = new Map<number, MeshState>();
  private readonly numberOf = new Map<PushRequest, number>();
  private published = 1;
  private built = 1;
  bench!: Bench;

  constructor(
    private readonly version: IstioVersion,
    readonly world: ClusterState,
  ) {
    this.contexts.set(1, world.state);
  }

  readonly observer = {
    ...SILENT,
    observed: (event: WatchEvent) => this.world.observe(event),
    received: (request: PushRequest) => {
      for (const change of request.changes) this.requested.add(change);
    },
    proxyUpdated: (request: PushRequest) => {
      for (const change of request.changes) this.requested.add(change);
    },
    connected: (connection: Connection) => {
      this.connections.push(connection);
      this.sides.set(connection, { now: this.world.state, before: undefined });
    },
    pushStarted: (_kind: unknown, _merged: unknown, _since: unknown, request: PushRequest) => {
      if (this.version !== '1.32-dev' && !request.full) return;
      this.built += 1;
      this.numberOf.set(request, this.built);
      const old = this.contexts.get(this.published)!;
      this.contexts.set(this.built, rebuilt(this.version, request, old, this.world.state));
    },
    contextBuilt: (_took: unknown, request: PushRequest) => {
      this.published = this.numberOf.get(request)!;
    },
    dequeued: (connection: Connection, _request: PushRequest, _waited: number, slots: number) => {
      if (this.pushing.has(connection)) this.twice += 1;
      this.pushing.add(connection);
      this.slotsMax = Math.max(this.slotsMax, slots);
    },
    converged: (connection: Connection, request: PushRequest) => this.pushed(connection, request),
    skipped: (connection: Connection, request: PushRequest) => this.pushed(connection, request),
  };

  private pushed(connection: Connection, request: PushRequest): void {
    this.pushing.delete(connection);
    const side = this.sides.get(connection)!;
    if (recomputesScope(this.version, request)) {
      side.before = side.now;
      side.now = this.contexts.get(request.context!.number)!;
    }
    const { shape } = connection.proxy;
    const states = side.before === undefined ? [side.now] : [side.now, side.before];
    const imports = states.map((state) => importsOf(state, ROOT, shape));
    const clusters = this.clustersWithEndpoints(side.now, imports[0]!.services, shape.type === 'gateway');
    for (const change of new Set(request.changes)) {
      const what = fate(this.version, change.keys, request, connection, imports, clusters);
      const pair = `${change.id}/${connection.id}`;
      if (what !== 'none') this.mayUse.add(pair);
      if (what === 'uses') this.mustUse.add(pair);
    }
  }

  private clustersWithEndpoints(
    state: MeshState,
    imported: ReadonlySet<string>,
    isGateway: boolean,
  ): ReadonlySet<ConfigKey> {
    const own = state.services.filter(
      (one) =>
        imported.has(`${one.namespace}/${one.host}`) &&
        (one.resolution === 'client' || (one.resolution === 'headless' && isGateway)),
    );
    return new Set(own.map((one) => this.bench.mesh.serviceKey(one.namespace, one.host)));
  }
}

/** Which parts a push context takes from the present; the others are as in the one before. */
function rebuilt(version: IstioVersion, request: PushRequest, old: MeshState, now: MeshState): MeshState {
  if (version === '1.17' ? request.keys.size === 0 : request.forced) return now;
  const kinds = new Set([...request.keys].map(({ kind }) => kind));
  const services = kinds.has('ServiceEntry') || kinds.has('DNSName') ? now.services : old.services;
  const scopes = (['ServiceEntry', 'DNSName', 'VirtualService', 'DestinationRule', 'Sidecar'] as const).some((kind) =>
    kinds.has(kind),
  );
  const also = version !== '1.17' && (kinds.has('PeerAuthentication') || kinds.has('RequestAuthentication'));
  const isNew = (kind: string): boolean => (kind === 'Sidecar' ? scopes || also : kinds.has(kind as 'VirtualService'));
  const read = ['VirtualService', 'DestinationRule', 'Sidecar'] as const;
  const configs = read.flatMap((kind) => (isNew(kind) ? now : old).configs.filter((one) => one.kind === kind));
  return { services, configs };
}

function recomputesScope(version: IstioVersion, request: PushRequest): boolean {
  if (version !== '1.32-dev' && !request.full) return false;
  if (version === '1.17' ? request.keys.size === 0 : request.forced) return true;
  const kinds = ['ServiceEntry', 'DestinationRule', 'VirtualService', 'Sidecar'];
  if (version !== '1.17') kinds.push('PeerAuthentication');
  return [...request.keys].some(({ kind }) => kinds.includes(kind));
}

interface Followed {
  readonly bench: Bench;
  readonly follower: Follower;
  /** Integral of the queue's depth over time, and the sum of what its entries waited. */
  readonly area: number;
  readonly waits: number;
}

function goProcessor(cores: number): NonNullable<BenchSetup['processor']> {
  return (simulation, streams) => {
    const late = streams.stream('monitor');
    return new GoProcessor(simulation, cores, { monitorLate: () => late.integer(ms(10)) });
  };
}

function follow(setup: Run): Followed {
  const mesh = meshOf({
    services: setup.services.map((one) => serviceOf(one, 0)),
    configs: [
      ...setup.routes.map((one) => virtualService(one)),
      ...setup.rules.map((one) => destinationRule(one)),
      ...setup.sidecars.map(({ namespace: home, hosts }) => ({
        kind: 'Sidecar' as const,
        namespace: home,
        name: 'default',
        labels: {},
        spec: { egress: [{ hosts }] },
      })),
      gateway(`${ROOT}/edge`),
    ],
    proxies: setup.proxies.map(({ namespace: home, type, own }, i) => {
      const parts = own === undefined ? {} : { service: hostOf(`${home}/s${own}`) };
      return type === 'gateway' ? gatewayPod(`${home}/p${i}`, parts) : sidecar(`${home}/p${i}`, parts);
    }),
  });
  const simulation = new WatchedSimulation();
  const follower = new Follower(setup.version, new ClusterState(mesh));
  let [area, waits, depth, since] = [0, 0, 0, 0];
  const entered = new Map<Connection, number>();
  const meanwhile = new Set<Connection>();
  const done = (connection: Connection): void => {
    if (meanwhile.delete(connection)) entered.set(connection, simulation.now);
  };
  const observer: Observer = {
    ...follower.observer,
    enqueued(ids, connections) {
      for (const id of ids) {
        const connection = connections[id]!;
        if (follower.pushing.has(connection)) meanwhile.add(connection);
        else if (!entered.has(connection)) entered.set(connection, simulation.now);
      }
    },
    dequeued(connection, ...rest) {
      waits += simulation.now - entered.get(connection)!;
      entered.delete(connection);
      follower.observer.dequeued(connection, ...rest);
    },
    converged(connection, request) {
      follower.observer.converged(connection, request);
      done(connection);
    },
    skipped(connection, request) {
      follower.observer.skipped(connection, request);
      done(connection);
    },
    skippedMany: eachPass(() => observer),
  };
  const bench = istiodBench({
    version: setup.version,
    mesh,
    options: {
      xds: setup.xds,
      pushThrottle: setup.throttle,
      debounceAfter: ms(setup.after),
      debounceMax: ms(setup.max),
      enableEdsDebounce: setup.edsDebounce,
    },
    cores: setup.cores,
    ...(setup.goRunQueue && setup.cores !== Number.POSITIVE_INFINITY ? { processor: goProcessor(setup.cores) } : {}),
    contextInit: setup.contextInit,
    proxyState: setup.proxyState,
    generate: setup.generate,
    network: setup.network,
    envoyApply: setup.envoyApply,
    simulation,
    observer,
  });
  follower.bench = bench;
  simulation.look = () => {
    area += depth * (simulation.now - since);
    [depth, since] = [bench.istiod.queueDepth, simulation.now];
  };
  // No two writes at one instant, nor a write at the end of anything: what comes first then is a matter of taste.
  for (const [i, { at, write: action }] of setup.writes.entries()) {
    perform(bench, at + (i + 1) * 0.001037, action, setup.proxies.length);
  }
  simulation.run(ms(100_000));
  return { bench, follower, area, waits };
}

const RUNS = { numRuns: 400, seed: 20_261_121 };

describe('in any mesh, with any events and settings', () => {
  property.prop([run], RUNS)(
    'no change is lost, every interested proxy gets every change, and in the end all is idle',
    (setup) => {
      const { bench, follower, area, waits } = follow(setup);
      const { notes, istiod } = bench;

      // Nothing runs, waits or is on its way.
      expect(bench.simulation.pending).toBe(0);
      expect([istiod.idle, istiod.queueDepth]).toEqual([true, 0]);

      // Every change that became a request is completed, once.
      const completed = [...notes.completed].sort((one, other) => one.id - other.id);
      expect(completed.map(({ id }) => id)).toEqual([...follower.requested].map(({ id }) => id).sort((a, b) => a - b));
      expect(completed.map(({ pendingCount }) => pendingCount)).toEqual(completed.map(() => 0));

      // Interest, decided without the planner.
      const used = new Set(notes.used.map(({ change, by }) => `${change.id}/${by.id}`));
      const gone = new Set(
        setup.writes.flatMap(({ write: action }, id) =>
          action.do === 'removeService' || action.do === 'sidecar' ? [id] : [],
        ),
      );
      for (const pair of follower.mustUse) expect([...used], `change/proxy ${pair}`).toContain(pair);
      for (const pair of used) expect([...follower.mayUse], `change/proxy ${pair}`).toContain(pair);
      // What waits for endpoints gets them, unless the cluster may have gone meanwhile.
      if (gone.size === 0)
        for (const pair of follower.mayUse) expect([...used], `change/proxy ${pair}`).toContain(pair);

      // With debounce of endpoints off the development head builds contexts that overlap: an older one may be published
      // last, and stays until the next.
      if (setup.version !== '1.32-dev' || setup.edsDebounce) {
        for (const connection of follower.connections) {
          const { scope, watched, proxy } = connection;
          const imports = importsOf(follower.world.state, ROOT, proxy.shape);
          const services = scope.selection.services.map(({ spec }) => `${spec.namespace}/${spec.host}`);
          expect([...services].sort(), 'the scope is that of the mesh as it is now').toEqual(
            [...imports.services].sort(),
          );
          expect(watched.eds?.size ?? 0, 'endpoints are watched of all clusters').toBe(
            connection.referencedEndpoints().size,
          );
          expect(connection.unwatchedEndpoints(), 'and of no others').toEqual([]);
        }
      }

      // The queue.
      expect(follower.twice).toBe(0);
      expect(follower.slotsMax).toBeLessThanOrEqual(setup.throttle);
      expect(area).toBe(waits);
    },
  );
});
