/**
 * The dispatch loop (`xds/discovery.go`: doSendPushes): takes a slot first and a connection second, so that a waiting
 * entry keeps merging until the very moment it is sent. A slot is free again when the connection's push has finished.
 */
import { fail } from '../../engine/assert.js';
import { Goroutine, PARKED, type Processor } from '../../engine/cpu/processor.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import { complete } from '../model/change.js';
import type { Connection } from '../model/connection.js';
import type { PushQueue } from '../model/push-queue.js';
import type { PushRequest } from '../model/push-request.js';
import { SkippedPushes } from '../model/skipped-pushes.js';
import type { Observer } from '../observer.js';

export interface ThrottleOptions {
  /** `PILOT_PUSH_THROTTLE`. */
  readonly pushThrottle: number;
  /** Makes the queue it drains; `wake` must be called whenever connections were appended. */
  readonly queueOf: (wake: () => void) => PushQueue;
  /** CPU of taking one connection from the queue and starting its sender. */
  readonly dispatchCost: () => Nanos;
}

/** What becomes of a push that has a slot. */
export interface Pushed {
  /** Hands it to the connection; `done` must be called with its id exactly once when it has finished. */
  push(id: number, request: PushRequest, done: (id: number) => void): void;
  /**
   * How many of the first so many, up to the first one for whom that does not hold, would have nothing to do but find
   * that their proxies need nothing, which takes no time.
   */
  skippable(ids: Int32Array, count: number, request: PushRequest): number;
}

export interface Throttle {
  /** @param ids of connections, each at most once */
  enqueue(ids: Int32Array, request: PushRequest): void;
  readonly queue: PushQueue;
  readonly slotsInUse: number;
  /** Nothing is dispatched any more. */
  stop(): void;
}

export function createThrottle(
  sim: Simulation,
  processor: Processor,
  options: ThrottleOptions,
  connections: readonly Connection[],
  next: Pushed,
  observer: Observer,
): Throttle {
  return new DispatchLoop(sim, processor, options, connections, next, observer);
}

class DispatchLoop implements Throttle {
  slotsInUse = 0;
  readonly queue: PushQueue;
  private isStopped = false;
  private holdsSlot = false;
  /** CPU time of the dispatch at hand that is still to be consumed; undefined: not asked for yet. */
  private due: Nanos | undefined;
  private readonly skippedPushes = new SkippedPushes();
  private readonly dispatcher = new Goroutine('dispatch', () => this.step());

  constructor(
    private readonly sim: Simulation,
    private readonly processor: Processor,
    private readonly options: ThrottleOptions,
    private readonly connections: readonly Connection[],
    private readonly next: Pushed,
    private readonly observer: Observer,
  ) {
    this.queue = options.queueOf(() => {
      if (this.holdsSlot) processor.wake(this.dispatcher);
    });
    // With nothing to send the loop sits in Dequeue and holds a slot.
    processor.wake(this.dispatcher);
  }

  enqueue(ids: Int32Array, request: PushRequest): void {
    this.queue.enqueue(ids, request);
    this.observer.enqueued(ids, this.connections, this.queue.depth, this.queue.merges);
  }

  stop(): void {
    this.isStopped = true;
  }

  private step(): Nanos {
    for (;;) {
      if (this.isStopped) return PARKED;
      if (!this.holdsSlot) {
        if (this.slotsInUse >= this.options.pushThrottle) return PARKED;
        this.holdsSlot = true;
        this.slotsInUse += 1;
      }
      if (this.queue.depth === 0) return PARKED;
      this.due ??= this.options.dispatchCost();
      if (this.due > 0) {
        const cost = this.due;
        this.due = 0;
        if (!this.processor.spend(cost)) return cost;
      }
      if (!this.passOn()) this.dispatch();
    }
  }

  private dispatch(): void {
    const { sim, queue, slotsInUse, options, observer, next } = this;
    const { head: id, headRequest: request } = queue;
    queue.dequeue();
    this.due = undefined;
    if (slotsInUse > options.pushThrottle) fail('slots in use never exceed the throttle');
    observer.dequeued(this.connections[id]!, request, sim.now - (request.start ?? sim.now), slotsInUse);
    this.holdsSlot = false;
    next.push(id, request, this.done);
  }

  /**
   * With the last slot given away the dispatcher waits for one. If who it wakes for that goes next, and finds nothing to
   * do, the same slot and the same turn are back before anybody else has had one. So it is gone through here, without
   * waking anybody, for as many at the head of the queue as that holds for: most pushes of most runs.
   *
   * The dispatch of the head is paid for, before and after. False: that one is to be pushed.
   */
  private passOn(): boolean {
    const { sim, processor, queue, skippedPushes } = this;
    if (this.slotsInUse !== this.options.pushThrottle || !processor.handsOn) return false;
    const request = queue.headRequest;
    const skippable = this.next.skippable(skippedPushes.ids, queue.upcoming(skippedPushes.ids), request);
    if (skippable === 0) return false;
    const before = sim.now;
    const after = this.dispatchEach(skippable, before);
    const last = skippedPushes.times[skippedPushes.count - 1]!;
    queue.pass(skippedPushes.ids, skippedPushes.count);
    this.spend(last - before, skippedPushes.count - 1);
    this.tell(request);
    this.spend(after - last, 1);
    return true;
  }

  /** Takes time for so many, or as many as there is time for, and for the next one after them; answers when that is. */
  private dispatchEach(skippable: number, from: Nanos): Nanos {
    const { skippedPushes, queue } = this;
    const { dispatchCost } = this.options;
    const { times } = skippedPushes;
    const { freeUntil } = this.processor;
    const { depth } = queue;
    let now = from;
    let count = 0;
    let due: Nanos | undefined = 0;
    while (due === 0 && count < skippable) {
      times[count++] = now;
      due = count < depth ? dispatchCost() : undefined;
      if (due !== undefined && now + due < freeUntil) {
        now += due;
        due = 0;
      }
    }
    skippedPushes.count = count;
    this.due = due;
    return now;
  }

  private spend(cpu: Nanos, steps: number): void {
    if (!this.processor.spend(cpu, steps)) fail('somebody acts before the processor said that anybody would');
  }

  private tell(request: PushRequest): void {
    const { skippedPushes, observer } = this;
    skippedPushes.since = request.start ?? skippedPushes.times[0]!;
    observer.skippedMany(skippedPushes, this.connections, request, this.slotsInUse);
    complete(request.changes, observer, skippedPushes.count);
  }

  private readonly done = (id: number): void => {
    this.queue.markDone(id);
    this.slotsInUse -= 1;
    if (!this.holdsSlot) this.processor.wake(this.dispatcher);
  };
}
