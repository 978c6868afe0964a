/**
 * What a write of a ServiceEntry or of a WorkloadEntry sets off (`serviceregistry/serviceentry/controller.go`). The old
 * and the new object are compared host by host. 1.17 answers with one full push, or with endpoint updates when no
 * service changed; later versions have two independent streams, one of services and one of endpoints.
 */
import type { CostModel } from '../cost/model.js';
import type { Processor } from '../engine/processor.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import type { Service } from '../mesh/service.js';
import type { Change } from './change.js';
import type { ConfigWrite } from './config-events.js';
import type { Probe } from './probe.js';
import type { Profile } from './profiles/profile.js';
import type { Reason } from './push-request.js';
import type { EndpointsEvent } from './watch-event.js';
import { createWorker } from './worker.js';
import type { XdsUpdater } from './xds-updater.js';

export interface ServiceEntryOptions {
  readonly profile: Profile;
  readonly mesh: Mesh;
  readonly cost: CostModel;
}

/** What has arrived is stored; the answer is its handler. */
export interface ServiceEntryEvents {
  object(write: ConfigWrite, change: Change): () => void;
  /** Endpoints of one host of a ServiceEntry: the object was written with others. */
  endpoints(event: EndpointsEvent, change: Change): () => void;
}

/** One host of the entry: how its service differs, and whether its endpoints do. */
interface HostChange {
  readonly service: Service;
  readonly what: 'added' | 'removed' | 'changed' | 'same';
  readonly endpointsDiffer: boolean;
}

export function createServiceEntryEvents(
  processor: Processor,
  { profile, mesh, cost }: ServiceEntryOptions,
  updater: XdsUpdater,
  probe: Probe,
): ServiceEntryEvents {
  const endpointsWorker = createWorker('entry-endpoints/0', processor);

  function object(write: ConfigWrite, change: Change): () => void {
    const isWorkload = write.key.kind === 'WorkloadEntry';
    const entries = entriesOf(write).map((key) => ({ key, before: mesh.servicesOf(key) }));
    write.store();
    const changes = entries.flatMap(({ key, before }) =>
      compareHosts(before, mesh.servicesOf(key), write.edited && !isWorkload),
    );
    return handler(changes, isWorkload ? 'endpoint' : 'service', change);
  }

  /** The ServiceEntries it changes: those that select a WorkloadEntry, now or before. */
  function entriesOf({ key, object }: ConfigWrite): readonly ConfigKey[] {
    if (key.kind === 'ServiceEntry') return [key];
    const workloads = [mesh.config(key)?.object, object].filter((one) => one !== undefined);
    const selecting = workloads.flatMap((workload) => mesh.entriesSelecting(workload));
    return [...new Set(selecting.map((entry) => entry.key))];
  }

  function endpoints({ namespace, host, ready }: EndpointsEvent, change: Change): () => void {
    const before = mesh.service(mesh.serviceKey(namespace, host)) as Service;
    const service = mesh.setService({ ...before.spec, endpoints: ready }, before.entry);
    return handler(compareHosts([before], [service], false), 'service', change);
  }

  function handler(changes: readonly HostChange[], reason: Reason, change: Change): () => void {
    if (!profile.configStreamPerKind) return () => entryWritten(changes, reason, change);
    endpointsWorker.add(() => endpointsWritten(changes, change), cost.handler('endpoints').handle);
    return () => servicesWritten(changes, change);
  }

  /** 1.17, on its one config worker. `reason` is that of a full push for the endpoints of a DNS host alone. */
  function entryWritten(changes: readonly HostChange[], reason: Reason, change: Change): void {
    const services = countServices(changes);
    const resolved = changes.filter((one) => one.what === 'same' && one.endpointsDiffer && isDns(one));
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
  function servicesWritten(changes: readonly HostChange[], change: Change): void {
    const services = countServices(changes);
    if (services.length > 0) fullPush('service', services, change);
  }

  function countServices(changes: readonly HostChange[]): readonly HostChange[] {
    const services = changes.filter(({ what }) => what !== 'same');
    for (const { what } of services) probe.inbound(what === 'removed' ? 'svcdelete' : 'svc');
    return services;
  }

  /** Later versions: what the stream of endpoints says. A host that resolves to nothing in the mesh has none. */
  function endpointsWritten(changes: readonly HostChange[], change: Change): void {
    for (const one of changes) {
      const { service, what } = one;
      if (!one.endpointsDiffer || service.spec.resolution === 'none') continue;
      const isGone = what === 'removed';
      if (isGone) probe.inbound('svcdelete');
      updater.edsUpdate(service, { ready: isGone ? 0 : service.spec.endpoints, changed: true }, change);
      if (isGone) updater.deleteShard(service);
      if (what === 'same' && isDns(one)) fullPush('endpoint', [one], change);
    }
  }

  function fullPush(reason: Reason, changes: readonly HostChange[], change: Change): void {
    updater.configUpdate({ full: true, reason, keys: changes.map(({ service }) => service.key) }, change);
  }

  return { object, endpoints };
}

/**
 * @param before the services of the entry before the write, none if it is new
 * @param edited whether its spec was edited: with hosts, ports and endpoints as before, something else in it was
 */
function compareHosts(before: readonly Service[], after: readonly Service[], edited: boolean): readonly HostChange[] {
  const old = new Map(before.map((service) => [service.key, service]));
  const changes: HostChange[] = after.map((service) => {
    const known = old.get(service.key);
    old.delete(service.key);
    if (known === undefined) return { service, what: 'added', endpointsDiffer: true };
    const endpointsDiffer = known.spec.endpoints !== service.spec.endpoints;
    const { endpoints: _old, ...was } = known.spec;
    const { endpoints: _new, ...is } = service.spec;
    const isSame = JSON.stringify(was) === JSON.stringify(is);
    return { service, what: isSame ? 'same' : 'changed', endpointsDiffer };
  });
  for (const service of old.values()) changes.push({ service, what: 'removed', endpointsDiffer: true });
  const isElsewhere = edited && changes.every(({ what, endpointsDiffer }) => what === 'same' && !endpointsDiffer);
  return isElsewhere ? changes.map((change) => ({ ...change, what: 'changed' })) : changes;
}

function isDns({ service }: HostChange): boolean {
  return service.spec.resolution === 'dns';
}
