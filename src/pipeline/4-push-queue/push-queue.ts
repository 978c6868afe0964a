/**
 * The push queue (`xds/pushqueue.go`): one entry per connection, merged while it waits and while it is being pushed.
 *
 *     pending     waits in `order`, first in first out; merged into when offered again, keeps its place
 *     processing  is being pushed; gathers what arrives meanwhile and goes to the tail with it when the push is done
 *
 * A connection is pending or in processing or neither; never pushed twice at the same time.
 */
import { assert } from '../../engine/assert.js';
import { IntRing } from '../../engine/int-ring.js';
import { newColumn, wideEnough } from '../model/columns.js';
import type { PushQueue } from '../model/push-queue.js';
import { mergeRequests, type PushRequest } from '../model/push-request.js';
import { RequestNumbers } from './request-numbers.js';

/** `wake` is called whenever connections were appended. */
export function createPushQueue(emptyMeansEverything: boolean, wake: () => void): PushQueue {
  return new MergingQueue(emptyMeansEverything, wake);
}

/** No request. Of `pending`: does not wait; of `meanwhile`: not in processing. */
const NONE = 0;
/** Of `meanwhile`: in processing, and nothing has arrived yet. */
const NOTHING = -1;

/**
 * Every proxy of every push comes through here, in another order each time. So there is no object for an entry: two
 * columns of request numbers by connection id are all that is touched, and they stay in the processor's caches.
 */
class MergingQueue implements PushQueue {
  processing = 0;
  merges = 0;
  private readonly order = new IntRing();
  private readonly requests = new RequestNumbers();
  private pending = newColumn();
  private meanwhile = newColumn();
  private readonly mergedWith = new WeakMap<PushRequest, WeakMap<PushRequest, PushRequest>>();

  constructor(
    private readonly emptyMeansEverything: boolean,
    private readonly wake: () => void,
  ) {}

  get depth(): number {
    return this.order.length;
  }

  get head(): number {
    return this.order.first;
  }

  get headRequest(): PushRequest {
    return this.requests.of(this.pending[this.order.first]!);
  }

  enqueue(ids: Int32Array, request: PushRequest): void {
    if (ids.length === 0) return;
    this.makeRoom(ids);
    const { pending, meanwhile, order, requests } = this;
    // Held for each of them, and given back by those who turn out to be merged into.
    const number = requests.hold(request, ids.length);
    const appended = new Int32Array(ids.length);
    const others = new Int32Array(ids.length);
    let appends = 0;
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i]!;
      const isNew = pending[id] === NONE && meanwhile[id] === NONE;
      if (isNew) {
        pending[id] = number;
        appended[appends++] = id;
      } else others[i - appends] = id;
    }
    order.push(appended, appends);
    for (const id of others.subarray(0, ids.length - appends)) this.add(id, number);
    if (appends > 0) this.wake();
  }

  upcoming(ids: Int32Array): number {
    const { order, pending } = this;
    const most = Math.min(ids.length, order.length);
    order.peek(ids, most);
    const number = pending[order.first];
    let count = 0;
    while (count < most && pending[ids[count]!] === number) count++;
    return count;
  }

  dequeue(): void {
    const { head } = this;
    this.leave(head, 1);
    this.pending[head] = NONE;
    this.meanwhile[head] = NOTHING;
    this.processing += 1;
  }

  pass(ids: Int32Array, count: number): void {
    const { pending } = this;
    this.leave(ids[0]!, count);
    for (let i = 0; i < count; i++) pending[ids[i]!] = NONE;
  }

  holds(id: number): boolean {
    return (this.pending[id] ?? NONE) !== NONE || (this.meanwhile[id] ?? NONE) !== NONE;
  }

  markDone(id: number): void {
    const meanwhile = this.meanwhile[id] ?? NONE;
    assert(meanwhile !== NONE, 'only a connection in processing can be done');
    this.processing -= 1;
    this.meanwhile[id] = NONE;
    if (meanwhile === NOTHING) return;
    this.pending[id] = meanwhile;
    this.order.push(Int32Array.of(id), 1);
    this.wake();
  }

  /** To what waits, or to what arrived during the push. */
  private add(id: number, number: number): void {
    const { pending, meanwhile } = this;
    if (pending[id] !== NONE) pending[id] = this.merge(pending[id]!, number);
    else meanwhile[id] = meanwhile[id] === NOTHING ? number : this.merge(meanwhile[id]!, number);
  }

  /** The first so many go, for whom the request of this one waits. */
  private leave(id: number, count: number): void {
    assert(this.order.length >= count, 'only who waits can be taken out');
    this.requests.letGo(this.pending[id]!, count);
    this.order.drop(count);
  }

  private makeRoom(ids: Int32Array): void {
    let last = 0;
    for (let i = 0; i < ids.length; i++) last = Math.max(last, ids[i]!);
    this.pending = wideEnough(this.pending, last);
    this.meanwhile = wideEnough(this.meanwhile, last);
  }

  /** Connections that wait with the same two requests share one merged request, and all that is derived from it. */
  private merge(firstNumber: number, laterNumber: number): number {
    const { requests } = this;
    this.merges += 1;
    const first = requests.of(firstNumber);
    const later = requests.of(laterNumber);
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
    const number = requests.hold(merged);
    requests.letGo(firstNumber);
    requests.letGo(laterNumber);
    return number;
  }
}
