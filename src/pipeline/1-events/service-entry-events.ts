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
import type { Delivery } from '../model/change.js';
import type { Reason } from '../model/push-request.js';
import type { ShardLock } from '../model/shard-lock.js';
import type { EndpointsEvent, Handler } from '../model/watch-event.js';
import type { Observer } from '../observer.js';
import { compareHosts, type HostChange, isRedefined } from './compare-hosts.js';
import type { ConfigWrite } from './config-events.js';
import { createWorker } from './worker.js';
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
  { profile, mesh, shardLock }: ServiceEntryOptions,
  updater: XdsUpdater,
  observer: Observer,
): ServiceEntryEvents {
  const endpointsWorker = createWorker('entry-endpoints/0', processor);

  function object(write: ConfigWrite, change: Delivery): Handler {
    const isWorkload = write.key.kind === 'WorkloadEntry';
    const isEdited = write.edited && !isWorkload;
    const redefined = isEdited && isRedefined(mesh.config(write.key)?.object, write.object);
    const entries = entriesOf(write).map((key) => ({ key, before: mesh.servicesOf(key) }));
    write.store();
    const changes = entries.flatMap(({ key, before }) => compareHosts(before, mesh.servicesOf(key), redefined));
    // An edit that says no more than that there was one is of something that is part of the services.
    const isUnseen = isEdited && changes.every(({ what, endpointsDiffer }) => what === 'same' && !endpointsDiffer);
    const seen = isUnseen ? changes.map((one): HostChange => ({ ...one, what: 'changed' })) : changes;
    return handlerOf(seen, isWorkload ? 'endpoint' : 'service', change, write.cpu);
  }

  /** The ServiceEntries it changes: those that select a WorkloadEntry, now or before. */
  function entriesOf({ key, object }: ConfigWrite): readonly ConfigKey[] {
    if (key.kind === 'ServiceEntry') return [key];
    const workloads = [mesh.config(key)?.object, object].filter((one) => one !== undefined);
    const selecting = workloads.flatMap((workload) => mesh.entriesSelecting(workload));
    return [...new Set(selecting.map((entry) => entry.key))];
  }

  function endpoints({ namespace, host, ready, changed }: EndpointsEvent, change: Delivery, cpu: Nanos): Handler {
    const before = mesh.service(mesh.serviceKey(namespace, host)) as Service;
    const service = mesh.setService({ ...before.spec, endpoints: ready }, before);
    const endpointsDiffer = changed || before.spec.endpoints !== ready;
    return handlerOf([{ service, what: 'same', endpointsDiffer }], 'service', change, cpu);
  }

  /** Shards are written where endpoints are handled: in later versions not by the stream that the answer is for. */
  function handlerOf(changes: readonly HostChange[], reason: Reason, change: Delivery, cpu: Nanos): Handler {
    if (!profile.serviceEntryStreams) {
      const writesShards = changes.some((one) => one.what === 'removed' || !isDns(one));
      return { run: () => entryWritten(changes, reason, change), writesShards };
    }
    const resolved = changes.filter((one) => one.endpointsDiffer && one.service.spec.resolution !== 'none');
    if (resolved.length > 0) endpointsWorker.add(() => endpointsWritten(resolved, change), cpu, shardLock);
    return { run: () => servicesWritten(changes, change), writesShards: false };
  }

  /** 1.17, on its one config worker. `reason` is that of a full push for the endpoints of a DNS host alone. */
  function entryWritten(changes: readonly HostChange[], reason: Reason, change: Delivery): void {
    const services = countServices(changes);
    // The endpoints of a DNS host are part of its cluster: all of it is pushed, whether they differ or not.
    const resolved = changes.filter((one) => one.what === 'same' && isDns(one));
    const pushed = [...services, ...resolved];
    for (const one of changes) {
      const { service, what, endpointsDiffer } = one;
      const ready = service.spec.endpoints;
      if (what === 'removed') updater.deleteShard(service);
      else if (pushed.length === 0) updater.edsUpdate(service, { ready, changed: endpointsDiffer }, change);
      else if (!isDns(one)) updater.edsCacheUpdate(service, { ready, changed: endpointsDiffer });
    }
    if (pushed.length > 0) fullPush(services.length > 0 ? 'service' : reason, pushed, change);
  }

  /** Later versions: what the stream of services says. */
  function servicesWritten(changes: readonly HostChange[], change: Delivery): void {
    const services = countServices(changes);
    if (services.length > 0) fullPush('service', services, change);
  }

  function countServices(changes: readonly HostChange[]): readonly HostChange[] {
    const services = changes.filter(({ what }) => what !== 'same');
    for (const { what } of services) observer.inbound(what === 'removed' ? 'svcdelete' : 'svc');
    return services;
  }

  /** Later versions: what the stream of endpoints says of hosts that have others now. */
  function endpointsWritten(changes: readonly HostChange[], change: Delivery): void {
    for (const one of changes) {
      const { service, what } = one;
      const isGone = what === 'removed';
      if (isGone) observer.inbound('svcdelete');
      updater.edsUpdate(service, { ready: isGone ? 0 : service.spec.endpoints, changed: true }, change);
      if (isGone) updater.deleteShard(service);
      if (what === 'same' && isDns(one)) fullPush('endpoint', [one], change);
    }
  }

  function fullPush(reason: Reason, changes: readonly HostChange[], change: Delivery): void {
    updater.configUpdate({ full: true, reason, keys: changes.map(({ service }) => service.key) }, change);
  }

  return { object, endpoints };
}

function isDns({ service }: HostChange): boolean {
  return service.spec.resolution === 'dns';
}
