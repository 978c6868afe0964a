/**
 * The push queue (`xds/pushqueue.go`): one entry per connection, merged while it waits and while it is being pushed.
 *
 *     pending     connection → request; merged into when offered again, keeps its place
 *     order       exactly the connections in pending, first in first out
 *     processing  connections being pushed → what arrived meanwhile; goes to the tail when the push is done
 *
 * A connection is in pending or in processing or in neither; never pushed twice at the same time.
 */
import { assert } from '../engine/assert.js';
import { Ring } from '../engine/ring.js';
import type { Connection } from './connection.js';
import { mergeRequests, type PushRequest } from './push-request.js';

export interface PushQueue {
  enqueue(connection: Connection, request: PushRequest): void;
  /** Takes the head into processing; undefined when nothing waits. */
  dequeue(): { readonly connection: Connection; readonly request: PushRequest } | undefined;
  markDone(connection: Connection): void;
  readonly depth: number;
  readonly processing: number;
}

/** Stands for a connection being pushed for which nothing has arrived meanwhile. */
const NOTHING = Symbol('nothing');

/** `wake` is called whenever an entry was appended. */
export function createPushQueue(emptyMeansEverything: boolean, wake: () => void): PushQueue {
  // By connection id.
  const pending: (PushRequest | undefined)[] = [];
  const processing: (PushRequest | typeof NOTHING | undefined)[] = [];
  const order = new Ring<Connection>();
  let processed = 0;
  const mergedWith = new WeakMap<PushRequest, WeakMap<PushRequest, PushRequest>>();

  /** Connections that wait with the same two requests share one merged request, and all that is derived from it. */
  function merge(first: PushRequest, later: PushRequest): PushRequest {
    let byLater = mergedWith.get(first);
    if (byLater === undefined) {
      byLater = new WeakMap();
      mergedWith.set(first, byLater);
    }
    let merged = byLater.get(later);
    if (merged === undefined) {
      merged = mergeRequests(first, later, emptyMeansEverything);
      byLater.set(later, merged);
    }
    return merged;
  }

  function append(connection: Connection, request: PushRequest): void {
    pending[connection.id] = request;
    order.push(connection);
    wake();
  }

  return {
    enqueue(connection, request) {
      const { id } = connection;
      const meanwhile = processing[id];
      if (meanwhile !== undefined) {
        processing[id] = meanwhile === NOTHING ? request : merge(meanwhile, request);
        return;
      }
      const waiting = pending[id];
      if (waiting !== undefined) pending[id] = merge(waiting, request);
      else append(connection, request);
    },
    dequeue() {
      const connection = order.shift();
      if (connection === undefined) return undefined;
      const { id } = connection;
      const request = pending[id];
      assert(request !== undefined, 'order holds exactly the connections in pending');
      assert(processing[id] === undefined, 'a connection is never in processing twice');
      pending[id] = undefined;
      processing[id] = NOTHING;
      processed += 1;
      return { connection, request };
    },
    markDone(connection) {
      const meanwhile = processing[connection.id];
      assert(meanwhile !== undefined, 'only a connection in processing can be done');
      processing[connection.id] = undefined;
      processed -= 1;
      if (meanwhile !== NOTHING) append(connection, meanwhile);
    },
    get depth() {
      return order.length;
    },
    get processing() {
      return processed;
    },
  };
}
