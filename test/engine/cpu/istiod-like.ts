import { GoProcessor } from '../../../src/engine/cpu/go-processor.js';
import { FINISHED, Goroutine, PARKED } from '../../../src/engine/cpu/processor.js';
import { streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../../src/engine/time.js';

export interface Push {
  /** When the dispatcher took the proxy off the queue, when its stream began to work and when it was done. */
  dequeued: Nanos;
  started: Nanos;
  finished: Nanos;
}

/**
 * The send loop of istiod and nothing else: `count` proxies are queued at time 0. The dispatcher takes a slot of the
 * throttle, then a proxy, and creates a sender; the sender hands the event to the proxy's stream goroutine and ends;
 * that works (`mean` +- 40 %, uniform) and frees the slot, which wakes the dispatcher.
 */
export function pushAll(count: number, throttle: number, procs: number, mean: Nanos, seed: string): Push[] {
  const simulation = new Simulation();
  const all = streams(seed, 0);
  const [late, work] = [all.stream('monitor'), all.stream('work')];
  const monitorLate = (): Nanos => late.integer(10 * MILLISECOND);
  const processor = new GoProcessor(simulation, procs, { monitorLate });
  const pushes = Array.from({ length: count }, (): Push => ({ dequeued: -1, started: -1, finished: -1 }));
  let slots = throttle;
  let queued = 0;
  let dequeued = 0;
  let holdsSlot = false;

  const proxies = pushes.map((push, index) => {
    let mailbox = 0;
    const goroutine = new Goroutine(`stream ${index}`, () => {
      if (push.started >= 0 && push.finished < 0) {
        push.finished = simulation.now;
        slots++;
        processor.wake(dispatcher);
      }
      if (mailbox === 0) return PARKED;
      mailbox--;
      push.started = simulation.now;
      return Math.round(mean * (0.6 + 0.8 * work.uniform()));
    });
    return { goroutine, post: () => mailbox++ };
  });
  const dispatcher: Goroutine = new Goroutine('dispatcher', () => {
    if (!holdsSlot) {
      if (slots === 0) return PARKED;
      slots--;
      holdsSlot = true;
    }
    if (dequeued === queued) return PARKED;
    holdsSlot = false;
    const index = dequeued++;
    pushes[index]!.dequeued = simulation.now;
    const sender = new Goroutine(`sender ${index}`, () => {
      proxies[index]!.post();
      processor.wake(proxies[index]!.goroutine);
      return FINISHED;
    });
    processor.wake(sender);
    // A few microseconds for the loop, as measured: 100 dequeues take 0.3 ms.
    return 3_000;
  });
  simulation.at(0, () => {
    queued = count;
    processor.wake(dispatcher);
  });
  simulation.run();
  return pushes;
}
