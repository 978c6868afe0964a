/**
 * The other end: the wire and Envoy. An Envoy applies messages in order, acknowledges each, and subscribes to what they
 * refer to: endpoints of the clusters in CDS, routes of the listeners in LDS. At start-up it asks for CDS, then EDS,
 * then LDS, then RDS, each after the one before has arrived. A message it rejects changes nothing but the nonce; what is
 * not kept apart is which clusters of a delta it lacks by that, so it may ask for their endpoints too early.
 */
import { assert } from '../../engine/assert.js';
import type { Stream } from '../../engine/random/streams.js';
import { Ring } from '../../engine/ring.js';
import type { Simulation } from '../../engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../engine/time.js';
import { placeOf, XDS_TYPES, type XdsType } from '../../istio/xds-types.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Proxy } from '../../mesh/proxies.js';
import { NameSet } from '../../mesh/services/service-table.js';
import type { Peer, ServerStream, XdsServer } from '../model/xds-server.js';

export interface EnvoyOptions {
  readonly sim: Simulation;
  readonly xds: 'sotw' | 'delta';
  /** Draws the one-way delay between istiod and a proxy. */
  readonly network: () => Nanos;
  /** Draws the time Envoy takes to apply one message. */
  readonly envoyApply: () => Nanos;
  /** Of the waits before a refused stream is opened again. */
  readonly backOff: Stream;
  /** Scheduled with the proxy's id: must call `replied` of its Envoy. */
  readonly reply: (proxy: number) => void;
  /** Whether a proxy rejects a message of this type that arrives then; none does if absent. */
  readonly rejects?: (proxy: number, type: XdsType, arrives: Nanos) => boolean;
}

interface Message {
  readonly type: XdsType;
  readonly nonce: number;
  readonly endpoints: NameSet<ConfigKey> | undefined;
  readonly routes: NameSet<string> | undefined;
  /** Certificates served by istiod that clusters, or listeners, name. */
  readonly secrets: NameSet<string> | undefined;
  readonly rejected: boolean;
  /** On which it came. */
  readonly stream: ServerStream;
}

const NO_ENDPOINTS = new NameSet<ConfigKey>([]);
const NO_NAMES = new NameSet<string>([]);

/** The first wait after a refusal is shorter than this, and each bound is twice the one before, up to the last. */
const BACK_OFF_FIRST_MS = 500;
const BACK_OFF_LAST_MS = 30_000;

/**
 * One proxy, from its first connection on: it outlives its streams, and remembers what it subscribed to. A class and
 * not closures: there is one for each proxy.
 */
export class Envoy implements Peer {
  /** Undefined while it is not connected. */
  private stream: ServerStream | undefined;
  private inFlight: Ring<Message> | undefined;
  private seen: number[] = XDS_TYPES.map(() => 0);
  private asksLds = false;
  private isReady = false;
  /** What it has asked for; nothing before its first request of the type. */
  private endpoints = NO_ENDPOINTS;
  private routes = NO_NAMES;
  /** All that it has asked for, and of these those that its clusters and its listeners name. */
  private secrets = NO_NAMES;
  private clusterSecrets = NO_NAMES;
  private listenerSecrets = NO_NAMES;
  private lastApplied: Nanos = 0;

  constructor(
    readonly proxy: Proxy,
    private readonly options: EnvoyOptions,
  ) {}

  /** It has been connected for a while, and has all of its configuration. */
  resume(server: XdsServer): void {
    this.stream = server.accept(this, this.proxy, true);
    const { watched, nonces } = this.stream.connection;
    this.seen = [...nonces];
    this.asksLds = watched.lds;
    this.isReady = watched.lds;
    this.endpoints = watched.eds ?? NO_ENDPOINTS;
    this.routes = watched.rds ?? NO_NAMES;
    this.secrets = watched.sds ?? NO_NAMES;
    this.clusterSecrets = this.stream.connection.clusterSecrets();
    this.listenerSecrets = this.stream.connection.referencedSecrets();
  }

  /**
   * Opens a stream. One that is let in becomes a connection with its first request, which says whose it is
   * (`xds/ads.go`: initConnection). Refused ones come back after Envoy's back-off: uniform below 500 ms, doubling to
   * 30 s (`source/common/config/grpc_stream.h`).
   */
  connect(server: XdsServer, failures = 0): void {
    const { sim, network, backOff } = this.options;
    const at = server.admit();
    if (at !== undefined) {
      sim.at(at + network(), () => this.subscribe(server.accept(this, this.proxy, false)));
      return;
    }
    const bound = Math.min(BACK_OFF_LAST_MS, BACK_OFF_FIRST_MS * 2 ** failures) * MILLISECOND;
    sim.after(Math.round(backOff.uniform() * bound), () => this.connect(server, failures + 1));
  }

  /** Its stream ends. What is on its way is lost; what it has subscribed to it remembers. */
  disconnect(): void {
    assert(this.stream !== undefined, 'only a connected proxy disconnects');
    this.stream.close();
    this.stream = undefined;
  }

  transmit(type: XdsType): Nanos | undefined {
    const { options } = this;
    const stream = this.connected;
    const { connection } = stream;
    const { sim } = options;
    // Messages of one stream are applied in order, however the delays fall.
    const arrives = sim.now + options.network();
    this.lastApplied = Math.max(this.lastApplied, arrives) + options.envoyApply();
    stream.observer.transmitted(arrives, this.lastApplied);
    const rejected = options.rejects?.(connection.proxy.id, type, arrives) ?? false;
    this.inFlight ??= new Ring(4);
    this.inFlight.push({
      type,
      nonce: connection.nonces[placeOf(type)] ?? 0,
      rejected,
      stream,
      endpoints: type === 'cds' ? connection.referencedEndpoints() : undefined,
      routes: type === 'lds' ? connection.referencedRoutes() : undefined,
      secrets:
        type === 'lds' ? connection.referencedSecrets() : type === 'cds' ? connection.clusterSecrets() : undefined,
    });
    sim.at(this.lastApplied + options.network(), options.reply, connection.proxy.id);
    return rejected ? undefined : this.lastApplied;
  }

  /** What the Envoy said on applying the oldest message reaches istiod. */
  replied(): void {
    const message = this.inFlight?.shift() as Message;
    const { stream } = message;
    if (stream !== this.stream || !stream.connection.open) return;
    this.seen[placeOf(message.type)] = message.nonce;
    if (message.rejected) {
      stream.request({ type: message.type, nonce: message.nonce, rejects: true });
      return;
    }
    this.acknowledge(message.type);
    if (message.endpoints !== undefined) this.onClusters(message.endpoints, message.secrets ?? NO_NAMES);
    else if (message.type === 'eds') this.askForListeners();
    else if (message.routes !== undefined) this.onListeners(message.routes, message.secrets ?? NO_NAMES);
    else if (message.type === 'rds') this.becomeReady();
  }

  private get connected(): ServerStream {
    assert(this.stream !== undefined, 'only a connected proxy speaks with istiod');
    return this.stream;
  }

  /** Its first request reaches istiod: it asks for clusters, and at once for all that it had asked for before. */
  private subscribe(stream: ServerStream): void {
    this.stream = stream;
    this.seen.fill(0);
    stream.request({ type: 'cds', nonce: 0 });
    if (!this.asksLds) return;
    const { endpoints, routes, secrets } = this;
    if (endpoints.size > 0) stream.request({ type: 'eds', nonce: 0, names: endpoints });
    this.requestListeners(stream);
    if (secrets.size > 0) stream.request({ type: 'sds', nonce: 0, names: secrets });
    if (routes.size > 0) stream.request({ type: 'rds', nonce: 0, names: routes });
  }

  private acknowledge(type: XdsType): void {
    const nonce = this.seen[placeOf(type)] ?? 0;
    // State-of-the-world acknowledgements repeat the names; delta ones carry none.
    if (this.options.xds === 'delta') this.connected.request({ type, nonce });
    else if (type === 'eds') this.connected.request({ type, nonce, names: this.endpoints });
    else if (type === 'rds') this.connected.request({ type, nonce, names: this.routes });
    else if (type === 'sds') this.connected.request({ type, nonce, names: this.secrets });
    else this.connected.request({ type, nonce });
  }

  private onClusters(named: NameSet<ConfigKey>, secrets: NameSet<string>): void {
    this.onSecrets(secrets, this.listenerSecrets);
    if (!named.equals(this.endpoints)) {
      this.endpoints = named;
      this.connected.request({ type: 'eds', nonce: this.nonceOfChange('eds'), names: named });
    } else if (named.size === 0) {
      this.askForListeners();
    }
  }

  private askForListeners(): void {
    if (this.asksLds) return;
    this.asksLds = true;
    this.requestListeners(this.connected);
  }

  private requestListeners(stream: ServerStream): void {
    stream.request({ type: 'lds', nonce: 0 });
    // The agent asks for the name table right behind the first request for listeners.
    if (this.proxy.shape.dnsCapture) stream.request({ type: 'nds', nonce: 0 });
  }

  private onListeners(named: NameSet<string>, secrets: NameSet<string>): void {
    this.onSecrets(this.clusterSecrets, secrets);
    if (!named.equals(this.routes)) {
      this.routes = named;
      this.connected.request({ type: 'rds', nonce: this.nonceOfChange('rds'), names: named });
    } else if (named.size === 0) {
      this.becomeReady();
    }
  }

  private onSecrets(ofClusters: NameSet<string>, ofListeners: NameSet<string>): void {
    this.clusterSecrets = ofClusters;
    this.listenerSecrets = ofListeners;
    const secrets = ofClusters.size === 0 ? ofListeners : new NameSet([...ofListeners, ...ofClusters]);
    if (secrets.equals(this.secrets)) return;
    this.secrets = secrets;
    this.connected.request({ type: 'sds', nonce: this.nonceOfChange('sds'), names: secrets });
  }

  /** In delta a change of the subscription carries none. */
  private nonceOfChange(type: XdsType): number {
    return this.options.xds === 'delta' ? 0 : (this.seen[placeOf(type)] ?? 0);
  }

  private becomeReady(): void {
    if (this.isReady) return;
    this.isReady = true;
    const { observer, connection } = this.connected;
    observer.ready(connection);
  }
}
