/**
 * The dispatch loop (`xds/discovery.go`: doSendPushes): takes a slot first and a connection second, so that a waiting
 * entry keeps merging until the very moment it is sent. A slot is free again when the connection's push has finished.
 */
import { assert, fail } from '../engine/assert.js';
import { Goroutine, PARKED, type Processor } from '../engine/processor.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import { createPushQueue, type PushQueue } from './4-push-queue.js';
import type { Connection } from './connection.js';
import type { Probe } from './probe.js';
import type { PushRequest } from './push-request.js';

export interface ThrottleOptions {
  /** `PILOT_PUSH_THROTTLE`. */
  readonly pushThrottle: number;
  readonly emptyMeansEverything: boolean;
  /** CPU of taking one connection from the queue and starting its sender. */
  readonly dispatchCost: () => Nanos;
}

/** What becomes of a push that has a slot. */
export interface Pushed {
  /** Hands it to the connection; `done` must be called with that exactly once when it has finished. */
  push(connection: Connection, request: PushRequest, done: (connection: Connection) => void): void;
  /** Does all of it at once if it takes no time because its proxy needs nothing; false, and no effect, otherwise. */
  pass(connection: Connection, request: PushRequest): boolean;
}

export interface Throttle {
  enqueue(connection: Connection, request: PushRequest): void;
  readonly queue: PushQueue;
  readonly slotsInUse: number;
}

export function createThrottle(
  sim: Simulation,
  processor: Processor,
  options: ThrottleOptions,
  next: Pushed,
  probe: Probe,
): Throttle {
  return new DispatchLoop(sim, processor, options, next, probe);
}

class DispatchLoop implements Throttle {
  slotsInUse = 0;
  readonly queue: PushQueue;
  private holdsSlot = false;
  /** The CPU time of the dispatch at hand is consumed. */
  private charged = false;
  private readonly dispatcher = new Goroutine('dispatch', () => this.step());

  constructor(
    private readonly sim: Simulation,
    private readonly processor: Processor,
    private readonly options: ThrottleOptions,
    private readonly next: Pushed,
    private readonly probe: Probe,
  ) {
    this.queue = createPushQueue(options.emptyMeansEverything, () => {
      if (this.holdsSlot) processor.wake(this.dispatcher);
    });
    // With nothing to send the loop sits in Dequeue and holds a slot.
    processor.wake(this.dispatcher);
  }

  enqueue(connection: Connection, request: PushRequest): void {
    const { queue } = this;
    queue.enqueue(connection, request);
    this.probe.enqueued(connection, queue.depth);
  }

  private step(): Nanos {
    const { queue, options } = this;
    for (;;) {
      if (!this.holdsSlot) {
        if (this.slotsInUse >= options.pushThrottle) return PARKED;
        this.holdsSlot = true;
        this.slotsInUse += 1;
      }
      if (queue.depth === 0) return PARKED;
      if (!this.charged) {
        this.charged = true;
        return options.dispatchCost();
      }
      this.charged = false;
      this.dispatch();
    }
  }

  private dispatch(): void {
    const { sim, slotsInUse, options, probe, next } = this;
    const entry = this.queue.dequeue();
    assert(entry !== undefined, 'the dispatcher dequeues only what waits');
    const { connection, request } = entry;
    if (slotsInUse > options.pushThrottle) fail('slots in use never exceed the throttle');
    probe.dequeued(connection, request, sim.now - (request.start ?? sim.now), slotsInUse);
    if (this.parksNext() && next.pass(connection, request)) {
      this.queue.markDone(connection);
      return;
    }
    this.holdsSlot = false;
    next.push(connection, request, this.done);
  }

  /**
   * With the last slot given away the dispatcher waits for one. If who it woke for that goes next, and finds nothing to
   * do, the same slot and the same turn are back before anybody else has had one.
   */
  private parksNext(): boolean {
    return this.slotsInUse === this.options.pushThrottle && this.processor.handsOn;
  }

  private readonly done = (connection: Connection): void => {
    this.queue.markDone(connection);
    this.slotsInUse -= 1;
    if (!this.holdsSlot) this.processor.wake(this.dispatcher);
  };
}
