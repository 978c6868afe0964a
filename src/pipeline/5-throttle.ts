/**
 * The dispatch loop (`xds/discovery.go`: doSendPushes): takes a slot first and a connection second, so that a waiting
 * entry keeps merging until the very moment it is sent. A slot is free again when the connection's push has finished.
 */
import { assert } from '../engine/assert.js';
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

/** Hands the push to the connection; `done` must be called with it exactly once when it has finished. */
export type SendPush = (connection: Connection, request: PushRequest, done: (connection: Connection) => void) => void;

export interface Throttle {
  enqueue(connection: Connection, request: PushRequest): void;
  readonly queue: PushQueue;
  readonly slotsInUse: number;
}

export function createThrottle(
  sim: Simulation,
  processor: Processor,
  options: ThrottleOptions,
  next: SendPush,
  probe: Probe,
): Throttle {
  let slotsInUse = 0;
  let holdsSlot = false;
  let charged = false;
  const dispatcher = new Goroutine('dispatch', step);
  const queue = createPushQueue(options.emptyMeansEverything, () => {
    if (holdsSlot) processor.wake(dispatcher);
  });

  function step(): Nanos {
    for (;;) {
      if (!holdsSlot) {
        if (slotsInUse >= options.pushThrottle) return PARKED;
        holdsSlot = true;
        slotsInUse += 1;
      }
      if (queue.depth === 0) return PARKED;
      if (!charged) {
        charged = true;
        return options.dispatchCost();
      }
      charged = false;
      dispatch();
    }
  }

  function dispatch(): void {
    const entry = queue.dequeue();
    assert(entry !== undefined, 'the dispatcher dequeues only what waits');
    const { connection, request } = entry;
    assert(slotsInUse <= options.pushThrottle, 'slots in use never exceed the throttle');
    holdsSlot = false;
    probe.dequeued(connection, request, sim.now - (request.start ?? sim.now), slotsInUse);
    next(connection, request, done);
  }

  function done(connection: Connection): void {
    queue.markDone(connection);
    slotsInUse -= 1;
    if (!holdsSlot) processor.wake(dispatcher);
  }

  // With nothing to send the loop sits in Dequeue and holds a slot.
  processor.wake(dispatcher);

  return {
    queue,
    enqueue(connection, request) {
      queue.enqueue(connection, request);
      probe.enqueued(connection, queue.depth);
    },
    get slotsInUse() {
      return slotsInUse;
    },
  };
}
