/**
 * istiod on one screen:
 *
 *     watch event ─► 1 events ─► 2 debounce ─► 3 push context ─► 4 push queue ─► 5 throttle ─► 6 push ─► 7 proxy
 *                        └────────── pod events, past the debounce ──────────────┘                 ◄── requests ──┘
 */
import type { CostModel } from '../cost/model.js';
import type { Processor } from '../engine/cpu/processor.js';
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { Profile } from '../istio/profile.js';
import type { XdsType } from '../istio/xds-types.js';
import type { Mesh } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import { createEvents, type WatchEvent } from './1-events/events.js';
import { createDebounce, type DebounceOptions } from './2-debounce/debounce.js';
import { createPushContextStage } from './3-push-context/push-context-stage.js';
import { createThrottle } from './5-throttle/throttle.js';
import { createAdmission } from './6-push/admission.js';
import { Rejections } from './6-push/nacked-changes.js';
import { createPlanner } from './6-push/plan/planner.js';
import { createXdsStream, skippable, type XdsStream } from './6-push/xds-stream.js';
import { Envoy } from './7-proxy/envoy.js';
import { type Change, complete } from './model/change.js';
import { Connection } from './model/connection.js';
import { ConnectionTable } from './model/connection-table.js';
import type { PushRequest } from './model/push-request.js';
import { isBypassable } from './model/request-rules.js';
import { ShardLock } from './model/shard-lock.js';
import type { Observer } from './observer.js';
import type { IstiodOptions } from './options.js';

export interface IstiodSetup {
  readonly profile: Profile;
  readonly options: IstiodOptions;
  readonly mesh: Mesh;
  readonly cost: CostModel;
  readonly streams: Streams;
  /** Whether endpoint updates and generators of endpoints wait for each other. */
  readonly lockContention?: boolean;
  readonly eventsWokenBy: 'network' | 'timer';
  /** When istiod notices its timers; at once if absent. */
  readonly onTimerDue?: DebounceOptions['onTimerDue'];
  /** Draw one-way delays and Envoy's time to apply a message. */
  readonly network: () => Nanos;
  readonly envoyApply: () => Nanos;
}

export interface Istiod {
  observe(event: WatchEvent, change: Change, duplicateUpdates?: number): void;
  /** Connects a proxy that already has its configuration, or one that asks for all of it. */
  connect(proxy: Proxy, state: 'synced' | 'cold'): void;
  /** From now until then these proxies reject messages of these types. */
  reject(proxies: readonly number[], types: readonly XdsType[], until: Nanos): void;
  /** Nothing waits, runs or is on its way through istiod. */
  readonly idle: boolean;
  readonly queueDepth: number;
}

export function createIstiod(sim: Simulation, processor: Processor, setup: IstiodSetup, observer: Observer): Istiod {
  const { profile, options, mesh, cost, streams } = setup;
  const { xds } = options;
  const emptyMeansEverything = !profile.hasForced;
  const connectionTable = new ConnectionTable();
  const planner = createPlanner(profile, options, mesh.rootNamespace, connectionTable);
  const choice = streams.stream('select');
  const reconnect = streams.stream('reconnect');
  const admission = createAdmission(options.maxRequestsPerSecond);
  /** By proxy id; the others by connection id. */
  const byProxy: (Connection | undefined)[] = [];
  const streamOf: XdsStream[] = [];
  const envoys: Envoy[] = [];
  const shardLock = setup.lockContention ? new ShardLock() : undefined;
  const answersAddedOnly = options.partialFullPushes;
  const streamSetup = {
    sim,
    processor,
    observer,
    transmit,
    profile,
    xds,
    answersAddedOnly,
    planner,
    cost,
    choice,
    shardLock,
  };
  const { network, envoyApply } = setup;
  const rejections = new Rejections();
  const proxyOptions = {
    sim,
    observer,
    xds,
    network,
    envoyApply,
    reply: (id: number) => envoys[id]?.replied(),
    rejects: (proxy: number, type: XdsType, arrives: Nanos) => rejections.rejects(proxy, type, arrives),
  };

  const throttle = createThrottle(
    sim,
    processor,
    { pushThrottle: options.pushThrottle, emptyMeansEverything, dispatchCost: cost.dispatch },
    connectionTable,
    {
      push: (id, request, done) => streamOf[id]?.push(request, done),
      skippable: (ids, count, request) => skippable(ids, count, request, connectionTable, streamSetup),
    },
    observer,
  );
  const context = createPushContextStage(
    sim,
    processor,
    {
      profile,
      mesh,
      cost,
      order: streams.stream('enqueue'),
      connections: () => connectionTable.connections.length,
    },
    (ids, request) => throttle.enqueue(ids, request),
    observer,
  );
  const debounce = createDebounce(
    sim,
    processor,
    {
      debounceAfter: options.debounceAfter,
      debounceMax: options.debounceMax,
      emptyMeansEverything,
      bypasses: (request) => !options.enableEdsDebounce && isBypassable(request, profile),
      mergeCost: cost.merge,
      ...(setup.onTimerDue === undefined ? {} : { onTimerDue: setup.onTimerDue }),
    },
    context.start,
    observer,
  );
  const events = createEvents(
    sim,
    processor,
    { profile, istiod: options, mesh, cost, wokenBy: setup.eventsWokenBy, shardLock },
    { config: debounce.offer, proxy: proxyUpdate },
    observer,
  );

  /** Only an initialised connection is found by its proxy (`xds/ads.go`: ProxyUpdate). */
  function proxyUpdate(proxy: number, request: PushRequest): void {
    const connection = byProxy[proxy];
    if (connection === undefined || !streamOf[connection.id]?.isInitialised) {
      complete(request.changes, observer);
      return;
    }
    observer.proxyUpdated(request);
    throttle.enqueue(Int32Array.of(connection.id), { ...request, start: sim.now, context: context.current });
  }

  function connect(proxy: Proxy, state: 'synced' | 'cold'): void {
    if (state === 'synced') register(proxy, true);
    else openStream(proxy, 0);
  }

  /**
   * A stream that is let in becomes a connection with its first request, which says whose it is (`xds/ads.go`:
   * initConnection). Refused streams come back after Envoy's back-off: uniform below 500 ms, doubling to 30 s.
   */
  function openStream(proxy: Proxy, failures: number): void {
    const at = admission.admit(sim.now);
    if (at !== undefined) {
      sim.at(at + network(), () => register(proxy, false).subscribe());
      return;
    }
    const bound = Math.min(30_000, 500 * 2 ** failures) * 1_000_000;
    sim.after(Math.round(reconnect.uniform() * bound), () => openStream(proxy, failures + 1));
  }

  function transmit(connection: Connection, type: XdsType): Nanos | undefined {
    return (envoys[connection.id] as Envoy).transmit(type);
  }

  function register(proxy: Proxy, synced: boolean): Envoy {
    const { current } = context;
    const { shape } = proxy;
    const gateway = shape.type === 'gateway' ? current.tables.gateways.mergedFor(shape) : undefined;
    const connection = new Connection(connectionTable, proxy, current, current.tables.scopes.of(shape), gateway);
    if (synced) watchEverything(connection);
    const stream = createXdsStream(connection, streamSetup);
    const envoy = new Envoy(connection, proxyOptions, stream);
    byProxy[proxy.id] = connection;
    streamOf.push(stream);
    envoys.push(envoy);
    observer.connected(connection, !synced);
    return envoy;
  }

  return {
    observe: events.observe,
    connect,
    reject: (proxies, types, until) => rejections.add(proxies, types, until),
    get idle() {
      return debounce.idle && throttle.queue.depth === 0 && throttle.queue.processing === 0;
    },
    get queueDepth() {
      return throttle.queue.depth;
    },
  };
}

/** The subscriptions of a proxy that has been connected for a while. */
function watchEverything(connection: Connection): void {
  const endpoints = connection.referencedEndpoints();
  const routes = connection.referencedRoutes();
  const secrets = connection.referencedSecrets();
  connection.watch({
    cds: true,
    eds: endpoints.size > 0 ? endpoints : undefined,
    lds: true,
    rds: routes.size > 0 ? routes : undefined,
    nds: connection.proxy.shape.dnsCapture,
    sds: secrets.size > 0 ? secrets : undefined,
  });
  // It has seen a response of each type; 0 would say that it never has.
  connection.nonces.fill(1);
}
