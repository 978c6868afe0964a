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
import type { Mesh } from '../mesh/mesh.js';
import { createEvents } from './1-events/events.js';
import { createDebounce, type DebounceOptions } from './2-debounce/debounce.js';
import { createPushContextStage } from './3-push-context/push-context-stage.js';
import { createPushQueue } from './4-push-queue/push-queue.js';
import { createThrottle, type ThrottleOptions } from './5-throttle/throttle.js';
import { createAdmission } from './6-push/admission.js';
import { createPlanner } from './6-push/plan/planner.js';
import { XdsStreams } from './6-push/xds-streams.js';
import { type Change, complete, newDelivery } from './model/change.js';
import { ConnectionRegistry } from './model/connection-registry.js';
import type { PushRequest, StartPush } from './model/push-request.js';
import { isBypassable } from './model/request-rules.js';
import { ShardLock } from './model/shard-lock.js';
import type { WatchEvent } from './model/watch-event.js';
import type { XdsServer } from './model/xds-server.js';
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
  const { profile, options, mesh, cost } = setup;
  const registry = new ConnectionRegistry();
  const shardLock = setup.lockContention ? new ShardLock() : undefined;
  const admission = createAdmission(options.maxRequestsPerSecond);
  const streams = new XdsStreams({
    sim,
    processor,
    observer,
    profile,
    xds: options.xds,
    answersAddedOnly: options.partialFullPushes,
    planner: createPlanner(profile, options, mesh.rootNamespace, registry),
    cost,
    choice: setup.streams.stream('select'),
    sendTimeout: options.sendTimeout,
    shardLock,
    registry,
    context: () => context.current,
    isQueued: (id) => throttle.queue.holds(id),
  });
  const throttle = createThrottle(sim, processor, throttleOptions(setup), registry.connections, streams, observer);
  const order = setup.streams.stream('enqueue');
  const context = createPushContextStage(
    sim,
    processor,
    { profile, mesh, cost, order, connections: () => registry.table.registeredIds() },
    (ids, request) => throttle.enqueue(ids, request),
    observer,
  );
  let isStopping = false;
  const startPush: StartPush = (request, merged, since, finished) => {
    if (!isStopping) context.start(request, merged, since, finished);
  };
  const debounce = createDebounce(sim, processor, debounceOptions(setup), startPush, observer);
  const events = createEvents(
    sim,
    processor,
    { profile, istiod: options, mesh, cost, wokenBy: setup.eventsWokenBy, shardLock },
    { config: debounce.offer, proxy: proxyUpdate },
    observer,
  );

  function proxyUpdate(proxy: number, request: PushRequest): void {
    const connection = streams.initialised(proxy);
    if (connection === undefined) {
      complete(request.changes, observer);
      return;
    }
    observer.proxyUpdated(request);
    throttle.enqueue(Int32Array.of(connection.id), { ...request, start: sim.now, context: context.current });
  }

  return {
    observe: (event, change, duplicateUpdates) => events.observe(event, newDelivery(change), duplicateUpdates),
    stop() {
      isStopping = true;
      throttle.stop();
    },
    get accepting() {
      return !isStopping;
    },
    get connections() {
      return registry.table.size;
    },
    get slotsInUse() {
      return throttle.slotsInUse;
    },
    get idsInUse() {
      return registry.table.idsInUse;
    },
    admit: () => admission.admit(sim.now),
    accept: (peer, proxy, synced) => streams.accept(peer, proxy, synced),
    get idle() {
      return debounce.idle && throttle.queue.depth === 0 && throttle.queue.processing === 0;
    },
    get queueDepth() {
      return throttle.queue.depth;
    },
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
