/**
 * From watch events to push requests: the informers, what they pass on and to which worker queue
 * (`serviceregistry/kube/controller`, `config/kube/crdclient`). What a version suppresses, doubles or turns into a full
 * push is decided by the handlers, in `service-events.ts`, `service-entry-events.ts` and `config-events.ts`.
 *
 *     informer ─► discoverySelectors ─┬─► worker queue ─┬─► handler ─► XDSUpdater ─► next
 *                                     └─ secrets, pods ─┘
 *
 * An object's newest state is stored on arrival; its handler runs later on a worker queue and reads what is newest
 * then. Queued handlers of one object are not merged: each runs, as in istiod.
 */
import type { CostModel, HandlerKind } from '../cost/model.js';
import { Goroutine, PARKED, type Processor } from '../engine/processor.js';
import { Ring } from '../engine/ring.js';
import type { Simulation } from '../engine/simulation.js';
import type { WatchedKind } from '../mesh/discovery.js';
import type { Mesh } from '../mesh/mesh.js';
import type { Change } from './change.js';
import { createConfigEvents, isSecret } from './config-events.js';
import type { IstiodOptions } from './options.js';
import type { Probe } from './probe.js';
import type { Profile } from './profiles/profile.js';
import { createServiceEntryEvents } from './service-entry-events.js';
import { createServiceEvents } from './service-events.js';
import type { ShardLock } from './shard-lock.js';
import { objectOf, serviceOf, type WatchEvent } from './watch-event.js';
import { createWorker, type Worker } from './worker.js';
import { createXdsUpdater, EVERYTHING, type Updates } from './xds-updater.js';

export type { Edit, WatchEvent } from './watch-event.js';

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
  /** `copies`: how many registered handlers see the event; one in a real istiod. */
  observe(event: WatchEvent, change: Change, copies?: number): void;
}

/** What an event is about, as the selectors and the worker queues tell objects apart. */
interface Watched {
  readonly kind: WatchedKind;
  /** Empty for what is cluster-wide. */
  readonly namespace: string;
}

export function createEvents(
  sim: Simulation,
  processor: Processor,
  options: EventOptions,
  next: Updates,
  probe: Probe,
): Events {
  const { profile, mesh, cost } = options;
  const updater = createXdsUpdater(sim, options, next, probe);
  const services = createServiceEvents(options, updater, probe);
  const entries = createServiceEntryEvents(processor, options, updater, probe);
  const configs = createConfigEvents(options, updater, entries.object);
  const workers = new Map<string, Worker>();
  const afterwards = createWorker('afterwards', processor);

  const inbox = new Ring<() => void>();
  const informer = new Goroutine('informer', () => {
    for (let arrived = inbox.shift(); arrived !== undefined; arrived = inbox.shift()) arrived();
    return PARKED;
  });

  function observe(event: WatchEvent, change: Change, copies = 1): void {
    inbox.push(() => dispatch(event, change, copies));
    if (options.wokenBy === 'timer') processor.wakeByTimer(informer);
    else processor.wake(informer);
  }

  /** Each registered handler has a goroutine of its own. */
  function dispatch(event: WatchEvent, change: Change, copies: number): void {
    const { kind, namespace } = watched(event);
    // `discoverySelectors` sit between the informer and its handlers.
    if (!mesh.handles(kind, namespace)) return;
    probe.observed(event, change, isNew(event));
    const handle = arrive(event, kind, change);
    const { before, after } = cost.handler(handlerKind(event, kind));
    const queue = queueOf(event, kind);
    const lock = event.of === 'endpoints' ? options.shardLock : undefined;
    for (let copy = 0; copy < copies; copy++) {
      if (queue === undefined) handle();
      else worker(`${queue}/${copy}`).add(handle, copy === 0 ? before : 0, lock);
    }
    if (after > 0) afterwards.add(() => {}, after);
  }

  function watched(event: WatchEvent): Watched {
    switch (event.of) {
      case 'service':
        return { kind: 'Service', namespace: serviceOf(event).namespace };
      case 'endpoints': {
        const { namespace, host } = event;
        // Of a ServiceEntry's host they are a part of that object.
        const isEntryHost = mesh.service(mesh.serviceKey(namespace, host))?.entry !== undefined;
        return { kind: isEntryHost ? 'ServiceEntry' : 'Service', namespace };
      }
      case 'config':
        return objectOf(event);
      case 'pod':
        return { kind: 'Pod', namespace: mesh.proxies[event.proxy]?.shape.namespace ?? '' };
      case 'mesh':
        return { kind: 'MeshConfig', namespace: '' };
    }
  }

  function isNew(event: WatchEvent): boolean {
    if (event.of === 'config') return configs.isNew(event);
    return (event.of === 'service' || event.of === 'endpoints') && services.isNew(event);
  }

  /** Stores the newest state and answers the handler. */
  function arrive(event: WatchEvent, kind: WatchedKind, change: Change): () => void {
    switch (event.of) {
      case 'service':
        return services.service(event, change);
      case 'endpoints':
        return (kind === 'ServiceEntry' ? entries : services).endpoints(event, change);
      case 'config':
        return configs.object(event, change);
      case 'pod':
        return () => updater.proxyUpdate(event.proxy, change);
      case 'mesh':
        return () => updater.configUpdate({ ...EVERYTHING, reason: 'global' }, change);
    }
  }

  /** Undefined: on the informer's own goroutine. */
  function queueOf(event: WatchEvent, kind: WatchedKind): string | undefined {
    if (event.of === 'pod' || event.of === 'mesh' || isSecret(kind)) return undefined;
    if (kind === 'Service') return 'registry';
    return profile.configStreamPerKind ? kind : 'config';
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

function handlerKind(event: WatchEvent, kind: WatchedKind): HandlerKind {
  if (event.of === 'service' || event.of === 'endpoints') return event.of;
  return isSecret(kind) ? 'secret' : 'config';
}
