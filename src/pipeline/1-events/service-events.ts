/**
 * Kubernetes Services and their EndpointSlices (`serviceregistry/kube/controller`). A write of a service is a full push
 * if its definition differs; what a slice is worth, EDSUpdate decides.
 */

import type { Profile } from '../../istio/profile.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Mesh } from '../../mesh/mesh.js';
import { isHidden } from '../../mesh/scopes/visibility.js';
import { withWorkloads } from '../../mesh/services/selected-workloads.js';
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
  /** The labels of a Pod among the endpoints of these services are others. */
  relabelled(events: readonly EndpointsEvent[], change: Delivery): void;
  /** WorkloadEntries among the endpoints of the service have come, gone or changed. */
  workloadsChanged(service: Service, change: Delivery): void;
}

export function createServiceEvents(
  options: ServiceEventOptions,
  updater: XdsUpdater,
  observer: Observer,
): ServiceEvents {
  return new ServiceController(options, updater, observer);
}

const NO_SLICE: Slice = { ready: 0, changed: false };

class ServiceController implements ServiceEvents {
  /** The newest of each host, as the informer has it. They go with their Service, without events of their own. */
  private readonly slices = new Map<ConfigKey, Slice>();
  /** What handlers have made of them: a write of the Service stores it again, as new as that is. */
  private readonly endpointCache: Map<ConfigKey, Slice>;
  private readonly profile: Profile;
  private readonly mesh: Mesh;

  constructor(
    private readonly options: ServiceEventOptions,
    private readonly updater: XdsUpdater,
    private readonly observer: Observer,
  ) {
    const { profile, mesh } = options;
    this.profile = profile;
    this.mesh = mesh;
    for (const { key, entry, spec } of mesh.services) {
      if (entry !== undefined || spec.endpoints === 0) continue;
      const { endpoints: ready, accounts = 'default', labelled } = spec;
      this.slices.set(key, { ready, accounts, labelled, changed: false });
    }
    this.endpointCache = new Map(this.slices);
  }

  knows(event: ServiceEvent | EndpointsEvent): boolean {
    const { namespace, host } = event.of === 'service' ? serviceOf(event) : event;
    const key = this.mesh.serviceKey(namespace, host);
    return event.of === 'endpoints' ? this.slices.has(key) : this.mesh.kubernetesService(key) !== undefined;
  }

  service(event: ServiceEvent, change: Delivery): Handler {
    if (event.action === 'write') return this.write(event.service, change);
    return this.remove(this.mesh.serviceKey(event.namespace, event.host), change);
  }

  endpoints(event: EndpointsEvent, change: Delivery): Handler {
    const key = this.mesh.serviceKey(event.namespace, event.host);
    this.slices.set(key, event);
    return { run: () => this.endpointsChanged(key, event, change), writesShards: true };
  }

  private write(spec: ServiceSpec, change: Delivery): Handler {
    const { mesh } = this;
    const before = mesh.kubernetesService(mesh.serviceKey(spec.namespace, spec.host));
    const service = mesh.setService(spec);
    const run = (): void => this.written(before, service, change);
    return { run, writesShards: (this.slices.get(service.key)?.ready ?? 0) > 0 };
  }

  private written(before: Service | undefined, service: Service, change: Delivery): void {
    // 1.17 handles the service of the event even if it has gone meanwhile.
    if (this.profile.skipsGoneServices && this.mesh.service(service.key) === undefined) return;
    const known = this.withWorkloads(service, this.endpointCache.get(service.key) ?? NO_SLICE);
    if (known.ready > 0) this.updater.edsCacheUpdate(service, known);
    this.observer.inbound('svc');
    if (before !== undefined && JSON.stringify(before.spec) === JSON.stringify(service.spec)) return;
    // Proxies have to forget what is no longer exported to anybody; what never was is nothing to them.
    if (this.isPrivate(service) && (before === undefined || this.isPrivate(before))) return;
    this.pushService(service, change);
  }

  private remove(key: ConfigKey, change: Delivery): Handler {
    const service = this.mesh.kubernetesService(key);
    this.mesh.deleteService(key);
    this.slices.delete(key);
    return { run: () => this.removed(service, change), writesShards: true };
  }

  private removed(service: Service | undefined, change: Delivery): void {
    if (service === undefined) return;
    this.endpointCache.delete(service.key);
    this.observer.inbound('svcdelete');
    this.updater.deleteShard(service);
    if (!this.isPrivate(service)) this.pushService(service, change);
  }

  private pushService(service: Service, change: Delivery): void {
    this.updater.configUpdate({ full: true, reason: 'service', keys: [service.key] }, change);
  }

  private isPrivate({ spec }: Service): boolean {
    return this.profile.hiddenServicesArePrivate && isHidden(spec.exportTo);
  }

  /**
   * Its Service may come later or be gone: endpoints are stored, and told of, under the host's name alone. `changed` is
   * that of the event itself: the newest may be a rewrite of what an earlier one has changed.
   */
  private endpointsChanged(key: ConfigKey, event: EndpointsEvent, change: Delivery): void {
    const { mesh } = this;
    const slice: Slice = { ...(this.slices.get(key) ?? event), changed: event.changed };
    this.endpointCache.set(key, slice);
    const service = mesh.kubernetesService(key);
    if (service !== undefined && this.isPrivate(service)) return;
    const all = service === undefined ? slice : this.withWorkloads(service, slice);
    this.updater.edsUpdate(mesh.host(key), all, change);
    if (service?.spec.resolution === 'headless') this.headlessChanged(service, change);
  }

  /** Stored, and pushed whatever they are (`recomputeServiceForPod`); before 1.22 they stay as the last slice had them. */
  relabelled(events: readonly EndpointsEvent[], change: Delivery): void {
    const { mesh, profile } = this;
    if (!profile.podLabelsPushEndpoints) return;
    const keys = events.flatMap((event) => {
      const service = mesh.kubernetesService(mesh.serviceKey(event.namespace, event.host));
      if (service === undefined) return [];
      this.slices.set(service.key, event);
      this.endpointCache.set(service.key, event);
      const all = this.withWorkloads(service, event);
      if (all.ready > 0) this.updater.edsCacheUpdate(service, all);
      return mesh.keys.of(profile.endpointKind, service.key.namespace, service.key.name);
    });
    if (keys.length > 0) this.updater.configUpdate({ reason: 'endpoint', keys }, change);
  }

  workloadsChanged(service: Service, change: Delivery): void {
    const slice = this.endpointCache.get(service.key) ?? NO_SLICE;
    this.updater.edsUpdate(service, { ...this.withWorkloads(service, slice), changed: true }, change);
  }

  /** WorkloadEntries that the service selects are in its own shard, beside its pods. */
  private withWorkloads(service: Service, slice: Slice): Slice {
    const workloads = this.mesh.workloadsOf(service);
    if (workloads.length === 0) return slice;
    const { ready, accounts = 'default', labelled } = slice;
    return { ...slice, ...withWorkloads({ ready, accounts, labelled }, workloads) };
  }

  /** Sent for every slice event of a headless service, even one that EDSUpdate ignored. */
  private headlessChanged(service: Service, change: Delivery): void {
    const { profile, mesh } = this;
    const namesOnly = profile.headlessByProtocol && allHttp(service);
    const { namespace, host } = service.spec;
    const key = namesOnly ? mesh.keys.of('DNSName', namespace, host) : service.key;
    const full = profile.headlessByProtocol || this.options.istiod.headlessPodListeners;
    this.updater.configUpdate({ full, reason: 'headlessendpoint', keys: [key] }, change);
  }
}
