/**
 * The push queue (`xds/pushqueue.go`): one entry per connection, merged while it waits and while it is being pushed.
 *
 *     pending     waits in `order`, first in first out; merged into when offered again, keeps its place
 *     processing  is being pushed; gathers what arrives meanwhile and goes to the tail with it when the push is done
 *
 * A connection is pending or in processing or neither; never pushed twice at the same time.
 */
import { assert, fail } from '../engine/assert.js';
import { Ring } from '../engine/ring.js';
import type { Connection } from './connection.js';
import { mergeRequests, type PushRequest } from './push-request.js';

export interface PushQueue {
  enqueue(connection: Connection, request: PushRequest): void;
  /** Takes the head into processing; undefined when nothing waits. What it answers holds until the next call. */
  dequeue(): Dequeued | undefined;
  markDone(connection: Connection): void;
  readonly depth: number;
  readonly processing: number;
}

export interface Dequeued {
  readonly connection: Connection;
  readonly request: PushRequest;
}

/** `wake` is called whenever a connection was appended. */
export function createPushQueue(emptyMeansEverything: boolean, wake: () => void): PushQueue {
  return new MergingQueue(emptyMeansEverything, wake);
}

/** In processing, and nothing has arrived meanwhile. */
const NOTHING = null;

/**
 * Every proxy of every push comes through here, in another order each time. So there is no object for an entry: two
 * columns by connection id are all that is touched, and they stay in the processor's caches.
 */
class MergingQueue implements PushQueue {
  processing = 0;
  private readonly order = new Ring<Connection>();
  private readonly pending: (PushRequest | undefined)[] = [];
  /** What arrived during the push; undefined: not in processing. */
  private readonly meanwhile: (PushRequest | typeof NOTHING | undefined)[] = [];
  private readonly dequeued: { connection: Connection | undefined; request: PushRequest | undefined } = {
    connection: undefined,
    request: undefined,
  };
  private readonly mergedWith = new WeakMap<PushRequest, WeakMap<PushRequest, PushRequest>>();

  constructor(
    private readonly emptyMeansEverything: boolean,
    private readonly wake: () => void,
  ) {}

  get depth(): number {
    return this.order.length;
  }

  enqueue(connection: Connection, request: PushRequest): void {
    const { id } = connection;
    this.makeRoom(id);
    const meanwhile = this.meanwhile[id];
    if (meanwhile !== undefined) {
      this.meanwhile[id] = meanwhile === NOTHING ? request : this.merge(meanwhile, request);
      return;
    }
    const waiting = this.pending[id];
    if (waiting === undefined) this.append(connection, request);
    else this.pending[id] = this.merge(waiting, request);
  }

  dequeue(): Dequeued | undefined {
    const connection = this.order.shift();
    if (connection === undefined) return undefined;
    const { id } = connection;
    const request = this.pending[id];
    if (request === undefined) fail('order holds exactly the connections that are pending, each once');
    this.pending[id] = undefined;
    this.meanwhile[id] = NOTHING;
    this.processing += 1;
    const { dequeued } = this;
    dequeued.connection = connection;
    dequeued.request = request;
    return dequeued as Dequeued;
  }

  markDone(connection: Connection): void {
    const { id } = connection;
    const meanwhile = this.meanwhile[id];
    assert(meanwhile !== undefined, 'only a connection in processing can be done');
    this.processing -= 1;
    this.meanwhile[id] = undefined;
    if (meanwhile !== NOTHING) this.append(connection, meanwhile);
  }

  private append(connection: Connection, request: PushRequest): void {
    this.pending[connection.id] = request;
    this.order.push(connection);
    this.wake();
  }

  /** Ids count from 0; arrays without gaps are the faster ones. */
  private makeRoom(id: number): void {
    while (this.pending.length <= id) {
      this.pending.push(undefined);
      this.meanwhile.push(undefined);
    }
  }

  /** Connections that wait with the same two requests share one merged request, and all that is derived from it. */
  private merge(first: PushRequest, later: PushRequest): PushRequest {
    let byLater = this.mergedWith.get(first);
    if (byLater === undefined) {
      byLater = new WeakMap();
      this.mergedWith.set(first, byLater);
    }
    let merged = byLater.get(later);
    if (merged === undefined) {
      merged = mergeRequests(first, later, this.emptyMeansEverything);
      byLater.set(later, merged);
    }
    return merged;
  }
}
