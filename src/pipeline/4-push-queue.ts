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

/** `wake` is called whenever an entry was appended. */
export function createPushQueue(emptyMeansEverything: boolean, wake: () => void): PushQueue {
  const pending = new Map<Connection, PushRequest>();
  const order = new Ring<Connection>();
  const processing = new Map<Connection, PushRequest | undefined>();
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
    pending.set(connection, request);
    order.push(connection);
    wake();
  }

  return {
    enqueue(connection, request) {
      if (processing.has(connection)) {
        const meanwhile = processing.get(connection);
        processing.set(connection, meanwhile === undefined ? request : merge(meanwhile, request));
        return;
      }
      const waiting = pending.get(connection);
      if (waiting !== undefined) pending.set(connection, merge(waiting, request));
      else append(connection, request);
    },
    dequeue() {
      const connection = order.shift();
      if (connection === undefined) return undefined;
      const request = pending.get(connection);
      assert(request !== undefined, 'order holds exactly the connections in pending');
      pending.delete(connection);
      assert(!processing.has(connection), 'a connection is never in processing twice');
      processing.set(connection, undefined);
      return { connection, request };
    },
    markDone(connection) {
      assert(processing.has(connection), 'only a connection in processing can be done');
      const meanwhile = processing.get(connection);
      processing.delete(connection);
      if (meanwhile !== undefined) append(connection, meanwhile);
    },
    get depth() {
      return pending.size;
    },
    get processing() {
      return processing.size;
    },
  };
}
