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
import { mergeRequests, type PushRequest, pushRequest } from './push-request.js';

export interface PushQueue {
  enqueue(connection: Connection, request: PushRequest): void;
  /** Takes the head into processing; undefined when nothing waits. What it answers holds until `markDone`. */
  dequeue(): QueueEntry | undefined;
  markDone(connection: Connection): void;
  readonly depth: number;
  readonly processing: number;
}

export interface QueueEntry {
  readonly connection: Connection;
  /** What waits or, from `dequeue` to `markDone`, is being pushed. */
  readonly request: PushRequest;
}

/** What an entry is about when it is about nothing: it must not keep alive the tables of a push long gone. */
const NOTHING = pushRequest({});

/** A class and not closures, and one entry for each connection for good: every proxy of every push comes through here. */
class Entry implements QueueEntry {
  state: 'idle' | 'pending' | 'processing' = 'idle';
  /** What arrived during the push. */
  meanwhile: PushRequest | undefined;

  constructor(
    readonly connection: Connection,
    public request: PushRequest,
  ) {}
}

/** `wake` is called whenever an entry was appended. */
export function createPushQueue(emptyMeansEverything: boolean, wake: () => void): PushQueue {
  return new MergingQueue(emptyMeansEverything, wake);
}

class MergingQueue implements PushQueue {
  processing = 0;
  /** By connection id. */
  private readonly entries: (Entry | undefined)[] = [];
  private readonly order = new Ring<Entry>();
  private readonly mergedWith = new WeakMap<PushRequest, WeakMap<PushRequest, PushRequest>>();

  constructor(
    private readonly emptyMeansEverything: boolean,
    private readonly wake: () => void,
  ) {}

  get depth(): number {
    return this.order.length;
  }

  enqueue(connection: Connection, request: PushRequest): void {
    const entry = this.entries[connection.id] ?? this.register(connection, request);
    if (entry.state === 'idle') {
      entry.request = request;
      this.append(entry);
    } else if (entry.state === 'pending') {
      entry.request = this.merge(entry.request, request);
    } else {
      entry.meanwhile = entry.meanwhile === undefined ? request : this.merge(entry.meanwhile, request);
    }
  }

  dequeue(): QueueEntry | undefined {
    const entry = this.order.shift();
    if (entry === undefined) return undefined;
    if (entry.state !== 'pending') fail('order holds exactly the connections that are pending, each once');
    entry.state = 'processing';
    this.processing += 1;
    return entry;
  }

  markDone(connection: Connection): void {
    const entry = this.entries[connection.id];
    assert(entry !== undefined && entry.state === 'processing', 'only a connection in processing can be done');
    this.processing -= 1;
    entry.state = 'idle';
    const { meanwhile } = entry;
    if (meanwhile === undefined) {
      entry.request = NOTHING;
      return;
    }
    entry.meanwhile = undefined;
    entry.request = meanwhile;
    this.append(entry);
  }

  private append(entry: Entry): void {
    entry.state = 'pending';
    this.order.push(entry);
    this.wake();
  }

  private register(connection: Connection, request: PushRequest): Entry {
    const entry = new Entry(connection, request);
    // Ids count from 0; an array without gaps is the faster one.
    while (this.entries.length < connection.id) this.entries.push(undefined);
    this.entries[connection.id] = entry;
    return entry;
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
