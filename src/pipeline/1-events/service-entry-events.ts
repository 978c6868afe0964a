/**
 * What a write of a ServiceEntry or of a WorkloadEntry sets off (`serviceregistry/serviceentry/controller.go`). The old
 * and the new object are compared host by host. 1.17 answers with one full push, or with endpoint updates when no
 * service changed; later versions have two independent streams, one of services and one of endpoints.
 */
import type { Processor } from '../../engine/cpu/processor.js';
import type { Nanos } from '../../engine/time.js';
import type { Profile } from '../../istio/profile.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Mesh } from '../../mesh/mesh.js';
import type { Service } from '../../mesh/services/service.js';
import { endpointsListed } from '../../mesh/services/service-entries.js';
import type { Delivery } from '../model/change.js';
import type { Reason } from '../model/push-request.js';
import type { ShardLock } from '../model/shard-lock.js';
import type { EndpointsEvent, Handler } from '../model/watch-event.js';
import type { Observer } from '../observer.js';
import { compareHosts, type HostChange, isRedefined } from './compare-hosts.js';
import type { ConfigWrite } from './config-events.js';
import { createWorker, type Worker } from './worker.js';
import type { XdsUpdater } from './xds-updater.js';

export interface ServiceEntryOptions {
  readonly profile: Profile;
  readonly mesh: Mesh;
  readonly shardLock?: ShardLock | undefined;
}

/** What has arrived is stored; the answer is its handler. */
export interface ServiceEntryEvents {
  object(write: ConfigWrite, change: Delivery): Handler;
  /**
   * Endpoints of one host of a ServiceEntry: the object was written with others.
   * @param cpu of its handler
   */
  endpoints(event: EndpointsEvent, change: Delivery, cpu: Nanos): Handler;
}

export function createServiceEntryEvents(
  processor: Processor,
  options: ServiceEntryOptions,
  updater: XdsUpdater,
  observer: Observer,
): ServiceEntryEvents {
  return new ServiceEntryController(processor, options, updater, observer);
}

class ServiceEntryController implements ServiceEntryEvents {
  private readonly profile: Profile;
  private readonly mesh: Mesh;
  private readonly shardLock: ShardLock | undefined;
  private readonly endpointsWorker: Worker;

  constructor(
    processor: Processor,
    { profile, mesh, shardLock }: ServiceEntryOptions,
    private readonly updater: XdsUpdater,
    private readonly observer: Observer,
  ) {
    this.profile = profile;
    this.mesh = mesh;
    this.shardLock = shardLock;
    this.endpointsWorker = createWorker('entry-endpoints/0', processor);
  }

  object(write: ConfigWrite, change: Delivery): Handler {
    const isWorkload = write.key.kind === 'WorkloadEntry';
    const isEdited = write.edited && !isWorkload;
    const redefined = isEdited && isRedefined(this.mesh.config(write.key)?.object, write.object);
    const entries = this.entriesOf(write).map((key) => ({ key, before: this.mesh.servicesOf(key) }));
    write.store();
    const changes = entries.flatMap(({ key, before }) => compareHosts(before, this.mesh.servicesOf(key), redefined));
    // An edit that says no more than that there was one is of something that is part of the services.
    const isUnseen = isEdited && changes.every(({ what, endpointsDiffer }) => what === 'same' && !endpointsDiffer);
    const seen = isUnseen ? changes.map((one): HostChange => ({ ...one, what: 'changed' })) : changes;
    return this.handlerOf(seen, isWorkload ? 'endpoint' : 'service', change, write.cpu);
  }

  /** The ServiceEntries it changes: those that select a WorkloadEntry, now or before. */
  private entriesOf({ key, object }: ConfigWrite): readonly ConfigKey[] {
    if (key.kind === 'ServiceEntry') return [key];
    const workloads = [this.mesh.config(key)?.object, object].filter((one) => one !== undefined);
    const selecting = workloads.flatMap((workload) => this.mesh.entriesSelecting(workload));
    return [...new Set(selecting.map((entry) => entry.key))];
  }

  endpoints({ namespace, host, ready, changed }: EndpointsEvent, change: Delivery, cpu: Nanos): Handler {
    const before = this.mesh.service(this.mesh.serviceKey(namespace, host)) as Service;
    const service = this.mesh.setService({ ...before.spec, endpoints: ready }, before);
    const endpointsDiffer = changed || before.spec.endpoints !== ready;
    return this.handlerOf([{ service, what: 'same', endpointsDiffer }], 'service', change, cpu);
  }

  /** Shards are written where endpoints are handled: in later versions not by the stream that the answer is for. */
  private handlerOf(changes: readonly HostChange[], reason: Reason, change: Delivery, cpu: Nanos): Handler {
    if (!this.profile.serviceEntryStreams) {
      const writesShards = changes.some((one) => one.what === 'removed' || !isDns(one));
      return { run: () => this.entryWritten(changes, reason, change), writesShards };
    }
    const resolved = changes.filter((one) => one.endpointsDiffer && one.service.spec.resolution !== 'none');
    if (resolved.length > 0) {
      this.endpointsWorker.add(() => this.endpointsWritten(resolved, change), cpu, this.shardLock);
    }
    return { run: () => this.servicesWritten(changes, change), writesShards: false };
  }

  /** 1.17, on its one config worker. `reason` is that of a full push for the endpoints of a DNS host alone. */
  private entryWritten(changes: readonly HostChange[], reason: Reason, change: Delivery): void {
    const services = this.countServices(changes);
    // The endpoints of a DNS host are part of its cluster: all of it is pushed, whether they differ or not.
    const resolved = changes.filter((one) => one.what === 'same' && isDns(one));
    const pushed = [...services, ...resolved];
    for (const one of changes) {
      const { service, what, endpointsDiffer } = one;
      const ready = service.spec.endpoints;
      const slice = { ...endpointsListed(ready, service.listed), changed: endpointsDiffer };
      if (what === 'removed') this.updater.deleteShard(service, 'external');
      else if (pushed.length === 0) this.updater.edsUpdate(service, slice, change, 'external');
      else if (!isDns(one)) this.updater.edsCacheUpdate(service, slice, 'external');
    }
    if (pushed.length > 0) this.fullPush(services.length > 0 ? 'service' : reason, pushed, change);
  }

  /** Later versions: what the stream of services says. */
  private servicesWritten(changes: readonly HostChange[], change: Delivery): void {
    const services = this.countServices(changes);
    if (services.length > 0) this.fullPush('service', services, change);
  }

  private countServices(changes: readonly HostChange[]): readonly HostChange[] {
    const services = changes.filter(({ what }) => what !== 'same');
    for (const { what } of services) this.observer.inbound(what === 'removed' ? 'svcdelete' : 'svc');
    return services;
  }

  /** Later versions: what the stream of endpoints says of hosts that have others now. */
  private endpointsWritten(changes: readonly HostChange[], change: Delivery): void {
    for (const one of changes) {
      const { service, what } = one;
      const isGone = what === 'removed';
      if (isGone) this.observer.inbound('svcdelete');
      const slice = { ...endpointsListed(isGone ? 0 : service.spec.endpoints, service.listed), changed: true };
      this.updater.edsUpdate(service, slice, change, 'external');
      if (isGone) this.updater.deleteShard(service, 'external');
      if (what === 'same' && isDns(one)) this.fullPush('endpoint', [one], change);
    }
  }

  private fullPush(reason: Reason, changes: readonly HostChange[], change: Delivery): void {
    this.updater.configUpdate({ full: true, reason, keys: changes.map(({ service }) => service.key) }, change);
  }
}

function isDns({ service }: HostChange): boolean {
  return service.spec.resolution === 'dns';
}
