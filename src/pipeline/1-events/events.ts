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
import { assert } from '../../engine/assert.js';
import { Goroutine, PARKED, type Processor } from '../../engine/cpu/processor.js';
import { Ring } from '../../engine/ring.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import type { ConfigKind } from '../../istio/kinds.js';
import type { Profile } from '../../istio/profile.js';
import { isSecret, type WatchedKind } from '../../mesh/config/discovery.js';
import { foreignBy } from '../../mesh/config/ownership.js';
import type { Mesh } from '../../mesh/mesh.js';
import type { Delivery } from '../model/change.js';
import type { ShardLock } from '../model/shard-lock.js';
import { type Handler, isDelete, type PodEvent, type WatchEvent } from '../model/watch-event.js';
import type { Observer } from '../observer.js';
import type { IstiodOptions } from '../options.js';
import { type ConfigEvents, type ConfigWrite, createConfigEvents } from './config-events.js';
import { createServiceEntryEvents, type ServiceEntryEvents } from './service-entry-events.js';
import { createServiceEvents, type ServiceEvents } from './service-events.js';
import { objectWritten, queueOf, watched } from './watched.js';
import { WorkerQueues } from './worker.js';
import { createXdsUpdater, EVERYTHING, type Update, type Updates, type XdsUpdater } from './xds-updater.js';

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
  return new Informers(sim, processor, options, next, observer);
}

class Informers implements Events {
  private readonly updater: XdsUpdater;
  private readonly services: ServiceEvents;
  private readonly entries: ServiceEntryEvents;
  private readonly configs: ConfigEvents;
  private readonly queues: WorkerQueues;

  private readonly inbox = new Ring<Arrival>();
  private decoding: Arrival | undefined;
  private work = NO_WORK;
  private readonly informer = new Goroutine('informer', () => this.step());

  constructor(
    sim: Simulation,
    private readonly processor: Processor,
    private readonly options: EventOptions,
    next: Updates,
    private readonly observer: Observer,
  ) {
    this.updater = createXdsUpdater(sim, options, next, observer);
    this.services = createServiceEvents(options, this.updater, observer);
    this.entries = createServiceEntryEvents(processor, options, this.updater, observer);
    this.configs = createConfigEvents(options, this.updater, (write, change) => this.entryWritten(write, change));
    this.queues = new WorkerQueues(processor);
  }

  observe(event: WatchEvent, change: Delivery, duplicateUpdates = 0): void {
    this.inbox.push({ event, change, duplicateUpdates });
    if (this.options.wokenBy === 'timer') this.processor.wakeByTimer(this.informer);
    else this.processor.wake(this.informer);
  }

  private step(): Nanos {
    for (;;) {
      if (this.decoding !== undefined) this.dispatch(this.decoding, this.work);
      this.decoding = this.inbox.shift();
      if (this.decoding === undefined) return PARKED;
      this.work = this.workOf(this.decoding.event);
      if (this.work.decode > 0) return this.work.decode;
    }
  }

  /** Each registered handler has a goroutine of its own. The one woken last goes first. */
  private dispatch({ event: written, change, duplicateUpdates }: Arrival, { handle: cpu }: HandlerWork): void {
    const { queues } = this;
    const { profile, mesh, shardLock } = this.options;
    const event = this.ownEvent(written);
    if (event === undefined) return;
    const { kind, namespace } = watched(event, mesh);
    // `discoverySelectors` sit between the informer and its handlers.
    if (!mesh.handles(kind, namespace)) return;
    const isKnown = this.knows(event, kind);
    // No informer tells of the end of what it has never had.
    if (!isKnown && isDelete(event)) return;
    assert(change.pendingCount === 0, 'a change is delivered to an istiod once');
    this.observer.observed(objectWritten(event, mesh), change, !isKnown);
    const { run, writesShards } = this.arrive(event, kind, change, cpu);
    const queue = queueOf(kind, profile);
    if (queue === undefined) run();
    else queues.of(queue).add(run, cpu, writesShards ? shardLock : undefined);
    for (let duplicate = 1; duplicate <= duplicateUpdates; duplicate++) {
      const update = (): void => this.updater.configUpdate(this.duplicateOf(kind, namespace), change);
      queues.of(`${kind}/${duplicate}`).add(update, 0);
    }
  }

  /** A write of what is not for this istiod is nothing to it, or the end of what was (`crdclient`: inRevision). */
  private ownEvent(event: WatchEvent): WatchEvent | undefined {
    if (event.of !== 'config' || event.action === 'delete') return event;
    const { kind, namespace, name } = event.object;
    if (foreignBy(event.object, this.options.mesh.rules) === undefined) return event;
    return this.configs.knows(event) ? { of: 'config', action: 'delete', kind, namespace, name } : undefined;
  }

  /** A WorkloadEntry is an endpoint of ServiceEntries and of Kubernetes Services that select it. */
  private entryWritten(write: ConfigWrite, change: Delivery): Handler {
    const { mesh } = this.options;
    if (write.key.kind === 'ServiceEntry') return this.entries.object(write, change);
    const workloads = [mesh.config(write.key)?.object, write.object].filter((one) => one !== undefined);
    const selecting = new Set(workloads.flatMap((workload) => mesh.servicesSelecting(workload)));
    const { run, writesShards } = this.entries.object(write, change);
    if (selecting.size === 0) return { run, writesShards };
    return {
      run: () => {
        run();
        for (const service of selecting) this.services.workloadsChanged(service, change);
      },
      writesShards: true,
    };
  }

  /** Its own proxy first, past the debounce; then the endpoints that it is. */
  private pod({ proxy, relabelled = [] }: PodEvent, change: Delivery): Handler {
    const run = (): void => {
      if (proxy !== undefined) this.updater.proxyUpdate(proxy, change);
      if (relabelled.length > 0) this.services.relabelled(relabelled, change);
    };
    return { run, writesShards: relabelled.length > 0 };
  }

  private workOf(event: WatchEvent): HandlerWork {
    const { mesh, cost } = this.options;
    if (event.of === 'mesh') return NO_WORK;
    const { kind } = watched(event, mesh);
    if (event.of === 'endpoints' && kind === 'Service') {
      const { ready, addresses = Math.min(SLICE_MAX, ready) } = event;
      return cost.handler('endpoints', { addresses, endpoints: ready });
    }
    if (kind === 'Service') return cost.handler('service');
    return cost.handler(isSecret(kind) ? 'secret' : 'config');
  }

  private duplicateOf(kind: WatchedKind, namespace: string): Update {
    const named = kind === 'Service' ? 'ServiceEntry' : (kind as ConfigKind);
    return { full: true, reason: 'config', keys: [this.options.mesh.keys.of(named, namespace, 'nobody')] };
  }

  private knows(event: WatchEvent, kind: WatchedKind): boolean {
    if (event.of === 'config') return this.configs.knows(event);
    if (event.of === 'service' || (event.of === 'endpoints' && kind === 'Service')) return this.services.knows(event);
    return true;
  }

  /** Stores the newest state and answers the handler. */
  private arrive(event: WatchEvent, kind: WatchedKind, change: Delivery, cpu: Nanos): Handler {
    const { updater } = this;
    switch (event.of) {
      case 'service':
        return this.services.service(event, change);
      case 'endpoints':
        return (kind === 'ServiceEntry' ? this.entries : this.services).endpoints(event, change, cpu);
      case 'config':
        return this.configs.object(event, change, cpu);
      case 'pod':
        return this.pod(event, change);
      case 'mesh':
        return { run: () => updater.configUpdate({ ...EVERYTHING, reason: 'global' }, change), writesShards: false };
    }
  }
}
