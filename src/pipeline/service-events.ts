/**
 * Kubernetes Services and their EndpointSlices (`serviceregistry/kube/controller`). A write of a service is a full push
 * if its definition differs; what a slice is worth, EDSUpdate decides.
 */
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import { allHttp, type Service } from '../mesh/service.js';
import type { ServiceSpec } from '../mesh/spec.js';
import { isHidden } from '../mesh/visibility.js';
import type { Change } from './change.js';
import type { IstiodOptions } from './options.js';
import type { Probe } from './probe.js';
import type { Profile } from './profiles/profile.js';
import { type EndpointsEvent, type ServiceEvent, serviceOf } from './watch-event.js';
import type { XdsUpdater } from './xds-updater.js';

export interface ServiceEventOptions {
  readonly profile: Profile;
  readonly istiod: IstiodOptions;
  readonly mesh: Mesh;
}

/** What has arrived is stored; the answer is its handler. */
export interface ServiceEvents {
  /** Whether the service or its slice was unknown so far. */
  isNew(event: ServiceEvent | EndpointsEvent): boolean;
  service(event: ServiceEvent, change: Change): () => void;
  endpoints(event: EndpointsEvent, change: Change): () => void;
}

export function createServiceEvents(
  { profile, istiod, mesh }: ServiceEventOptions,
  updater: XdsUpdater,
  probe: Probe,
): ServiceEvents {
  /** The newest of each service. */
  const slices = new Map<ConfigKey, EndpointsEvent>();

  function isNew(event: ServiceEvent | EndpointsEvent): boolean {
    const { namespace, host } = event.of === 'service' ? serviceOf(event) : event;
    const key = mesh.serviceKey(namespace, host);
    const service = mesh.service(key);
    if (event.of === 'service') return event.action === 'write' && service === undefined;
    return !slices.has(key) && (service === undefined || !mesh.endpoints.of(service.id).indexed);
  }

  function write(spec: ServiceSpec, change: Change): () => void {
    const before = mesh.service(mesh.serviceKey(spec.namespace, spec.host));
    const service = mesh.setService(spec);
    const differs = before === undefined || JSON.stringify(before.spec) !== JSON.stringify(spec);
    return () => {
      // 1.17 handles the service of the event even if it has gone meanwhile.
      if (profile.skipsGoneServices && mesh.service(service.key) === undefined) return;
      if (mesh.endpoints.ready(service.id) > 0) probe.inbound('eds');
      probe.inbound('svc');
      if (differs) pushService(service, change);
    };
  }

  function remove(key: ConfigKey, change: Change): () => void {
    const service = mesh.service(key);
    mesh.deleteService(key);
    return () => {
      if (service === undefined) return;
      probe.inbound('svcdelete');
      updater.deleteShard(service);
      pushService(service, change);
    };
  }

  function pushService(service: Service, change: Change): void {
    if (!isPrivate(service)) updater.configUpdate({ full: true, reason: 'service', keys: [service.key] }, change);
  }

  function isPrivate({ spec }: Service): boolean {
    return profile.hiddenServicesArePrivate && isHidden(spec.exportTo);
  }

  /** `changed` is that of the event itself: the newest may be a rewrite of what an earlier one has changed. */
  function endpointsChanged(key: ConfigKey, changed: boolean, change: Change): void {
    const service = mesh.service(key);
    const slice = slices.get(key);
    if (service === undefined || slice === undefined || isPrivate(service)) return;
    updater.edsUpdate(service, { ...slice, changed }, change);
    if (service.spec.resolution === 'headless') headlessChanged(service, change);
  }

  /** Sent for every slice event of a headless service, even one that EDSUpdate ignored. */
  function headlessChanged(service: Service, change: Change): void {
    const namesOnly = profile.headlessByProtocol && allHttp(service);
    const { namespace, host } = service.spec;
    const key = namesOnly ? mesh.keys.of('DNSName', namespace, host) : service.key;
    const full = profile.headlessByProtocol || istiod.headlessPodListeners;
    updater.configUpdate({ full, reason: 'headlessendpoint', keys: [key] }, change);
  }

  return {
    isNew,
    service(event, change) {
      if (event.action === 'write') return write(event.service, change);
      return remove(mesh.serviceKey(event.namespace, event.host), change);
    },
    endpoints(event, change) {
      const key = mesh.serviceKey(event.namespace, event.host);
      slices.set(key, event);
      return () => endpointsChanged(key, event.changed, change);
    },
  };
}
