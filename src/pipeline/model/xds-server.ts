/** The two ends of a stream as they know each other: an istiod that accepts, and the Envoy that connects. */
import type { Nanos } from '../../engine/time.js';
import type { XdsType } from '../../istio/xds-types.js';
import type { Proxy } from '../../mesh/proxies.js';
import type { Observer } from '../observer.js';
import type { Connection, XdsRequest } from './connection.js';

export interface XdsServer {
  /** Whether it takes new streams: one that stops or is gone does not. */
  readonly accepting: boolean;
  /** When a stream that is opened now is let in; undefined: refused. */
  admit(): Nanos | undefined;
  /** The first request of a stream that was let in. `synced`: the proxy has its configuration already. */
  accept(peer: Peer, proxy: Proxy, synced: boolean): ServerStream;
}

/** istiod's end of a stream. */
export interface ServerStream {
  readonly connection: Connection;
  /** Of the istiod. */
  readonly observer: Observer;
  request(request: XdsRequest): void;
  /** The stream ends, whatever is queued, running or on its way. */
  close(): void;
}

/** The proxy's end of a stream. */
export interface Peer {
  /** A message leaves istiod now; answers when the proxy will use it, undefined if it never will. */
  transmit(connection: Connection, type: XdsType, bytes: number): Nanos | undefined;
  /** Until when a send on this stream blocks because the other end does not read; undefined: it does not. */
  blockedUntil(connection: Connection): Nanos | undefined;
  /** istiod has ended the stream. */
  closedByServer(connection: Connection): void;
}
