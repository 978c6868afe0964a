/**
 * What the event handlers ask of the xDS server (`model.XDSUpdater`, which `xds/discovery.go`, `xds/eds.go` and
 * `xds/ads.go` implement). Endpoints are in the index, for every generator to see, as soon as a handler names them.
 */
import type { CostModel } from '../../cost/model.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Profile } from '../../istio/profile.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Mesh } from '../../mesh/mesh.js';
import type { Provider } from '../../mesh/services/endpoint-index.js';
import type { Host } from '../../mesh/services/service.js';
import type { Delivery } from '../model/change.js';
import { type PushRequest, pushRequest, type Reason } from '../model/push-request.js';
import type { EndpointsEvent } from '../model/watch-event.js';
import type { Observer } from '../observer.js';

export interface UpdaterOptions {
  readonly profile: Profile;
  readonly mesh: Mesh;
  readonly cost: CostModel;
}

/** Where requests go. */
export interface Updates {
  /** To the debounce. */
  config(request: PushRequest): void;
  /** Straight into the push queue. */
  proxy(proxy: number, request: PushRequest): void;
}

/** What a handler asks for; a version without the flag leaves it out. */
export interface Update {
  readonly full?: boolean;
  readonly forced?: boolean;
  readonly keys: readonly ConfigKey[];
  readonly reason: Reason;
}

/** Of a service's endpoints, what EDSUpdate is told. */
export type Slice = Pick<EndpointsEvent, 'ready' | 'changed' | 'attributesOnly' | 'accounts' | 'labelled'>;

export interface XdsUpdater {
  /** ConfigUpdate: one request to the debounce. */
  configUpdate(update: Update, change: Delivery): void;
  /** ProxyUpdate: everything to one proxy. */
  proxyUpdate(proxy: number, change: Delivery): void;
  /** EDSUpdate: stores the endpoints, and pushes as it decides. */
  edsUpdate(host: Host, slice: Slice, change: Delivery, provider?: Provider): void;
  /** EDSCacheUpdate: stores them and never pushes. */
  edsCacheUpdate(host: Host, slice: Slice, provider?: Provider): void;
  /** What SvcUpdate does for a deleted service: its next first endpoint is a new one. */
  deleteShard(host: Host, provider?: Provider): void;
}

/** Everything to everybody: no keys in 1.17, forced later. */
export const EVERYTHING = { full: true, forced: true, keys: [] } as const;

export function createXdsUpdater(
  sim: Simulation,
  options: UpdaterOptions,
  next: Updates,
  observer: Observer,
): XdsUpdater {
  return new DiscoveryServer(sim, options, next, observer);
}

class DiscoveryServer implements XdsUpdater {
  constructor(
    private readonly sim: Simulation,
    private readonly options: UpdaterOptions,
    private readonly next: Updates,
    private readonly observer: Observer,
  ) {}

  configUpdate(update: Update, change: Delivery): void {
    this.observer.inbound('config');
    this.next.config(this.request(update, change));
  }

  proxyUpdate(proxy: number, change: Delivery): void {
    this.next.proxy(proxy, this.request({ ...EVERYTHING, reason: 'proxy' }, change));
  }

  edsUpdate(host: Host, slice: Slice, change: Delivery, provider: Provider = 'kubernetes'): void {
    const { profile, mesh } = this.options;
    this.observer.inbound('eds');
    const { key } = host;
    const push = this.storeEndpoints(host, slice, provider);
    if (push === 'full') this.configUpdate({ full: true, reason: 'endpoint', keys: [key] }, change);
    if (push === 'incremental') {
      const endpoints = mesh.keys.of(profile.endpointKind, key.namespace, key.name);
      this.configUpdate({ reason: 'endpoint', keys: [endpoints] }, change);
    }
  }

  edsCacheUpdate(host: Host, slice: Slice, provider: Provider = 'kubernetes'): void {
    this.observer.inbound('eds');
    this.storeEndpoints(host, slice, provider);
  }

  deleteShard({ id, key }: Host, provider: Provider = 'kubernetes'): void {
    const { mesh, cost } = this.options;
    mesh.endpoints.dropShard(id, provider);
    cost.endpointsChanged(key, this.sim.now);
  }

  private request({ full = false, forced = false, keys, reason }: Update, change: Delivery): PushRequest {
    const { profile } = this.options;
    for (const key of keys) if (!change.keys.includes(key)) change.keys.push(key);
    if (full) change.full = true;
    change.pendingCount += 1;
    return pushRequest({
      full: profile.hasFull && full,
      forced: profile.hasForced && forced,
      keys,
      reason,
      changes: [change],
    });
  }

  /** Answers what a new list of endpoints is worth. */
  private storeEndpoints({ id, key }: Host, slice: Slice, provider: Provider): 'none' | 'incremental' | 'full' {
    const { profile, mesh, cost } = this.options;
    const { ready, changed, attributesOnly = false, accounts = 'default', labelled } = slice;
    const shard = mesh.endpoints.of(id);
    const before = { ...shard };
    mesh.endpoints.setShard(id, provider, { ready, accounts, labelled });
    cost.endpointsChanged(key, this.sim.now);
    if (ready === 0) return 'incremental';
    if (!before.indexed || before.accounts !== shard.accounts) return 'full';
    if (profile.endpointComparison === 'nothing') return 'incremental';
    const isSeen = changed && !(attributesOnly && profile.endpointComparison === 'addresses');
    return isSeen || before.ready !== shard.ready ? 'incremental' : 'none';
  }
}
