/**
 * From watch events to push requests: the informer handlers of services, EndpointSlices, config objects, secrets and
 * pods (`serviceregistry/kube/controller`, `bootstrap/server.go`, `xds/eds.go`: EDSUpdate). What a version suppresses,
 * doubles or turns into a full push is decided here.
 *
 * An object's newest state is stored on arrival; its handler runs later on a worker queue and reads what is newest
 * then. Queued handlers of one object are not merged: each runs, as in istiod.
 */
import type { CostModel, HandlerKind } from '../cost/model.js';
import { Goroutine, PARKED, type Processor } from '../engine/processor.js';
import { Ring } from '../engine/ring.js';
import type { Simulation } from '../engine/simulation.js';
import type { Config } from '../mesh/configs.js';
import { isConverted } from '../mesh/conversion.js';
import type { ConfigKey } from '../mesh/keys.js';
import type { Mesh } from '../mesh/mesh.js';
import { allHttp, type Service } from '../mesh/service.js';
import { type ConfigKind, type ConfigObject, GATEWAY_API_KINDS, type ServiceSpec } from '../mesh/spec.js';
import { isHidden } from '../mesh/visibility.js';
import type { Change } from './change.js';
import type { IstiodOptions } from './options.js';
import type { Probe } from './probe.js';
import type { Profile } from './profiles/profile.js';
import { type PushRequest, pushRequest, type Reason, type RequestParts } from './push-request.js';
import {
  compareHosts,
  type EntryUpdates,
  endpointsWritten,
  entryWritten,
  type HostChange,
  servicesWritten,
} from './service-entry-events.js';
import type { ShardLock } from './shard-lock.js';
import { createWorker, type Worker } from './worker.js';

export type WatchEvent =
  | { readonly of: 'service'; readonly action: 'write'; readonly service: ServiceSpec }
  | { readonly of: 'service'; readonly action: 'delete'; readonly namespace: string; readonly host: string }
  | EndpointsEvent
  | { readonly of: 'config'; readonly action: 'write'; readonly object: ConfigObject; readonly edit: Edit }
  | {
      readonly of: 'config';
      readonly action: 'delete';
      readonly kind: ConfigKind;
      readonly namespace: string;
      readonly name: string;
    }
  /** A pod became ready or changed labels: its own proxy is pushed, past the debounce. */
  | { readonly of: 'pod'; readonly proxy: number }
  /** MeshConfig or networks changed. */
  | { readonly of: 'mesh' };

/** One EndpointSlice write; `ready` is the service's number of ready endpoints afterwards. */
export interface EndpointsEvent {
  readonly of: 'endpoints';
  readonly namespace: string;
  readonly host: string;
  readonly ready: number;
  /** Whether any address differs; a slice rewritten unchanged is dropped since 1.23. */
  readonly changed: boolean;
  /** Union of the endpoints' service accounts. */
  readonly accounts?: string;
}

/** Of a service's endpoints, what EDSUpdate is told. */
type Slice = Pick<EndpointsEvent, 'ready' | 'changed' | 'accounts'>;

/** What part of a config object a write changed; only the spec pushes, unless a label or annotation names istio.io. */
export type Edit = 'spec' | 'metadata' | 'status';

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

export interface Updates {
  /** To the debounce. */
  config(request: PushRequest): void;
  /** Straight into the push queue. */
  proxy(proxy: number, request: PushRequest): void;
}

export interface Events {
  /** `copies`: how many registered handlers see the event; one in a real istiod. */
  observe(event: WatchEvent, change: Change, copies?: number): void;
}

export function createEvents(
  sim: Simulation,
  processor: Processor,
  options: EventOptions,
  next: Updates,
  probe: Probe,
): Events {
  const { profile, istiod, mesh, cost } = options;
  const workers = new Map<string, Worker>();
  const afterwards = createWorker('afterwards', processor);
  const slices = new Map<ConfigKey, EndpointsEvent>();

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
    if (isFiltered(event)) return;
    probe.observed(event, change, isNew(event));
    const handle = arrive(event, change);
    const { before, after } = cost.handler(handlerKind(event));
    for (let copy = 0; copy < copies; copy++) {
      const queue = workerFor(event, copy);
      if (queue === undefined) handle();
      else queue.add(handle, copy === 0 ? before : 0, event.of === 'endpoints' ? options.shardLock : undefined);
    }
    if (after > 0) afterwards.add(() => {}, after);
  }

  /** `discoverySelectors` sit between the informer and its handlers. */
  function isFiltered(event: WatchEvent): boolean {
    switch (event.of) {
      case 'service':
        return !mesh.handles('Service', event.action === 'write' ? event.service.namespace : event.namespace);
      case 'endpoints':
        // Of a ServiceEntry's host they are a part of that object.
        return !mesh.handles(isEntryHost(event) ? 'ServiceEntry' : 'Service', event.namespace);
      case 'config': {
        const { kind, namespace } = event.action === 'write' ? event.object : event;
        return !mesh.handles(kind, namespace);
      }
      case 'pod':
        return !mesh.handles('Pod', mesh.proxies[event.proxy]?.shape.namespace ?? '');
      case 'mesh':
        return false;
    }
  }

  function isEntryHost({ namespace, host }: EndpointsEvent): boolean {
    return mesh.service(mesh.serviceKey(namespace, host))?.entry !== undefined;
  }

  function isNew(event: WatchEvent): boolean {
    if (event.of === 'endpoints') {
      const key = mesh.serviceKey(event.namespace, event.host);
      const service = mesh.service(key);
      return !slices.has(key) && (service === undefined || !mesh.endpoints.of(service.id).indexed);
    }
    if (event.of === 'service' && event.action === 'write')
      return mesh.service(mesh.serviceKey(event.service.namespace, event.service.host)) === undefined;
    if (event.of !== 'config' || event.action === 'delete') return false;
    const { kind, namespace, name } = event.object;
    return mesh.config(mesh.keys.of(kind, namespace, name)) === undefined;
  }

  /** Stores the newest state and answers the handler. */
  function arrive(event: WatchEvent, change: Change): () => void {
    switch (event.of) {
      case 'service':
        return event.action === 'write' ? writeService(event.service, change) : deleteService(event, change);
      case 'endpoints': {
        const key = mesh.serviceKey(event.namespace, event.host);
        if (isEntryHost(event)) return hostEndpointsWritten(key, event.ready, change);
        slices.set(key, event);
        return () => endpointsChanged(key, event.changed, change);
      }
      case 'config':
        return event.action === 'write' ? writeConfig(event.object, event.edit, change) : deleteConfig(event, change);
      case 'pod':
        return () => next.proxy(event.proxy, unrestricted('proxy', change));
      case 'mesh':
        return () => configUpdate(unrestricted('global', change));
    }
  }

  /** Secrets are handled on the informer's own goroutine, and so are pods. */
  function workerFor(event: WatchEvent, copy: number): Worker | undefined {
    const name = workerName(event);
    return name === undefined ? undefined : worker(`${name}/${copy}`);
  }

  function worker(id: string): Worker {
    let known = workers.get(id);
    if (known === undefined) {
      known = createWorker(id, processor);
      workers.set(id, known);
    }
    return known;
  }

  function workerName(event: WatchEvent): string | undefined {
    const isEntry = event.of === 'endpoints' && isEntryHost(event);
    if (event.of === 'service' || (event.of === 'endpoints' && !isEntry)) return 'registry';
    if (event.of !== 'config' && !isEntry) return undefined;
    const kind = event.of !== 'config' ? 'ServiceEntry' : event.action === 'write' ? event.object.kind : event.kind;
    if (isSecret(kind)) return undefined;
    return profile.configStreamPerKind ? kind : 'config';
  }

  function configUpdate(request: PushRequest): void {
    probe.inbound('config');
    next.config(request);
  }

  function request(parts: RequestParts, change: Change, keys: readonly ConfigKey[]): PushRequest {
    for (const key of keys) if (!change.keys.includes(key)) change.keys.push(key);
    if (parts.full) change.full = true;
    change.outstanding += 1;
    return pushRequest({ ...parts, full: profile.hasFull && (parts.full ?? false), keys, changes: [change] });
  }

  /** Everything to everybody: no keys in 1.17, forced later. */
  function unrestricted(reason: 'proxy' | 'global', change: Change): PushRequest {
    change.full = true;
    change.outstanding += 1;
    return pushRequest({ full: profile.hasFull, forced: profile.hasForced, reason, changes: [change] });
  }

  function writeService(spec: ServiceSpec, change: Change): () => void {
    const before = mesh.service(mesh.serviceKey(spec.namespace, spec.host));
    const service = mesh.setService(spec);
    const differs = before === undefined || JSON.stringify(before.spec) !== JSON.stringify(spec);
    return () => {
      // 1.17 handles the service of the event even if it has gone meanwhile.
      if (profile.skipsGoneServices && mesh.service(service.key) === undefined) return;
      if (mesh.endpoints.ready(service.id) > 0) probe.inbound('eds');
      probe.inbound('svc');
      if (differs && !(profile.hiddenServicesArePrivate && isHidden(spec.exportTo))) {
        configUpdate(request({ full: true, reason: 'service' }, change, [service.key]));
      }
    };
  }

  function deleteService({ namespace, host }: { namespace: string; host: string }, change: Change): () => void {
    const key = mesh.serviceKey(namespace, host);
    const service = mesh.service(key);
    mesh.deleteService(key);
    return () => {
      if (service === undefined) return;
      probe.inbound('svcdelete');
      mesh.endpoints.setReady(service.id, 0);
      mesh.endpoints.of(service.id).indexed = false;
      if (!(profile.hiddenServicesArePrivate && isHidden(service.spec.exportTo))) {
        configUpdate(request({ full: true, reason: 'service' }, change, [key]));
      }
    };
  }

  /** `changed` is that of the event itself: the newest may be a rewrite of what an earlier one has changed. */
  function endpointsChanged(key: ConfigKey, changed: boolean, change: Change): void {
    const service = mesh.service(key);
    const slice = slices.get(key);
    if (service === undefined || slice === undefined) return;
    if (profile.hiddenServicesArePrivate && isHidden(service.spec.exportTo)) return;
    probe.inbound('eds');
    pushEndpoints(service, { ...slice, changed }, change);
    if (service.spec.resolution === 'headless') headlessChanged(service, change);
  }

  function pushEndpoints(service: Service, slice: Slice, change: Change): void {
    const { key } = service;
    const outcome = edsUpdate(service, slice);
    const endpointKey = mesh.keys.of(profile.endpointKind, key.namespace, key.name);
    if (outcome === 'full') configUpdate(request({ full: true, reason: 'endpoint' }, change, [key]));
    if (outcome === 'incremental') configUpdate(request({ reason: 'endpoint' }, change, [endpointKey]));
  }

  /** The decision inside EDSUpdate: what a new list of endpoints is worth. */
  function edsUpdate(service: Service, slice: Slice): 'none' | 'incremental' | 'full' {
    const shard = mesh.endpoints.of(service.id);
    const accounts = slice.accounts ?? 'default';
    const before = { ...shard };
    mesh.endpoints.setReady(service.id, slice.ready);
    cost.endpointsChanged(service.key, sim.now);
    if (slice.ready === 0) return 'incremental';
    shard.indexed = true;
    shard.accounts = accounts;
    if (!before.indexed) return 'full';
    if (before.accounts !== accounts) return 'full';
    if (!profile.suppressesEqualEndpoints) return 'incremental';
    return slice.changed || before.ready !== slice.ready ? 'incremental' : 'none';
  }

  /** Sent for every slice event of a headless service, even one that EDSUpdate ignored. */
  function headlessChanged(service: Service, change: Change): void {
    const namesOnly = profile.headlessByProtocol && allHttp(service);
    const { namespace, host } = service.spec;
    const key = namesOnly ? mesh.keys.of('DNSName', namespace, host) : service.key;
    const full = profile.headlessByProtocol || istiod.headlessPodListeners;
    configUpdate(request({ full, reason: 'headlessendpoint' }, change, [key]));
  }

  function writeConfig(object: ConfigObject, edit: Edit, change: Change): () => void {
    const key = mesh.keys.of(object.kind, object.namespace, object.name);
    if (isEntry(key.kind)) return writeEntry(key, () => mesh.setConfig(object), edit, change);
    if (isPushedConverted(key.kind)) {
      return writeConverted(key, () => mesh.setConfig(object), edit === 'spec', change);
    }
    const before = mesh.config(key);
    mesh.setConfig(object);
    const pushes =
      before === undefined ||
      edit === 'spec' ||
      isSecret(object.kind) ||
      alwaysPushes(object) ||
      alwaysPushes(before.object);
    return () => {
      if (pushes) pushConfig(key, change);
    };
  }

  function deleteConfig(event: { kind: ConfigKind; namespace: string; name: string }, change: Change): () => void {
    const key = mesh.keys.of(event.kind, event.namespace, event.name);
    if (isEntry(key.kind)) return writeEntry(key, () => mesh.deleteConfig(key), 'spec', change);
    if (isPushedConverted(key.kind)) {
      return writeConverted(key, () => mesh.deleteConfig(key), false, change);
    }
    mesh.deleteConfig(key);
    return () => pushConfig(key, change);
  }

  /** A ServiceEntry, or the ServiceEntries that select a WorkloadEntry: `write` stores the object. */
  function writeEntry(key: ConfigKey, write: () => void, edit: Edit, change: Change): () => void {
    const isWorkload = key.kind === 'WorkloadEntry';
    const entries = new Set(isWorkload ? selecting(key) : [key]);
    const known = mesh.configs('ServiceEntry').filter((entry) => entry.key.namespace === key.namespace);
    const before = new Map(known.map((entry) => [entry.key, mesh.servicesOf(entry.key)]));
    write();
    if (isWorkload) for (const entry of selecting(key)) entries.add(entry);
    const changes = [...entries].flatMap((entry) =>
      compareHosts(before.get(entry) ?? [], mesh.servicesOf(entry), edit === 'spec' && !isWorkload),
    );
    return entryHandler(changes, isWorkload ? 'endpoint' : 'service', change);
  }

  function selecting(workload: ConfigKey): readonly ConfigKey[] {
    const config = mesh.config(workload);
    return config === undefined ? [] : mesh.entriesSelecting(config.object).map((entry) => entry.key);
  }

  /** Endpoints of one host of a ServiceEntry: the object was written with others. */
  function hostEndpointsWritten(key: ConfigKey, ready: number, change: Change): () => void {
    const before = mesh.service(key) as Service;
    const service = mesh.setService({ ...before.spec, endpoints: ready }, before.entry);
    return entryHandler(compareHosts([before], [service], false), 'service', change);
  }

  function entryHandler(changes: readonly HostChange[], reason: Reason, change: Change): () => void {
    const updates: EntryUpdates = {
      inbound: probe.inbound,
      endpoints(service, ready, changed) {
        probe.inbound('eds');
        pushEndpoints(service, { ready, changed }, change);
      },
      endpointsStored(service, ready, isGone) {
        if (!isGone) probe.inbound('eds');
        mesh.endpoints.setReady(service.id, ready);
        const shard = mesh.endpoints.of(service.id);
        shard.indexed = !isGone && (shard.indexed || ready > 0);
      },
      fullPush: (why, keys) => configUpdate(request({ full: true, reason: why }, change, keys)),
    };
    if (!profile.configStreamPerKind) return () => entryWritten(changes, reason, updates);
    worker('entry-endpoints/0').add(() => endpointsWritten(changes, updates), cost.handler('endpoints').before);
    return () => servicesWritten(changes, updates);
  }

  function isPushedConverted(kind: ConfigKind): boolean {
    return kind === 'Ingress' || (profile.translatesConfigs && isConverted(kind));
  }

  /**
   * Since 1.30 only what a Gateway API object or an Ingress becomes is pushed, and only if that has changed. In 1.17 an
   * Ingress is always worth two updates, one for its routes and one for its gateway.
   */
  function writeConverted(key: ConfigKey, write: () => void, edited: boolean, change: Change): () => void {
    const before = mesh.convertedFrom(key);
    write();
    const after = mesh.convertedFrom(key);
    const isSame = (one: Config, other: Config) => JSON.stringify(one.object) === JSON.stringify(other.object);
    const unchanged = (one: Config) => !edited && before.some((old) => old.key === one.key && isSame(old, one));
    const gone = before.filter((old) => !after.some((one) => one.key === old.key));
    const pushed = profile.translatesConfigs ? after.filter((one) => !unchanged(one)) : after;
    const keys = [...pushed, ...gone].map((one) => one.key);
    return () => {
      for (const one of keys) configUpdate(request({ full: true, reason: 'config' }, change, [one]));
    };
  }

  function pushConfig(key: ConfigKey, change: Change): void {
    const secret = isSecret(key.kind);
    const keys = keysPushed(key);
    if (keys.length > 0) configUpdate(request({ full: !secret, reason: secret ? 'secret' : 'config' }, change, keys));
  }

  /** Kinds that later versions translate, and kinds that by themselves push nothing. */
  function keysPushed(key: ConfigKey): readonly ConfigKey[] {
    if (key.kind === 'WorkloadGroup') return [];
    // CA certificates in ConfigMaps are watched later.
    if (key.kind === 'ConfigMap' && !profile.watchesConfigMaps) return [];
    if (!profile.translatesConfigs) return [key];
    if (key.kind === 'GatewayClass' || key.kind === 'ReferenceGrant') return [];
    return key.kind === 'WasmPlugin' ? [mesh.keys.of('TrafficExtension', key.namespace, key.name)] : [key];
  }

  function alwaysPushes(object: ConfigObject): boolean {
    if (profile.gatewayApiAlwaysPushes && GATEWAY_API.has(object.kind)) return true;
    return Object.keys(object.labels).some((label) => label.includes('istio.io'));
  }

  return { observe };
}

const GATEWAY_API: ReadonlySet<ConfigKind> = new Set(GATEWAY_API_KINDS);

function isEntry(kind: ConfigKind): boolean {
  return kind === 'ServiceEntry' || kind === 'WorkloadEntry';
}

function handlerKind(event: WatchEvent): HandlerKind {
  if (event.of === 'service' || event.of === 'endpoints') return event.of;
  const kind = event.of !== 'config' ? event.of : event.action === 'write' ? event.object.kind : event.kind;
  return isSecret(kind) ? 'secret' : 'config';
}

/** Handled by the informer itself, whatever part of it was written. */
function isSecret(kind: string): boolean {
  return kind === 'Secret' || kind === 'ConfigMap';
}
