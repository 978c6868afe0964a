/**
 * istiod on one screen:
 *
 *     watch event ─► 1 events ─► 2 debounce ─► 3 push context ─► 4 push queue ─► 5 throttle ─► 6 push ─► 7 proxy
 *                        └────────── pod events, past the debounce ──────────────┘                 ◄── requests ──┘
 *
 * The seventh stage is the other end of the streams: Envoys connect here, and outlive their connections.
 */
import type { CostModel } from '../cost/model.js';
import type { Processor } from '../engine/cpu/processor.js';
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import type { Profile } from '../istio/profile.js';
import type { XdsType } from '../istio/xds-types.js';
import type { Mesh } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import { createEvents } from './1-events/events.js';
import { createDebounce, type DebounceOptions } from './2-debounce/debounce.js';
import { createPushContextStage } from './3-push-context/push-context-stage.js';
import { createPushQueue } from './4-push-queue/push-queue.js';
import { createThrottle } from './5-throttle/throttle.js';
import { createAdmission } from './6-push/admission.js';
import { createPlanner } from './6-push/plan/planner.js';
import { createXdsStream, skippable, type XdsStream } from './6-push/xds-stream.js';
import { type Change, complete, newDelivery } from './model/change.js';
import { Connection } from './model/connection.js';
import { ConnectionRegistry } from './model/connection-registry.js';
import type { PushRequest } from './model/push-request.js';
import { isBypassable } from './model/request-rules.js';
import { ShardLock } from './model/shard-lock.js';
import type { WatchEvent } from './model/watch-event.js';
import type { Peer, ServerStream, XdsServer } from './model/xds-server.js';
import type { Observer } from './observer.js';
import type { IstiodOptions } from './options.js';

export interface IstiodSetup {
  readonly profile: Profile;
  readonly options: IstiodOptions;
  readonly mesh: Mesh;
  readonly cost: CostModel;
  /** Of this istiod. */
  readonly streams: Streams;
  /** Whether endpoint updates and generators of endpoints wait for each other. */
  readonly lockContention?: boolean;
  readonly eventsWokenBy: 'network' | 'timer';
  /** When istiod notices its timers; at once if absent. */
  readonly onTimerDue?: DebounceOptions['onTimerDue'];
}

export interface Istiod extends XdsServer {
  /** A change reaches the informers. `duplicateUpdates`: as many more updates that concern no proxy. */
  observe(event: WatchEvent, change: Change, duplicateUpdates?: number): void;
  /** Nothing waits, runs or is on its way through istiod. */
  readonly idle: boolean;
  readonly queueDepth: number;
}

export function createIstiod(sim: Simulation, processor: Processor, setup: IstiodSetup, observer: Observer): Istiod {
  const { profile, options, mesh, cost, streams } = setup;
  const { xds } = options;
  const emptyMeansEverything = !profile.hasForced;
  const registry = new ConnectionRegistry();
  const planner = createPlanner(profile, options, mesh.rootNamespace, registry);
  const admission = createAdmission(options.maxRequestsPerSecond);
  /** By proxy id; the others by connection id. */
  const byProxy: (Connection | undefined)[] = [];
  const streamOf: XdsStream[] = [];
  const peers: Peer[] = [];
  const shardLock = setup.lockContention ? new ShardLock() : undefined;
  const streamSetup = {
    sim,
    processor,
    observer,
    transmit: ({ id }: Connection, type: XdsType) => peers[id]!.transmit(type),
    ended: releaseIfUnused,
    profile,
    xds,
    answersAddedOnly: options.partialFullPushes,
    planner,
    cost,
    choice: streams.stream('select'),
    shardLock,
  };

  const throttle = createThrottle(
    sim,
    processor,
    {
      pushThrottle: options.pushThrottle,
      queueOf: (wake) => createPushQueue(emptyMeansEverything, wake),
      dispatchCost: cost.dispatch,
    },
    registry.connections,
    {
      push: (id, request, done) => streamOf[id]?.push(request, done),
      skippable: (ids, count, request) => skippable(ids, count, request, registry.table, streamSetup),
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
      connections: () => registry.table.registeredIds(),
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

  function accept(peer: Peer, proxy: Proxy, synced: boolean): ServerStream {
    const { current } = context;
    const { shape } = proxy;
    const gateway = shape.type === 'gateway' ? current.tables.gateways.mergedFor(shape) : undefined;
    const connection = new Connection(registry.table, proxy, current, current.tables.scopes.of(shape), gateway);
    const { id } = connection;
    if (synced) watchEverything(connection);
    registry.add(connection);
    const stream = createXdsStream(connection, streamSetup);
    byProxy[proxy.id] = connection;
    streamOf[id] = stream;
    peers[id] = peer;
    observer.connected(connection, !synced);
    return { connection, observer, request: (request) => stream.request(request), close: () => close(connection) };
  }

  /** No later push is for it; what it has in the queue ends when its turn comes (`xds/ads.go`: closeConnection). */
  function close(connection: Connection): void {
    const { id, proxy } = connection;
    registry.table.leave(id);
    if (byProxy[proxy.id] === connection) byProxy[proxy.id] = undefined;
    observer.disconnected(connection);
    streamOf[id]!.close();
  }

  function releaseIfUnused({ id }: Connection): void {
    if (streamOf[id]!.hasEnded && !throttle.queue.holds(id)) registry.table.release(id);
  }

  return {
    observe: (event, change, duplicateUpdates) => events.observe(event, newDelivery(change), duplicateUpdates),
    admit: () => admission.admit(sim.now),
    accept,
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
