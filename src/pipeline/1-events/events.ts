/**
 * From watch events to push requests: the informers, what they pass on and to which worker queue
 * (`serviceregistry/kube/controller`, `config/kube/crdclient`). What a version suppresses, doubles or turns into a full
 * push is decided by the handlers, in `service-events.ts`, `service-entry-events.ts` and `config-events.ts`.
 *
 *     informer ─► discoverySelectors ─┬─► worker queue ─┬─► handler ─► XDSUpdater ─► next
 *                                     └──── secrets ────┘
 *
 * An object's newest state is stored on arrival; its handler runs later on a worker queue and reads what is newest
 * then. Queued handlers of one object are not merged: each runs, as in istiod.
 */
import type { CostModel, HandlerWork } from '../../cost/model.js';
import { Goroutine, PARKED, type Processor } from '../../engine/cpu/processor.js';
import { Ring } from '../../engine/ring.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import type { ConfigKind } from '../../istio/kinds.js';
import type { Profile } from '../../istio/profile.js';
import { isSecret, type WatchedKind } from '../../mesh/config/discovery.js';
import type { Mesh } from '../../mesh/mesh.js';
import type { Delivery } from '../model/change.js';
import type { ShardLock } from '../model/shard-lock.js';
import { type Handler, isDelete, type WatchEvent } from '../model/watch-event.js';
import type { Observer } from '../observer.js';
import type { IstiodOptions } from '../options.js';
import { createConfigEvents } from './config-events.js';
import { createServiceEntryEvents } from './service-entry-events.js';
import { createServiceEvents } from './service-events.js';
import { objectWritten, queueOf, watched } from './watched.js';
import { createWorker, type Worker } from './worker.js';
import { createXdsUpdater, EVERYTHING, type Update, type Updates } from './xds-updater.js';

export type { Edit, WatchEvent } from '../model/watch-event.js';

export interface EventOptions {
  readonly profile: Profile;
  readonly istiod: IstiodOptions;
  readonly mesh: Mesh;
  readonly cost: CostModel;
  /** What makes istiod notice an event: its API watch, or (in a test bed that writes in-process) a timer. */
  readonly wokenBy: 'network' | 'timer';
  /** Taken by endpoint updates for writing, when its contention is modelled. */
  readonly shardLock?: ShardLock | undefined;
}

export interface Events {
  /** `duplicateUpdates`: updates in the event's name that concern no proxy; a test bed may cause some, a real istiod does not. */
  observe(event: WatchEvent, change: Delivery, duplicateUpdates?: number): void;
}

/** An event the informer has not passed on yet. */
interface Arrival {
  readonly event: WatchEvent;
  readonly change: Delivery;
  readonly duplicateUpdates: number;
}

/** Endpoints in one slice (`--max-endpoints-per-slice` of the slice controller). */
const SLICE_MAX = 100;

const NO_WORK: HandlerWork = { decode: 0, handle: 0 };

export function createEvents(
  sim: Simulation,
  processor: Processor,
  options: EventOptions,
  next: Updates,
  observer: Observer,
): Events {
  const { profile, mesh, cost } = options;
  const updater = createXdsUpdater(sim, options, next, observer);
  const services = createServiceEvents(options, updater, observer);
  const entries = createServiceEntryEvents(processor, options, updater, observer);
  const configs = createConfigEvents(options, updater, entries.object);
  const workers = new Map<string, Worker>();

  const inbox = new Ring<Arrival>();
  let decoding: Arrival | undefined;
  let work = NO_WORK;
  const informer = new Goroutine('informer', () => {
    for (;;) {
      if (decoding !== undefined) dispatch(decoding, work);
      decoding = inbox.shift();
      if (decoding === undefined) return PARKED;
      work = workOf(decoding.event);
      if (work.decode > 0) return work.decode;
    }
  });

  function observe(event: WatchEvent, change: Delivery, duplicateUpdates = 0): void {
    inbox.push({ event, change, duplicateUpdates });
    if (options.wokenBy === 'timer') processor.wakeByTimer(informer);
    else processor.wake(informer);
  }

  /** Each registered handler has a goroutine of its own. The one woken last goes first. */
  function dispatch({ event, change, duplicateUpdates }: Arrival, { handle: cpu }: HandlerWork): void {
    const { kind, namespace } = watched(event, mesh);
    // `discoverySelectors` sit between the informer and its handlers.
    if (!mesh.handles(kind, namespace)) return;
    const isKnown = knows(event, kind);
    // No informer tells of the end of what it has never had.
    if (!isKnown && isDelete(event)) return;
    observer.observed(objectWritten(event, mesh), change, !isKnown);
    const { run, writesShards } = arrive(event, kind, change, cpu);
    const queue = queueOf(kind, profile);
    if (queue === undefined) run();
    else worker(queue).add(run, cpu, writesShards ? options.shardLock : undefined);
    for (let duplicate = 1; duplicate <= duplicateUpdates; duplicate++) {
      worker(`${kind}/${duplicate}`).add(() => updater.configUpdate(duplicateOf(kind, namespace), change), 0);
    }
  }

  function workOf(event: WatchEvent): HandlerWork {
    if (event.of === 'mesh') return NO_WORK;
    const { kind } = watched(event, mesh);
    if (event.of === 'endpoints' && kind === 'Service') {
      const { ready, addresses = Math.min(SLICE_MAX, ready) } = event;
      return cost.handler('endpoints', { addresses, endpoints: ready });
    }
    if (kind === 'Service') return cost.handler('service');
    return cost.handler(isSecret(kind) ? 'secret' : 'config');
  }

  function duplicateOf(kind: WatchedKind, namespace: string): Update {
    const named = kind === 'Service' ? 'ServiceEntry' : (kind as ConfigKind);
    return { full: true, reason: 'config', keys: [mesh.keys.of(named, namespace, 'nobody')] };
  }

  function knows(event: WatchEvent, kind: WatchedKind): boolean {
    if (event.of === 'config') return configs.knows(event);
    if (event.of === 'service' || (event.of === 'endpoints' && kind === 'Service')) return services.knows(event);
    return true;
  }

  /** Stores the newest state and answers the handler. */
  function arrive(event: WatchEvent, kind: WatchedKind, change: Delivery, cpu: Nanos): Handler {
    switch (event.of) {
      case 'service':
        return services.service(event, change);
      case 'endpoints':
        return (kind === 'ServiceEntry' ? entries : services).endpoints(event, change, cpu);
      case 'config':
        return configs.object(event, change, cpu);
      case 'pod':
        return { run: () => updater.proxyUpdate(event.proxy, change), writesShards: false };
      case 'mesh':
        return { run: () => updater.configUpdate({ ...EVERYTHING, reason: 'global' }, change), writesShards: false };
    }
  }

  function worker(name: string): Worker {
    let known = workers.get(name);
    if (known === undefined) {
      known = createWorker(name, processor);
      workers.set(name, known);
    }
    return known;
  }

  return { observe };
}
