/** The streams of one istiod: accepted, pushed to, closed, and their ids given again (`xds/ads.go`: initConnection, closeConnection). */
import type { XdsType } from '../../istio/xds-types.js';
import type { Proxy } from '../../mesh/proxies.js';
import { Connection } from '../model/connection.js';
import type { ConnectionRegistry } from '../model/connection-registry.js';
import type { PushContext } from '../model/push-context.js';
import type { PushRequest } from '../model/push-request.js';
import type { Peer, ServerStream } from '../model/xds-server.js';
import type { StreamSetup } from './message-task.js';
import { skippable } from './skippable.js';
import { createXdsStream, type XdsStream } from './xds-stream.js';

export interface StreamsSetup extends Omit<StreamSetup, 'transmit' | 'blockedUntil' | 'timedOut' | 'ended'> {
  readonly registry: ConnectionRegistry;
  /** The published context. */
  readonly context: () => PushContext;
  /** Whether the connection waits in the push queue or is being pushed. */
  readonly isQueued: (id: number) => boolean;
}

export class XdsStreams {
  /** By proxy id; the others by connection id. */
  private readonly byProxy: (Connection | undefined)[] = [];
  private readonly streams: XdsStream[] = [];
  private readonly peers: Peer[] = [];
  /** Shared by all streams. */
  private readonly streamSetup: StreamSetup;

  constructor(private readonly setup: StreamsSetup) {
    this.streamSetup = {
      ...setup,
      transmit: (connection: Connection, type: XdsType, bytes: number) =>
        this.peers[connection.id]!.transmit(connection, type, bytes),
      blockedUntil: (connection) => this.peers[connection.id]!.blockedUntil(connection),
      timedOut: (connection) => {
        this.close(connection);
        this.peers[connection.id]!.closedByServer(connection);
      },
      ended: (connection) => this.releaseIfUnused(connection),
    };
  }

  accept(peer: Peer, proxy: Proxy, synced: boolean): ServerStream {
    const { registry, observer } = this.setup;
    const { shape } = proxy;
    const context = this.setup.context();
    const { gateways, scopes } = context.tables;
    const gateway = shape.type === 'gateway' ? gateways.mergedFor(shape) : undefined;
    const connection = new Connection(registry.table, proxy, context, scopes.of(shape), gateway);
    const { id } = connection;
    if (synced) watchEverything(connection);
    registry.add(connection);
    this.setup.cost.attached(proxy.id, connection.watched.eds?.size ?? 0);
    const stream = createXdsStream(connection, this.streamSetup);
    this.byProxy[proxy.id] = connection;
    this.streams[id] = stream;
    this.peers[id] = peer;
    observer.connected(connection, !synced);
    const close = (): void => this.close(connection);
    return { connection, observer, request: (request) => stream.request(request), close };
  }

  push(id: number, request: PushRequest, done: (id: number) => void): void {
    this.streams[id]!.push(request, done);
  }

  skippable(ids: Int32Array, count: number, request: PushRequest): number {
    return skippable(ids, count, request, this.setup.registry.table, this.streamSetup);
  }

  /** Only an initialised connection is found by its proxy (`xds/ads.go`: ProxyUpdate). */
  initialised(proxy: number): Connection | undefined {
    const connection = this.byProxy[proxy];
    return connection !== undefined && this.streams[connection.id]!.isInitialised ? connection : undefined;
  }

  /** No later push is for it; what it has in the queue ends when its turn comes. */
  private close(connection: Connection): void {
    const { id, proxy } = connection;
    const { registry, observer } = this.setup;
    registry.table.leave(id);
    if (this.byProxy[proxy.id] === connection) this.byProxy[proxy.id] = undefined;
    this.setup.cost.detached(proxy.id);
    observer.disconnected(connection);
    this.streams[id]!.close();
  }

  private releaseIfUnused({ id }: Connection): void {
    const { registry, isQueued } = this.setup;
    if (this.streams[id]!.hasEnded && !isQueued(id)) registry.table.release(id);
  }
}

/** The subscriptions of a proxy that has been connected for a while. */
function watchEverything(connection: Connection): void {
  const endpoints = connection.referencedEndpoints();
  const routes = connection.referencedRoutes();
  const secrets = connection.allSecrets();
  connection.watch({
    cds: true,
    eds: endpoints.size > 0 ? endpoints : undefined,
    lds: true,
    rds: routes.size > 0 ? routes : undefined,
    nds: connection.proxy.shape.dnsCapture,
    sds: secrets.size > 0 ? secrets : undefined,
  });
  // It has seen a response of each type; 0 would say that it never has.
  connection.nonces.fill(1);
}
