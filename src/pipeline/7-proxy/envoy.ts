/**
 * The other end: the wire and Envoy. An Envoy applies messages in order, acknowledges each, and subscribes to what they
 * refer to: endpoints of the clusters in CDS, routes of the listeners in LDS. At start-up it asks for CDS, then EDS,
 * then LDS, then RDS, each after the one before has arrived. A message it rejects changes nothing but the nonce; what is
 * not kept apart is which clusters of a delta it lacks by that, so it may ask for their endpoints too early.
 */
import { Ring } from '../../engine/ring.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import { placeOf, type XdsType } from '../../istio/xds-types.js';
import type { ConfigKey } from '../../mesh/keys.js';
import { NameSet } from '../../mesh/services/service-table.js';
import type { Connection, XdsRequest } from '../model/connection.js';
import type { Observer } from '../observer.js';

export interface ProxyOptions {
  readonly sim: Simulation;
  readonly observer: Observer;
  readonly xds: 'sotw' | 'delta';
  /** Draws the one-way delay between istiod and a proxy. */
  readonly network: () => Nanos;
  /** Draws the time Envoy takes to apply one message. */
  readonly envoyApply: () => Nanos;
  /** Scheduled with the connection's id: must call `replied` of its Envoy. */
  readonly reply: (connection: number) => void;
  /** Whether a proxy rejects a message of this type that arrives then; none does if absent. */
  readonly rejects?: (proxy: number, type: XdsType, arrives: Nanos) => boolean;
}

interface Message {
  readonly type: XdsType;
  readonly nonce: number;
  readonly endpoints: NameSet<ConfigKey> | undefined;
  readonly routes: NameSet<string> | undefined;
  /** Certificates served by istiod that listeners name. */
  readonly secrets: NameSet<string> | undefined;
  readonly rejected: boolean;
}

const NO_ENDPOINTS = new NameSet<ConfigKey>([]);
const NO_NAMES = new NameSet<string>([]);

/** Where an Envoy's requests go: the other end of its stream. */
export interface Requested {
  request(request: XdsRequest): void;
}

/** A class and not closures: there is one for each proxy. */
export class Envoy {
  private inFlight: Ring<Message> | undefined;
  private readonly seen: number[];
  private asksLds: boolean;
  private isReady: boolean;
  /** What it has asked for; nothing before its first request of the type. */
  private endpoints: NameSet<ConfigKey>;
  private routes: NameSet<string>;
  private secrets: NameSet<string>;
  private lastApplied: Nanos = 0;

  constructor(
    private readonly connection: Connection,
    private readonly options: ProxyOptions,
    private readonly next: Requested,
  ) {
    const { watched } = connection;
    this.seen = [...connection.nonces];
    this.asksLds = watched.lds;
    this.isReady = watched.lds;
    this.endpoints = watched.eds ?? NO_ENDPOINTS;
    this.routes = watched.rds ?? NO_NAMES;
    this.secrets = watched.sds ?? NO_NAMES;
  }

  /** A message leaves istiod now; answers when this proxy will use it, undefined if it never will. */
  transmit(type: XdsType): Nanos | undefined {
    const { connection, options } = this;
    const { sim } = options;
    // Messages of one stream are applied in order, however the delays fall.
    const arrives = sim.now + options.network();
    this.lastApplied = Math.max(this.lastApplied, arrives) + options.envoyApply();
    this.options.observer.transmitted(arrives, this.lastApplied);
    const rejected = options.rejects?.(connection.proxy.id, type, arrives) ?? false;
    this.inFlight ??= new Ring(4);
    this.inFlight.push({
      type,
      nonce: connection.nonces[placeOf(type)] ?? 0,
      rejected,
      endpoints: type === 'cds' ? connection.referencedEndpoints() : undefined,
      routes: type === 'lds' ? connection.referencedRoutes() : undefined,
      secrets: type === 'lds' ? connection.referencedSecrets() : undefined,
    });
    sim.at(this.lastApplied + options.network(), options.reply, connection.id);
    return rejected ? undefined : this.lastApplied;
  }

  /** Its first request reaches istiod: it asks for clusters. */
  subscribe(): void {
    this.next.request({ type: 'cds', nonce: 0 });
  }

  /** What the Envoy said on applying the oldest message reaches istiod. */
  replied(): void {
    const message = this.inFlight?.shift() as Message;
    if (!this.connection.open) return;
    this.seen[placeOf(message.type)] = message.nonce;
    if (message.rejected) {
      this.next.request({ type: message.type, nonce: message.nonce, rejects: true });
      return;
    }
    this.acknowledge(message.type);
    if (message.endpoints !== undefined) this.onClusters(message.endpoints);
    else if (message.type === 'eds') this.askForListeners();
    else if (message.routes !== undefined) this.onListeners(message.routes, message.secrets ?? NO_NAMES);
    else if (message.type === 'rds') this.becomeReady();
  }

  private acknowledge(type: XdsType): void {
    const nonce = this.seen[placeOf(type)] ?? 0;
    // State-of-the-world acknowledgements repeat the names; delta ones carry none.
    if (this.options.xds === 'delta') this.next.request({ type, nonce });
    else if (type === 'eds') this.next.request({ type, nonce, names: this.endpoints });
    else if (type === 'rds') this.next.request({ type, nonce, names: this.routes });
    else if (type === 'sds') this.next.request({ type, nonce, names: this.secrets });
    else this.next.request({ type, nonce });
  }

  private onClusters(named: NameSet<ConfigKey>): void {
    if (!named.equals(this.endpoints)) {
      this.endpoints = named;
      this.next.request({ type: 'eds', nonce: this.nonceOfChange('eds'), names: named });
    } else if (named.size === 0) {
      this.askForListeners();
    }
  }

  private askForListeners(): void {
    if (this.asksLds) return;
    this.asksLds = true;
    this.next.request({ type: 'lds', nonce: 0 });
    // The agent asks for the name table right behind the first request for listeners.
    if (this.connection.proxy.shape.dnsCapture) this.next.request({ type: 'nds', nonce: 0 });
  }

  private onListeners(named: NameSet<string>, secrets: NameSet<string>): void {
    if (!secrets.equals(this.secrets)) {
      this.secrets = secrets;
      this.next.request({ type: 'sds', nonce: this.nonceOfChange('sds'), names: secrets });
    }
    if (!named.equals(this.routes)) {
      this.routes = named;
      this.next.request({ type: 'rds', nonce: this.nonceOfChange('rds'), names: named });
    } else if (named.size === 0) {
      this.becomeReady();
    }
  }

  /** In delta a change of the subscription carries none. */
  private nonceOfChange(type: XdsType): number {
    return this.options.xds === 'delta' ? 0 : (this.seen[placeOf(type)] ?? 0);
  }

  private becomeReady(): void {
    if (this.isReady) return;
    this.isReady = true;
    this.options.observer.ready(this.connection);
  }
}
