/**
 * What a write of a ServiceEntry or of a WorkloadEntry sets off (`serviceregistry/serviceentry/controller.go`). The old
 * and the new object are compared host by host. 1.17 answers with one full push, or with endpoint updates when no
 * service changed; later versions have two independent streams, one of services and one of endpoints.
 */
import type { ConfigKey } from '../mesh/keys.js';
import type { Service } from '../mesh/service.js';
import type { InboundType } from './probe.js';
import type { Reason } from './push-request.js';

/** One host of the entry: how its service differs, and whether its endpoints do. */
export interface HostChange {
  readonly service: Service;
  readonly what: 'added' | 'removed' | 'changed' | 'same';
  readonly endpointsDiffer: boolean;
}

export interface EntryUpdates {
  inbound(type: InboundType): void;
  /** EDSUpdate: stores the endpoints, and pushes as it decides. */
  endpoints(service: Service, ready: number, changed: boolean): void;
  /** EDSCacheUpdate, or the end of a service: stores them and never pushes. */
  endpointsStored(service: Service, ready: number, isGone: boolean): void;
  fullPush(reason: Reason, keys: readonly ConfigKey[]): void;
}

/**
 * @param before the services of the entry before the write, none if it is new
 * @param edited whether its spec was edited: with hosts, ports and endpoints as before, something else in it was
 */
export function compareHosts(
  before: readonly Service[],
  after: readonly Service[],
  edited: boolean,
): readonly HostChange[] {
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

/** 1.17, on its one config worker. `reason` is that of a full push for the endpoints of a DNS host alone. */
export function entryWritten(changes: readonly HostChange[], reason: Reason, to: EntryUpdates): void {
  const services = changes.filter(({ what }) => what !== 'same');
  const resolved = changes.filter((change) => change.what === 'same' && change.endpointsDiffer && isDns(change));
  for (const change of services) to.inbound(change.what === 'removed' ? 'svcdelete' : 'svc');
  const pushed = [...services, ...resolved];
  for (const change of changes) {
    const { service, what, endpointsDiffer } = change;
    if (what === 'removed') to.endpointsStored(service, 0, true);
    else if (pushed.length === 0) to.endpoints(service, service.spec.endpoints, endpointsDiffer);
    else if (!isDns(change)) to.endpointsStored(service, service.spec.endpoints, false);
  }
  if (pushed.length > 0) to.fullPush(services.length > 0 ? 'service' : reason, keysOf(pushed));
}

/** Later versions: what the stream of services says. */
export function servicesWritten(changes: readonly HostChange[], to: EntryUpdates): void {
  const services = changes.filter(({ what }) => what !== 'same');
  for (const { what } of services) to.inbound(what === 'removed' ? 'svcdelete' : 'svc');
  if (services.length > 0) to.fullPush('service', keysOf(services));
}

/** Later versions: what the stream of endpoints says. A host that resolves to nothing in the mesh has none. */
export function endpointsWritten(changes: readonly HostChange[], to: EntryUpdates): void {
  for (const change of changes) {
    const { service, what } = change;
    if (!change.endpointsDiffer || service.spec.resolution === 'none') continue;
    if (what === 'removed') to.inbound('svcdelete');
    to.endpoints(service, what === 'removed' ? 0 : service.spec.endpoints, true);
    if (what === 'removed') to.endpointsStored(service, 0, true);
    if (what === 'same' && isDns(change)) to.fullPush('endpoint', [service.key]);
  }
}

function isDns({ service }: HostChange): boolean {
  return service.spec.resolution === 'dns';
}

function keysOf(changes: readonly HostChange[]): readonly ConfigKey[] {
  return changes.map(({ service }) => service.key);
}
