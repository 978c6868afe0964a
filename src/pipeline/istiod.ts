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
import type { Nanos } from '../engine/time.js';
import type { Profile } from '../istio/profile.js';
import type { Mesh } from '../mesh/mesh.js';
import type { Proxy } from '../mesh/proxies.js';
import { createEvents, type Events } from './1-events/events.js';
import { createDebounce, type Debounce, type DebounceOptions } from './2-debounce/debounce.js';
import { createPushContextStage, type PushContextStage } from './3-push-context/push-context-stage.js';
import { createPushQueue } from './4-push-queue/push-queue.js';
import { createThrottle, type Throttle, type ThrottleOptions } from './5-throttle/throttle.js';
import { type Admission, createAdmission } from './6-push/admission.js';
import { createPlanner } from './6-push/plan/planner.js';
import { XdsStreams } from './6-push/xds-streams.js';
import { type Change, complete, newDelivery } from './model/change.js';
import { ConnectionRegistry } from './model/connection-registry.js';
import type { PushRequest, StartPush } from './model/push-request.js';
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
  /** SIGTERM: no push begins any more; streams live on and requests are answered. */
  stop(): void;
  /** Streams that are open. */
  readonly connections: number;
  readonly slotsInUse: number;
  /** Places in the connection table that are taken, by open streams and by closed ones that are still referred to. */
  readonly idsInUse: number;
}

export function createIstiod(sim: Simulation, processor: Processor, setup: IstiodSetup, observer: Observer): Istiod {
  return new WiredIstiod(sim, processor, setup, observer);
}

class WiredIstiod implements Istiod {
  private readonly registry = new ConnectionRegistry();
  private readonly admission: Admission;
  private readonly streams: XdsStreams;
  private readonly throttle: Throttle;
  private readonly context: PushContextStage;
  private readonly debounce: Debounce;
  private readonly events: Events;
  private isStopping = false;

  constructor(
    private readonly sim: Simulation,
    processor: Processor,
    setup: IstiodSetup,
    private readonly observer: Observer,
  ) {
    const { profile, options, mesh, cost } = setup;
    const { registry } = this;
    const shardLock = setup.lockContention ? new ShardLock() : undefined;
    this.admission = createAdmission(options.maxRequestsPerSecond);
    this.streams = new XdsStreams({
      ...streamOptions(setup, registry),
      sim,
      processor,
      observer,
      shardLock,
      context: () => this.context.current,
      isQueued: (id) => this.throttle.queue.holds(id),
    });
    this.throttle = createThrottle(
      sim,
      processor,
      throttleOptions(setup),
      registry.connections,
      this.streams,
      observer,
    );
    const order = setup.streams.stream('enqueue');
    const connections = (): Int32Array => registry.table.registeredIds();
    const queue = (ids: Int32Array, request: PushRequest): void => this.throttle.enqueue(ids, request);
    this.context = createPushContextStage(sim, processor, { profile, mesh, cost, order, connections }, queue, observer);
    const startPush: StartPush = (request, merged, since, finished) => {
      if (!this.isStopping) this.context.start(request, merged, since, finished);
    };
    this.debounce = createDebounce(sim, processor, debounceOptions(setup), startPush, observer);
    this.events = createEvents(
      sim,
      processor,
      { profile, istiod: options, mesh, cost, wokenBy: setup.eventsWokenBy, shardLock },
      { config: this.debounce.offer, proxy: (proxy, request) => this.proxyUpdate(proxy, request) },
      observer,
    );
  }

  observe(event: WatchEvent, change: Change, duplicateUpdates?: number): void {
    this.events.observe(event, newDelivery(change), duplicateUpdates);
  }

  stop(): void {
    this.isStopping = true;
    this.throttle.stop();
  }

  admit(): Nanos | undefined {
    return this.admission.admit(this.sim.now);
  }

  accept(peer: Peer, proxy: Proxy, synced: boolean): ServerStream {
    return this.streams.accept(peer, proxy, synced);
  }

  get accepting(): boolean {
    return !this.isStopping;
  }

  get connections(): number {
    return this.registry.table.size;
  }

  get slotsInUse(): number {
    return this.throttle.slotsInUse;
  }

  get idsInUse(): number {
    return this.registry.table.idsInUse;
  }

  get idle(): boolean {
    const { queue } = this.throttle;
    return this.debounce.idle && queue.depth === 0 && queue.processing === 0;
  }

  get queueDepth(): number {
    return this.throttle.queue.depth;
  }

  /** A pod event queues its own proxy, past the debounce. */
  private proxyUpdate(proxy: number, request: PushRequest): void {
    const { sim, observer } = this;
    const connection = this.streams.initialised(proxy);
    if (connection === undefined) {
      complete(request.changes, observer);
      return;
    }
    observer.proxyUpdated(request);
    const queued = { ...request, start: sim.now, context: this.context.current };
    this.throttle.enqueue(Int32Array.of(connection.id), queued);
  }
}

function streamOptions({ profile, options, mesh, cost, streams }: IstiodSetup, registry: ConnectionRegistry) {
  return {
    profile,
    xds: options.xds,
    answersAddedOnly: options.partialFullPushes,
    planner: createPlanner(profile, options, mesh.rootNamespace, registry),
    cost,
    choice: streams.stream('select'),
    sendTimeout: options.sendTimeout,
    registry,
  };
}

function throttleOptions({ profile, options, cost }: IstiodSetup): ThrottleOptions {
  return {
    pushThrottle: options.pushThrottle,
    queueOf: (wake) => createPushQueue(!profile.hasForced, wake),
    dispatchCost: cost.dispatch,
  };
}

function debounceOptions({ profile, options, cost, onTimerDue }: IstiodSetup): DebounceOptions {
  return {
    debounceAfter: options.debounceAfter,
    debounceMax: options.debounceMax,
    emptyMeansEverything: !profile.hasForced,
    bypasses: (request) => !options.enableEdsDebounce && isBypassable(request, profile),
    mergeCost: cost.merge,
    ...(onTimerDue === undefined ? {} : { onTimerDue }),
  };
}
