/**
 * Kubernetes Services and their EndpointSlices (`serviceregistry/kube/controller`). A write of a service is a full push
 * if its definition differs; what a slice is worth, EDSUpdate decides.
 */

import type { Profile } from '../../istio/profile.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Mesh } from '../../mesh/mesh.js';
import { isHidden } from '../../mesh/scopes/visibility.js';
import { allHttp, type Service } from '../../mesh/services/service.js';
import type { ServiceSpec } from '../../mesh/spec.js';
import type { Delivery } from '../model/change.js';
import { type EndpointsEvent, type Handler, type ServiceEvent, serviceOf } from '../model/watch-event.js';
import type { Observer } from '../observer.js';
import type { IstiodOptions } from '../options.js';
import type { Slice, XdsUpdater } from './xds-updater.js';

export interface ServiceEventOptions {
  readonly profile: Profile;
  readonly istiod: IstiodOptions;
  readonly mesh: Mesh;
}

/** What has arrived is stored; the answer is its handler. */
export interface ServiceEvents {
  /** Whether the service, or its slice, is known so far. */
  knows(event: ServiceEvent | EndpointsEvent): boolean;
  service(event: ServiceEvent, change: Delivery): Handler;
  endpoints(event: EndpointsEvent, change: Delivery): Handler;
}

export function createServiceEvents(
  { profile, istiod, mesh }: ServiceEventOptions,
  updater: XdsUpdater,
  observer: Observer,
): ServiceEvents {
  /** The newest of each host, as the informer has it. They go with their Service, without events of their own. */
  const slices = new Map<ConfigKey, Slice>();
  for (const { id, key, entry } of mesh.services) {
    const { indexed, ready, accounts } = mesh.endpoints.of(id);
    if (indexed && entry === undefined) slices.set(key, { ready, accounts, changed: false });
  }
  /** What handlers have made of them: a write of the Service stores it again, as new as that is. */
  const endpointCache = new Map(slices);

  function knows(event: ServiceEvent | EndpointsEvent): boolean {
    const { namespace, host } = event.of === 'service' ? serviceOf(event) : event;
    const key = mesh.serviceKey(namespace, host);
    return event.of === 'endpoints' ? slices.has(key) : mesh.service(key) !== undefined;
  }

  function write(spec: ServiceSpec, change: Delivery): Handler {
    const before = mesh.service(mesh.serviceKey(spec.namespace, spec.host));
    const service = mesh.setService(spec);
    const differs = before === undefined || JSON.stringify(before.spec) !== JSON.stringify(spec);
    const run = (): void => {
      // 1.17 handles the service of the event even if it has gone meanwhile.
      if (profile.skipsGoneServices && mesh.service(service.key) === undefined) return;
      const known = endpointCache.get(service.key);
      if (known !== undefined && known.ready > 0) updater.edsCacheUpdate(service, known);
      observer.inbound('svc');
      // Proxies have to forget what is no longer exported to anybody; what never was is nothing to them.
      if (differs && !(isPrivate(service) && (before === undefined || isPrivate(before)))) pushService(service, change);
    };
    return { run, writesShards: (slices.get(service.key)?.ready ?? 0) > 0 };
  }

  function remove(key: ConfigKey, change: Delivery): Handler {
    const service = mesh.service(key);
    mesh.deleteService(key);
    slices.delete(key);
    const run = (): void => {
      if (service === undefined) return;
      endpointCache.delete(key);
      observer.inbound('svcdelete');
      updater.deleteShard(service);
      if (!isPrivate(service)) pushService(service, change);
    };
    return { run, writesShards: true };
  }

  function pushService(service: Service, change: Delivery): void {
    updater.configUpdate({ full: true, reason: 'service', keys: [service.key] }, change);
  }

  function isPrivate({ spec }: Service): boolean {
    return profile.hiddenServicesArePrivate && isHidden(spec.exportTo);
  }

  /**
   * Its Service may come later or be gone: endpoints are stored, and told of, under the host's name alone. `changed` is
   * that of the event itself: the newest may be a rewrite of what an earlier one has changed.
   */
  function endpointsChanged(key: ConfigKey, event: EndpointsEvent, change: Delivery): void {
    const slice: Slice = { ...(slices.get(key) ?? event), changed: event.changed };
    endpointCache.set(key, slice);
    const service = mesh.service(key);
    if (service !== undefined && isPrivate(service)) return;
    updater.edsUpdate(mesh.host(key), slice, change);
    if (service?.spec.resolution === 'headless') headlessChanged(service, change);
  }

  /** Sent for every slice event of a headless service, even one that EDSUpdate ignored. */
  function headlessChanged(service: Service, change: Delivery): void {
    const namesOnly = profile.headlessByProtocol && allHttp(service);
    const { namespace, host } = service.spec;
    const key = namesOnly ? mesh.keys.of('DNSName', namespace, host) : service.key;
    const full = profile.headlessByProtocol || istiod.headlessPodListeners;
    updater.configUpdate({ full, reason: 'headlessendpoint', keys: [key] }, change);
  }

  return {
    knows,
    service(event, change) {
      if (event.action === 'write') return write(event.service, change);
      return remove(mesh.serviceKey(event.namespace, event.host), change);
    },
    endpoints(event, change) {
      const key = mesh.serviceKey(event.namespace, event.host);
      slices.set(key, event);
      return { run: () => endpointsChanged(key, event, change), writesShards: true };
    },
  };
}
