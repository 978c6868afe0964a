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
import type { Connection } from '../model/connection.js';
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
  /** Until when a proxy does not read; in the past, or undefined, when it does. */
  readonly heldUntil?: (proxy: number) => Nanos | undefined;
  /** The istiod that a new connection reaches; undefined: there is none. */
  readonly route?: (envoy: Envoy) => XdsServer | undefined;
  readonly life?: ConnectionLife;
}

/** Told what becomes of connections. */
export interface ConnectionLife {
  /** An attempt failed: nobody listens, or the limiter refused it. */
  refused(envoy: Envoy, why: 'unavailable' | 'limited'): void;
  opened(envoy: Envoy, server: XdsServer): void;
  /** The stream has ended, whoever ended it. */
  closed(envoy: Envoy, server: XdsServer): void;
  /** istiod has ended the stream because a send took too long. */
  cutOff(envoy: Envoy): void;
  /** All that it asked for when the stream began has been answered. */
  served(envoy: Envoy): void;
  /** For the first time it has clusters, listeners and routes. */
  ready(envoy: Envoy): void;
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
/** What gRPC takes for a reader that does not read: its write quota, and the window of 64 KiB that the reader grants. */
const UNREAD_MAX = 2 * 64 * 1024;

/**
 * One proxy, from its first connection on: it outlives its streams, and remembers what it subscribed to. A class and
 * not closures: there is one for each proxy.
 */
export class Envoy implements Peer {
  /** Undefined while it is not connected. */
  private stream: ServerStream | undefined;
  /** To whom the stream leads, or would. */
  private server: XdsServer | undefined;
  /** Changes whenever what is under way (an attempt, a wait) is of no use any more. */
  private epoch = 0;
  private failures = 0;
  /** Types asked for on this stream and not answered yet, as bits; none is left once it was served. */
  private unanswered = 0;
  private wasServed = false;
  /** Bytes sent to it since it stopped reading; undefined while it reads. The message at hand it still reads. */
  private unread: number | undefined;
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

  get isConnected(): boolean {
    return this.stream !== undefined;
  }

  get isServed(): boolean {
    return this.wasServed;
  }

  /** It has clusters, listeners and routes. */
  get hasConfiguration(): boolean {
    return this.isReady;
  }

  get connection(): Connection | undefined {
    return this.stream?.connection;
  }

  /** Names of endpoints that it has asked for. */
  get askedFor(): NameSet<ConfigKey> {
    return this.endpoints;
  }

  /** It has been connected for a while, and has all of its configuration. */
  resume(server: XdsServer): void {
    this.server = server;
    this.stream = server.accept(this, this.proxy, true);
    const { watched, nonces } = this.stream.connection;
    this.seen = [...nonces];
    this.asksLds = watched.lds;
    this.isReady = watched.lds;
    this.wasServed = true;
    this.endpoints = watched.eds ?? NO_ENDPOINTS;
    this.routes = watched.rds ?? NO_NAMES;
    this.secrets = watched.sds ?? NO_NAMES;
    this.clusterSecrets = this.stream.connection.clusterSecrets();
    this.listenerSecrets = this.stream.connection.referencedSecrets();
    this.options.life?.opened(this, server);
  }

  /**
   * Opens a stream. One that is let in becomes a connection with its first request, which says whose it is
   * (`xds/ads.go`: initConnection). Refused ones come back after Envoy's back-off.
   */
  connect(given?: XdsServer): void {
    const { sim, network, route, life } = this.options;
    const server = given ?? route?.(this);
    const at = server?.admit();
    if (server === undefined || at === undefined) {
      life?.refused(this, server === undefined ? 'unavailable' : 'limited');
      this.comeBack(given);
      return;
    }
    const { epoch } = this;
    sim.at(at + network(), () => {
      if (epoch !== this.epoch) return;
      if (server.accepting) this.open(server);
      else {
        life?.refused(this, 'unavailable');
        this.comeBack(given);
      }
    });
  }

  /** Its stream ends. What is on its way is lost; what it has subscribed to it remembers. */
  disconnect(): void {
    assert(this.stream !== undefined, 'only a connected proxy disconnects');
    this.stream.close();
    this.lose();
  }

  /** Its stream is cut off; it comes back after a while. */
  cut(): void {
    if (this.stream === undefined) return;
    this.stream.close();
    this.lost();
  }

  /** It ends, in whatever state it is, and is as new. `silently`: its istiod does not notice; answers what it is left with. */
  end(silently = false): ServerStream | undefined {
    this.epoch += 1;
    const { stream } = this;
    if (stream !== undefined) {
      if (silently) stream.connection.isHalfOpen = true;
      else stream.close();
      this.lose();
    }
    this.failures = 0;
    this.asksLds = false;
    this.isReady = false;
    this.endpoints = NO_ENDPOINTS;
    this.routes = NO_NAMES;
    this.secrets = NO_NAMES;
    return stream;
  }

  /** The other end has ended the stream, or is gone: comes back after a while. */
  lost(): void {
    if (this.stream === undefined) return;
    this.lose();
    this.comeBack();
  }

  closedByServer(connection: Connection): void {
    if (this.stream?.connection !== connection) return;
    this.options.life?.cutOff(this);
    this.lost();
  }

  blockedUntil(connection: Connection): Nanos | undefined {
    const until = this.options.heldUntil?.(this.proxy.id);
    if (until === undefined || until <= this.options.sim.now || connection !== this.stream?.connection) {
      this.unread = undefined;
      return undefined;
    }
    return (this.unread ?? 0) >= UNREAD_MAX ? until : undefined;
  }

  transmit(connection: Connection, type: XdsType, bytes: number): Nanos | undefined {
    const { options, stream } = this;
    const { sim } = options;
    // To a connection whose other end is gone.
    if (stream === undefined || stream.connection !== connection) return sim.now;
    const arrives = this.arrival(bytes);
    // Messages of one stream are applied in order, however the delays fall.
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

  /** A reader that holds still has its messages when it goes on; the first one it is still reading. */
  private arrival(bytes: number): Nanos {
    const { sim, network, heldUntil } = this.options;
    const arrives = sim.now + network();
    const until = heldUntil?.(this.proxy.id);
    if (until === undefined || until <= arrives) {
      this.unread = undefined;
      return arrives;
    }
    const isFirst = this.unread === undefined;
    this.unread = isFirst ? 0 : this.unread! + bytes;
    return isFirst ? arrives : until;
  }

  private open(server: XdsServer): void {
    this.server = server;
    this.unread = undefined;
    const stream = server.accept(this, this.proxy, false);
    this.options.life?.opened(this, server);
    this.subscribe(stream);
  }

  private lose(): void {
    const { server } = this;
    this.epoch += 1;
    this.stream = undefined;
    this.wasServed = false;
    if (server !== undefined) this.options.life?.closed(this, server);
  }

  /** Uniform below 500 ms, doubling to 30 s, from the start once a response has come (`source/common/config/grpc_stream.h`). */
  private comeBack(given?: XdsServer): void {
    const { sim, backOff } = this.options;
    const bound = Math.min(BACK_OFF_LAST_MS, BACK_OFF_FIRST_MS * 2 ** this.failures) * MILLISECOND;
    this.failures += 1;
    const { epoch } = this;
    sim.after(Math.round(backOff.uniform() * bound), () => {
      if (epoch === this.epoch) this.connect(given);
    });
  }

  /** What the Envoy said on applying the oldest message reaches istiod. */
  replied(): void {
    const message = this.inFlight?.shift() as Message;
    const { stream } = message;
    if (stream !== this.stream || !stream.connection.open) return;
    this.seen[placeOf(message.type)] = message.nonce;
    this.failures = 0;
    if (message.rejected) {
      stream.request({ type: message.type, nonce: message.nonce, rejects: true });
      return;
    }
    this.acknowledge(message.type);
    if (message.endpoints !== undefined) this.onClusters(message.endpoints, message.secrets ?? NO_NAMES);
    else if (message.type === 'eds') this.askForListeners();
    else if (message.routes !== undefined) this.onListeners(message.routes, message.secrets ?? NO_NAMES);
    else if (message.type === 'rds') this.becomeReady();
    this.answered(message.type);
  }

  /** The last of the types asked for on this stream: it is served again. */
  private answered(type: XdsType): void {
    this.unanswered &= ~(1 << placeOf(type));
    if (this.unanswered !== 0 || this.wasServed || !this.isReady) return;
    this.wasServed = true;
    this.options.life?.served(this);
  }

  private get connected(): ServerStream {
    assert(this.stream !== undefined, 'only a connected proxy speaks with istiod');
    return this.stream;
  }

  /** Its first request reaches istiod: it asks for clusters, and at once for all that it had asked for before. */
  private subscribe(stream: ServerStream): void {
    this.stream = stream;
    this.seen.fill(0);
    this.wasServed = false;
    const { endpoints, routes, secrets } = this;
    const asked = (type: XdsType, does: boolean): number => (does ? 1 << placeOf(type) : 0);
    stream.request({ type: 'cds', nonce: 0 });
    if (endpoints.size > 0) stream.request({ type: 'eds', nonce: 0, names: endpoints });
    this.unanswered = asked('cds', true) | asked('eds', endpoints.size > 0);
    if (!this.asksLds) return;
    this.requestListeners(stream);
    if (secrets.size > 0) stream.request({ type: 'sds', nonce: 0, names: secrets });
    if (routes.size > 0) stream.request({ type: 'rds', nonce: 0, names: routes });
    this.unanswered |= asked('lds', true) | asked('rds', routes.size > 0);
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
    this.options.life?.ready(this);
  }
}
