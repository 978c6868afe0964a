/**
 * The other end: the wire and Envoy. An Envoy applies messages in order, acknowledges each, and subscribes to what they
 * refer to: endpoints of the clusters in CDS, routes of the listeners in LDS. At start-up it asks for CDS, then EDS,
 * then LDS, then RDS, each after the one before has arrived. A message it rejects changes nothing but the nonce; what is
 * not kept apart is which clusters of a delta it lacks by that, so it may ask for their endpoints too early.
 */
import { assert } from '../../engine/assert.js';
import { Ring } from '../../engine/ring.js';
import { MILLISECOND, type Nanos } from '../../engine/time.js';
import { placeOf, type XdsType } from '../../istio/xds-types.js';
import type { ConfigKey } from '../../mesh/keys.js';
import type { Proxy } from '../../mesh/proxies.js';
import type { NameSet } from '../../mesh/services/service-table.js';
import type { Connection } from '../model/connection.js';
import type { Peer, ServerStream, XdsServer } from '../model/xds-server.js';
import type { EnvoyOptions } from './envoy-options.js';
import { NO_NAMES, Subscriptions } from './subscriptions.js';

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

/** The first wait after a refusal is shorter than this, and each bound is twice the one before, up to the last. */
const BACK_OFF_FIRST_MS = 500;
const BACK_OFF_LAST_MS = 30_000;
/** What gRPC takes for a reader that does not read: its write quota, and the window of 64 KiB that the reader grants. */
const UNREAD_MAX = 2 * 64 * 1024;

/**
 * One proxy, from its first connection on: it outlives its streams, and remembers what it subscribed to. A class and
 * not closures: there is one for each proxy.
 */
export class Envoy extends Subscriptions implements Peer {
  /** Undefined while it is not connected. */
  private stream: ServerStream | undefined;
  /** To whom the stream leads, or would. */
  private server: XdsServer | undefined;
  /** Changes whenever what is under way (an attempt, a wait) is of no use any more. */
  private epoch = 0;
  private failures = 0;
  /** Bytes sent to it since it stopped reading; undefined while it reads. The message at hand it still reads. */
  private unread: number | undefined;
  private inFlight: Ring<Message> | undefined;
  private lastApplied: Nanos = 0;

  constructor(
    proxy: Proxy,
    private readonly options: EnvoyOptions<Envoy>,
  ) {
    super(proxy, options.xds);
  }

  protected onServed(): void {
    this.options.life?.served(this);
  }

  protected onReady(): void {
    this.options.life?.ready(this);
  }

  protected get connected(): ServerStream {
    assert(this.stream !== undefined, 'only a connected proxy speaks with istiod');
    return this.stream;
  }

  get isConnected(): boolean {
    return this.stream !== undefined;
  }

  get connection(): Connection | undefined {
    return this.stream?.connection;
  }

  /** It has been connected for a while, and has all of its configuration. */
  resume(server: XdsServer): void {
    this.server = server;
    this.stream = server.accept(this, this.proxy, true);
    this.remember(this.stream.connection);
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
    this.forget();
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
    this.stream = stream;
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
}
