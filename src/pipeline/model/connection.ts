/**
 * One proxy's stream as istiod keeps it (`xds.Connection`, `model.Proxy`): what it watches, what it was last generated
 * from, and its mailbox. Everything shareable is a reference to something shared by all proxies of its shape.
 */
import type { Nanos } from '../../engine/time.js';
import { XDS_TYPES, type XdsType } from '../../istio/xds-types.js';
import type { MergedGateway } from '../../mesh/config/gateway-table.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Proxy } from '../../mesh/proxies.js';
import type { SidecarScope } from '../../mesh/scopes/sidecar-scope.js';
import { NameSet } from '../../mesh/services/service-table.js';
import type { Delivery } from './change.js';
import type { ConnectionTable } from './connection-table.js';
import type { NackedChange } from './nacked-change.js';
import type { PushContext } from './push-context.js';

const NO_ENDPOINTS = new NameSet<ConfigKey>([]);
const NO_SECRETS = new NameSet<string>([]);
const clusterSecrets = new WeakMap<SidecarScope, NameSet<string>>();

/** Subscriptions by type; undefined: not watched. Wildcard types have no names. */
export interface Watched {
  cds: boolean;
  eds: NameSet<ConfigKey> | undefined;
  lds: boolean;
  rds: NameSet<string> | undefined;
  /** Certificates served by istiod. */
  sds: NameSet<string> | undefined;
  nds: boolean;
  ecds: boolean;
}

export class Connection {
  /** Position in the connection table; given to another connection when this one has ended. */
  readonly id: number;
  open = true;
  /** The other end is gone without a word: what is sent goes nowhere until the keepalive notices. */
  isHalfOpen = false;
  private scopeBefore: SidecarScope | undefined;
  /** Changed by `watch` only. */
  readonly watched: Readonly<Watched> = {
    cds: false,
    eds: undefined,
    lds: false,
    rds: undefined,
    sds: undefined,
    nds: false,
    ecds: false,
  };
  /** Nonce last sent, by position in XDS_TYPES; 0: none. */
  readonly nonces: number[] = XDS_TYPES.map(() => 0);
  /** `LastPushTime`: zero (undefined) until a push recomputed the state, which is why first answers never fill the cache. */
  lastPushStart: Nanos | undefined;
  /** Changes in use only when the endpoints of the clusters they brought have been answered. */
  readonly awaiting: Delivery[] = [];
  /** Changes in messages that the proxy rejected, and not in use yet; nearly always none. */
  nacked: NackedChange[] | undefined;

  /** Joins the connection table. */
  constructor(
    readonly table: ConnectionTable,
    readonly proxy: Proxy,
    /** `LastPushContext`. */
    public context: PushContext,
    private currentScope: SidecarScope,
    private currentGateway: MergedGateway | undefined,
  ) {
    this.id = table.add(proxy.shape.ownService);
  }

  get scope(): SidecarScope {
    return this.currentScope;
  }

  get gateway(): MergedGateway | undefined {
    return this.currentGateway;
  }

  /** The scope before the last recomputation: what has left it still concerns the proxy. */
  get previousScope(): SidecarScope | undefined {
    return this.scopeBefore;
  }

  /** The scope was recomputed, to the same one or another. */
  recompute(scope: SidecarScope): void {
    if (scope === this.currentScope && scope === this.scopeBefore) return;
    this.scopeBefore = this.currentScope;
    this.currentScope = scope;
    this.table.proxyClass[this.id] = 0;
  }

  selectGateway(gateway: MergedGateway): void {
    if (gateway === this.currentGateway) return;
    this.currentGateway = gateway;
    this.table.proxyClass[this.id] = 0;
  }

  /** Subscriptions change. */
  watch(changes: Partial<Watched>): void {
    Object.assign(this.watched, changes);
    this.table.proxyClass[this.id] = 0;
  }

  watches(type: XdsType): boolean {
    const { watched } = this;
    // As in `placeOf`: by a name that varies, a look-up takes V8 ten times as long.
    switch (type) {
      case 'eds':
      case 'rds':
      case 'sds':
        return this.namesOf(type) !== undefined;
      case 'cds':
        return watched.cds;
      case 'lds':
        return watched.lds;
      case 'nds':
        return watched.nds;
      case 'ecds':
        return watched.ecds;
    }
  }

  /** What it has named of a type that is asked for by name. */
  namesOf(type: 'eds' | 'rds' | 'sds'): NameSet<ConfigKey> | NameSet<string> | undefined {
    const { eds, rds, sds } = this.watched;
    return type === 'eds' ? eds : type === 'rds' ? rds : sds;
  }

  get isRouter(): boolean {
    return this.proxy.shape.type === 'gateway';
  }

  /** Endpoint names and route names that its present clusters and listeners refer to. */
  referencedEndpoints(): NameSet<ConfigKey> {
    return this.scope.edsNames(this.isRouter);
  }

  /** Endpoints of its present clusters that it has not asked for yet. */
  unwatchedEndpoints(): readonly ConfigKey[] {
    return this.referencedEndpoints().addedTo(this.watched.eds ?? NO_ENDPOINTS);
  }

  /** Whether its clusters of this service, or of subsets that this rule defines, still lack endpoints it has to ask for. */
  lacksEndpointsOf(key: ConfigKey): boolean {
    const unwatched = this.unwatchedEndpoints();
    if (unwatched.length === 0) return false;
    if (key.kind !== 'DestinationRule') return unwatched.includes(key.dependency);
    const services = this.scope.servicesOf(key);
    return unwatched.some((name) => name !== name.dependency && services.includes(name.dependency));
  }

  /** Certificates that its clusters name: those of DestinationRules, for gateways alone (`credentialName`). */
  clusterSecrets(): NameSet<string> {
    if (!this.isRouter) return NO_SECRETS;
    let secrets = clusterSecrets.get(this.scope);
    if (secrets === undefined) {
      const names = this.scope.destinationRules.flatMap(({ credentials }) => credentials);
      secrets = names.length === 0 ? NO_SECRETS : new NameSet(names);
      clusterSecrets.set(this.scope, secrets);
    }
    return secrets;
  }

  /** Certificates that its listeners name. */
  referencedSecrets(): NameSet<string> {
    return this.gateway?.secrets ?? NO_SECRETS;
  }

  allSecrets(): NameSet<string> {
    const [ofClusters, ofListeners] = [this.clusterSecrets(), this.referencedSecrets()];
    return ofClusters.size === 0 ? ofListeners : new NameSet([...ofListeners, ...ofClusters]);
  }

  referencedRoutes(): NameSet<string> {
    return this.gateway?.routes ?? this.scope.selection.routeNames();
  }
}

/** What an Envoy says on its stream. */
export interface XdsRequest {
  readonly type: XdsType;
  /** Nonce of the response it has last seen; 0 for a first request, and for subscription changes in delta. */
  readonly nonce: number;
  /** Names it wants; undefined where the type is wildcard or the request is a bare delta acknowledgement. */
  readonly names?: NameSet<ConfigKey> | NameSet<string>;
  /** The message with this nonce is rejected: a NACK. */
  readonly rejects?: true;
}
