/**
 * Stages 4 and 5 alone: the push queue and the dispatch loop, with a stand-in for the connections that holds the slot
 * for as long as the test says.
 */
import { FifoProcessor } from '../../src/engine/cpu/fifo-processor.js';
import { Simulation } from '../../src/engine/simulation.js';
import type { Nanos } from '../../src/engine/time.js';
import { createPushQueue } from '../../src/pipeline/4-push-queue/push-queue.js';
import { createThrottle, type Throttle } from '../../src/pipeline/5-throttle/throttle.js';
import type { Connection } from '../../src/pipeline/model/connection.js';
import type { PushRequest } from '../../src/pipeline/model/push-request.js';
import { type Notes, takeNotes } from './notes.js';
import { inMs, ms } from './time.js';

export interface ThrottleBench {
  readonly simulation: Simulation;
  readonly throttle: Throttle;
  readonly notes: Notes;
  /** What happened, one line each: `10 P3 starts after 10`, `20 P3 done in 20`. */
  readonly log: readonly string[];
  /** Enqueues the request for each of these at this time, with this time as its start. */
  at(milliseconds: number): { push(to: readonly Connection[], request: PushRequest): void };
}

/** `hold` answers how many milliseconds a push keeps its slot. */
export function throttleBench(
  pushThrottle: number,
  hold: (connection: Connection) => number,
  emptyMeansEverything = false,
): ThrottleBench {
  const simulation = new Simulation();
  const processor = new FifoProcessor(simulation, Number.POSITIVE_INFINITY);
  const notes = takeNotes(simulation);
  const log: string[] = [];
  const connections: Connection[] = [];
  const since = (start: Nanos | undefined): number => inMs(simulation.now - (start ?? Number.NaN));
  const throttle = createThrottle(
    simulation,
    processor,
    { pushThrottle, queueOf: (wake) => createPushQueue(emptyMeansEverything, wake), dispatchCost: () => 0 },
    connections,
    {
      push(id, request, done) {
        const connection = connections[id]!;
        const { name } = connection.proxy;
        log.push(`${inMs(simulation.now)} ${name} starts after ${since(request.start)}`);
        simulation.after(ms(hold(connection)), () => {
          log.push(`${inMs(simulation.now)} ${name} done in ${since(request.start)}`);
          done(id);
        });
      },
      skippable: () => 0,
    },
    notes.observer,
  );
  return {
    simulation,
    throttle,
    notes,
    log,
    at(milliseconds) {
      return {
        push(to, request) {
          simulation.at(ms(milliseconds), () => {
            const stamped = { ...request, start: simulation.now };
            for (const connection of to) connections[connection.id] = connection;
            const ids = Int32Array.from(to, ({ id }) => id);
            throttle.enqueue(ids, stamped);
          });
        },
      };
    },
  };
}
