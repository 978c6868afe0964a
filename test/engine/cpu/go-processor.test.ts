import { describe, expect, test } from 'vitest';
import { GoProcessor } from '../../../src/engine/cpu/go-processor.js';
import { FINISHED, Goroutine, PARKED } from '../../../src/engine/cpu/processor.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { MICROSECOND, MILLISECOND, type Nanos } from '../../../src/engine/time.js';
import { pushAll } from './istiod-like.js';

/** A processor whose goroutines note when they begin and end: "name 3-5" in milliseconds. */
function bench(procs: number, late: Nanos = 0) {
  const simulation = new Simulation();
  const processor = new GoProcessor(simulation, procs, { monitorLate: () => late });
  const log: string[] = [];
  /** Works once for so long each time it is woken; `then` runs when the work is done. */
  const worker = (name: string, work: Nanos, then?: () => void): Goroutine => {
    let since: Nanos | undefined;
    return new Goroutine(name, () => {
      if (since === undefined) {
        since = simulation.now;
        return work;
      }
      log.push(`${name} ${since / MILLISECOND}-${simulation.now / MILLISECOND}`);
      since = undefined;
      then?.();
      return PARKED;
    });
  };
  return { simulation, processor, log, worker };
}

describe('one P', () => {
  test('runs the goroutine woken last first, and the ones before it in the order of waking', () => {
    const { simulation, processor, log, worker } = bench(1);
    const woken = ['a', 'b', 'c', 'd'].map((name) => worker(name, MILLISECOND));
    simulation.at(0, () => processor.wake(worker('waker', 0, () => wakeAll(processor, woken))));
    simulation.run();
    expect(log).toEqual(['waker 0-0', 'd 0-1', 'a 1-2', 'b 2-3', 'c 3-4']);
  });

  test('lets a chain of hand-offs keep others waiting for one slice, and no longer', () => {
    const { simulation, processor, log, worker } = bench(1, 2 * MILLISECOND);
    const ping: Goroutine = worker('ping', 5 * MILLISECOND, () => processor.wake(pong));
    const pong: Goroutine = worker('pong', 5 * MILLISECOND, () => processor.wake(ping));
    const waiting = worker('waiting', MILLISECOND);
    simulation.at(0, () => {
      processor.wake(ping);
      processor.wake(waiting);
    });
    simulation.run(17 * MILLISECOND);
    // The slice that ping began at 0 is over at 10, which is noticed at 12: ping goes to the global queue.
    expect(log).toEqual(['ping 0-5', 'pong 5-10', 'waiting 12-13', 'ping 10-16']);
  });

  test('gives a next that inherits a slice which is over until the monitor comes round again', () => {
    const { simulation, processor, log, worker } = bench(1, 2 * MILLISECOND);
    const inherits = worker('inherits', 5 * MILLISECOND);
    simulation.at(0, () => {
      processor.wake(worker('long', 15 * MILLISECOND));
      processor.wake(worker('waiting', MILLISECOND));
    });
    simulation.at(11 * MILLISECOND, () => processor.wakeByTimer(inherits));
    simulation.run();
    // long 0-12, inherits 12-14, waiting 14-15, long 15-18, inherits 18-21.
    expect(log).toEqual(['waiting 14-15', 'long 0-18', 'inherits 12-21']);
  });

  test('puts a goroutine whose slice is over behind everything in the global queue', () => {
    const { simulation, processor, log, worker } = bench(1, 5 * MILLISECOND);
    simulation.at(0, () => {
      for (const name of ['a', 'b']) processor.wake(worker(name, 20 * MILLISECOND));
      processor.wake(worker('c', MILLISECOND));
    });
    simulation.run();
    // a runs 0-15, b 15-30, c 30-31, a 31-36, b 36-41.
    expect(log).toEqual(['c 30-31', 'a 0-36', 'b 15-41']);
  });

  test('looks at the global queue first on every 61st slice', () => {
    const { simulation, processor, log, worker } = bench(1);
    simulation.at(0, () => {
      processor.wake(worker('long', 11 * MILLISECOND));
      for (let index = 1; index <= 100; index++) processor.wake(worker(`${index}`, MILLISECOND));
    });
    simulation.run();
    // Slice 1 is long's, 2 to 61 are those of 1 to 60; the next one finds 61 slices begun.
    expect(log.findIndex((line) => line.startsWith('long'))).toBe(60);
  });

  test('sends the older half of a full local queue and the newcomer to the global queue', () => {
    const { simulation, processor, log, worker } = bench(1);
    const woken = Array.from({ length: 258 }, (_, index) => worker(`${index}`, MICROSECOND));
    simulation.at(0, () => processor.wake(worker('waker', 0, () => wakeAll(processor, woken))));
    simulation.run();
    const order = log.slice(1).map((line) => Number(line.split(' ')[0]));
    // 257 is in next; 0 to 255 filled the local queue when 256 was kicked out of next.
    expect(order.slice(0, 3)).toEqual([257, 128, 129]);
    // Slice 61 takes the head of the global queue, 0, before the rest of the local queue.
    expect(order.indexOf(0)).toBe(61);
    expect(order.indexOf(256)).toBe(257);
  });

  test('notices a timer when it schedules next, and runs what that wakes at once', () => {
    const { simulation, processor, log, worker } = bench(1);
    simulation.at(0, () => {
      processor.wake(worker('a', 4 * MILLISECOND));
      processor.wake(worker('b', 4 * MILLISECOND));
    });
    simulation.at(MILLISECOND, () => processor.wakeByTimer(worker('timer', MILLISECOND)));
    simulation.run();
    expect(log).toEqual(['a 0-4', 'timer 4-5', 'b 5-9']);
  });

  test('looks at the network only when it has nothing else to do', () => {
    const { simulation, processor, log, worker } = bench(1);
    simulation.at(0, () => {
      processor.wake(worker('a', 4 * MILLISECOND));
      processor.wake(worker('b', 4 * MILLISECOND));
    });
    simulation.at(MILLISECOND, () => processor.wake(worker('message', MILLISECOND)));
    simulation.run();
    expect(log).toEqual(['a 0-4', 'b 4-8', 'message 8-9']);
  });

  test('gets a message that nobody noticed behind a goroutine that was cut before', () => {
    const { simulation, processor, log, worker } = bench(1, 3 * MILLISECOND);
    simulation.at(0, () => {
      processor.wake(worker('a', 25 * MILLISECOND));
      processor.wake(worker('b', MILLISECOND));
    });
    simulation.at(MILLISECOND, () => processor.wake(worker('message', MILLISECOND)));
    simulation.run();
    // At 13 the monitor cuts a first and polls the network then.
    expect(log).toEqual(['b 13-14', 'a 0-26', 'message 26-27']);
  });

  test('gets a message through the monitor when it is never idle', () => {
    const { simulation, processor, log, worker } = bench(1, 3 * MILLISECOND);
    simulation.at(0, () => {
      for (let index = 0; index < 30; index++) processor.wake(worker(`${index}`, MILLISECOND));
    });
    simulation.at(MILLISECOND / 2, () => processor.wake(worker('message', MILLISECOND)));
    simulation.run();
    // Into the global queue at 13 ms, which is asked when the local one is empty.
    expect(log.at(-1)).toBe('message 30-31');
    expect(processor.busyNanos).toBe(31 * MILLISECOND);
  });
});

describe('two Ps', () => {
  test('share what arrives at one instant', () => {
    const { simulation, processor, log, worker } = bench(2);
    simulation.at(0, () => {
      for (const name of ['a', 'b', 'c']) processor.wake(worker(name, 2 * MILLISECOND));
    });
    simulation.run();
    expect(log).toEqual(['a 0-2', 'b 0-2', 'c 2-4']);
  });

  test('the idle one takes half of the local queue of the other, and runs the last of it first', () => {
    const { simulation, processor, log, worker } = bench(2);
    const woken = ['a', 'b', 'c', 'd', 'e'].map((name) => worker(name, MILLISECOND));
    simulation.at(0, () => processor.wake(worker('waker', 0, () => wakeAll(processor, woken))));
    simulation.run();
    // e is in next; a b c d wait. The other P takes a and b, runs b and then a; the first goes on with c.
    expect(log).toEqual(['waker 0-0', 'e 0-1', 'b 0-1', 'c 1-2', 'a 1-2', 'd 2-3']);
  });

  test('the idle one takes the next goroutine of a running one only after 3 µs', () => {
    const { simulation, processor, log } = bench(2);
    let woken = false;
    const late = new Goroutine('late', () => {
      log.push(`late at ${simulation.now}`);
      return FINISHED;
    });
    const busy = new Goroutine('busy', () => {
      if (woken) return FINISHED;
      woken = true;
      processor.wake(late);
      return MILLISECOND;
    });
    simulation.at(0, () => processor.wake(busy));
    simulation.run();
    expect(log).toEqual(['late at 3000']);
  });

  test('a timer of a busy P is taken by an idle one', () => {
    const { simulation, processor, log, worker } = bench(2);
    const timed = worker('timed', MILLISECOND);
    simulation.at(0, () => processor.wake(worker('a', 5 * MILLISECOND)));
    simulation.at(MILLISECOND, () => processor.wakeByTimer(timed));
    simulation.run();
    expect(log).toEqual(['timed 1-2', 'a 0-5']);
  });
});

// Percentiles in ms of one full push on one P, predicted from the rules of the run queue and 2 ms of work a push, and
// close to what a real istiod 1.30 shows: queue p50, p99, convergence p10, p50, p90, p99, and how many pushes took more
// than 10 ms from the start of their work. The predictions were made with a slightly different mean in each row; the
// last percentile fixes it.
const PREDICTED: [count: number, throttle: number, percentiles: number[], long: number][] = [
  [100, 10, [93, 204, 26, 119, 206, 213], 13],
  [100, 100, [0.3, 0.5, 22, 100, 183, 203], 0],
  [300, 10, [304, 606, 66, 326, 568, 627], 41],
  [300, 100, [90, 355, 53, 266, 478, 508], 24],
  [300, 1, [341, 681, 68, 343, 620, 684], 0],
];

describe.each(PREDICTED)('%i proxies with a throttle of %i on one P', (count, throttle, percentiles, long) => {
  const runs = ['a', 'b', 'c', 'd', 'e'].map((seed) => {
    const mean = Math.round((percentiles[5]! / count) * MILLISECOND);
    const pushes = pushAll(count, throttle, 1, mean, seed);
    const queue = sorted(pushes.map((push) => push.dequeued));
    const convergence = sorted(pushes.map((push) => push.finished));
    return {
      percentiles: [
        ...[0.5, 0.99].map((p) => percentile(queue, p)),
        ...[0.1, 0.5, 0.9, 0.99].map((p) => percentile(convergence, p)),
      ].map((value) => value / MILLISECOND),
      long: pushes.filter((push) => push.finished - push.started > 10 * MILLISECOND).length,
    };
  });

  test('queue and converge as predicted, within 15 % or 0.3 ms', () => {
    percentiles.forEach((expected, which) => {
      const median = sorted(runs.map((run) => run.percentiles[which]!))[2]!;
      expect(Math.abs(median - expected), `figure ${which}: ${median}`).toBeLessThan(Math.max(0.15 * expected, 0.3));
    });
  });

  test('are cut by the end of a slice as often as predicted, within 5', () => {
    const median = sorted(runs.map((run) => run.long))[2]!;
    expect(Math.abs(median - long), `${median} pushes`).toBeLessThanOrEqual(5);
  });
});

test('two Ps push twice as fast as one', () => {
  const last = (procs: number): Nanos => Math.max(...pushAll(200, 20, procs, 2e6, 'a').map((push) => push.finished));
  expect(last(1) / last(2)).toBeGreaterThan(1.9);
});

test('the same seed gives the same run, another seed another one', () => {
  expect(pushAll(100, 10, 2, 2e6, 'a')).toEqual(pushAll(100, 10, 2, 2e6, 'a'));
  expect(pushAll(100, 10, 2, 2e6, 'a')).not.toEqual(pushAll(100, 10, 2, 2e6, 'b'));
});

function wakeAll(processor: GoProcessor, goroutines: readonly Goroutine[]): void {
  for (const goroutine of goroutines) processor.wake(goroutine);
}

function sorted(values: number[]): number[] {
  return values.toSorted((a, b) => a - b);
}

function percentile(ascending: number[], p: number): number {
  return ascending[Math.ceil(p * ascending.length) - 1]!;
}
