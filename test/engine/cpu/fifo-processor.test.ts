import { describe, expect, test } from 'vitest';
import { ClockError } from '../../../src/engine/assert.js';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { FINISHED, Goroutine, PARKED } from '../../../src/engine/cpu/processor.js';
import { Simulation } from '../../../src/engine/simulation.js';
import type { Nanos } from '../../../src/engine/time.js';

function bench(cores: number, quantum?: Nanos) {
  const simulation = new Simulation();
  const processor = new FifoProcessor(simulation, cores, quantum === undefined ? {} : { quantum });
  const log: string[] = [];
  /** Takes the given steps one after the other and notes the end of each. */
  const worker = (name: string, ...steps: Nanos[]): Goroutine => {
    let index = 0;
    return new Goroutine(name, () => {
      if (index > 0) log.push(`${name} ${simulation.now}`);
      return steps[index++] ?? FINISHED;
    });
  };
  return { simulation, processor, log, worker };
}

describe('a single core', () => {
  test('serves in the order of waking', () => {
    const { simulation, processor, log, worker } = bench(1);
    simulation.at(5, () => {
      for (const name of ['a', 'b', 'c']) processor.wake(worker(name, 10));
      expect(processor.runnable).toBe(3);
    });
    simulation.run();
    expect(log).toEqual(['a 15', 'b 25', 'c 35']);
    expect(processor.runnable).toBe(0);
  });

  test('takes turns of one quantum while others wait, counted over all steps of the goroutine', () => {
    const { simulation, processor, log, worker } = bench(1, 10);
    processor.wake(worker('long', 25));
    processor.wake(worker('steps', 4, 4, 4));
    simulation.run();
    // long 0-10, steps 10-20 (in its third step), long 20-30, steps 30-32, long 32-37.
    expect(log).toEqual(['steps 14', 'steps 18', 'steps 32', 'long 37']);
  });

  test('goes on without a turn when nobody waits', () => {
    const { simulation, processor, log, worker } = bench(1, 10);
    processor.wake(worker('alone', 35));
    simulation.run();
    expect(log).toEqual(['alone 35']);
  });

  test('turns to one that came within a quantum when that quantum ends', () => {
    const { simulation, processor, log, worker } = bench(1, 10);
    processor.wake(worker('first', 35));
    simulation.at(12, () => processor.wake(worker('late', 3)));
    simulation.run();
    expect(log).toEqual(['late 23', 'first 38']);
  });

  test('counts the running step as busy up to now', () => {
    const { simulation, processor, worker } = bench(1);
    processor.wake(worker('a', 100));
    simulation.run(30);
    expect(processor.busyNanos).toBe(30);
    simulation.run(1_000);
    expect(processor.busyNanos).toBe(100);
  });
});

describe('several cores', () => {
  test('serve as many at once', () => {
    const { simulation, processor, log, worker } = bench(2);
    for (const name of ['a', 'b', 'c']) processor.wake(worker(name, 10));
    simulation.run();
    expect(log).toEqual(['a 10', 'b 10', 'c 20']);
    expect(processor.busyNanos).toBe(30);
  });

  test('start for what a running goroutine wakes, at the same instant', () => {
    const { simulation, processor, log, worker } = bench(2);
    const child = worker('child', 10);
    let step = 0;
    const parent = new Goroutine('parent', () => {
      if (step++ > 0) return FINISHED;
      processor.wake(child);
      return 100;
    });
    processor.wake(parent);
    simulation.run();
    expect(log).toEqual(['child 10']);
  });

  test('without end make every step a pure delay', () => {
    const { simulation, processor, log, worker } = bench(Number.POSITIVE_INFINITY, 10);
    for (let index = 0; index < 1_000; index++) processor.wake(worker(`${index}`, 1_000 + index));
    simulation.run();
    expect(log).toEqual(Array.from({ length: 1_000 }, (_, index) => `${index} ${1_000 + index}`));
  });
});

describe('the contract of goroutines', () => {
  test('waking one that waits or runs does nothing', () => {
    const { simulation, processor, log, worker } = bench(1);
    const one = worker('one', 10, 10);
    processor.wake(one);
    processor.wake(one);
    simulation.at(5, () => processor.wake(one));
    simulation.run();
    expect(log).toEqual(['one 10', 'one 20']);
  });

  test('none runs inside wake', () => {
    const { simulation, processor } = bench(1);
    let ran = false;
    const one = new Goroutine('one', () => {
      ran = true;
      return FINISHED;
    });
    simulation.at(0, () => {
      processor.wake(one);
      expect(ran).toBe(false);
    });
    simulation.run();
    expect(ran).toBe(true);
  });

  test('a chain of 10,000 that wake each other at no cost takes one calendar event', () => {
    const { simulation, processor } = bench(1);
    let left = 10_000;
    const chain: Goroutine[] = [0, 1].map(
      (index) =>
        new Goroutine(`${index}`, () => {
          if (--left > 0) processor.wake(chain[1 - index]!);
          return PARKED;
        }),
    );
    processor.wake(chain[0]!);
    simulation.run();
    expect(left).toBe(0);
    expect(simulation.executed).toBe(1);
  });

  test('a step of CPU time takes one calendar event', () => {
    const { simulation, processor, worker } = bench(1);
    processor.wake(worker('a', ...new Array<Nanos>(1_000).fill(1_000)));
    simulation.run();
    expect(simulation.executed).toBe(1_001);
  });

  test.each([-3, 0.5, Number.NaN])('asking for %s of CPU time is a bug', (cost) => {
    const { simulation, processor } = bench(1);
    processor.wake(new Goroutine('odd', () => cost));
    expect(() => simulation.run()).toThrow(`odd asked for ${cost} ns of CPU time`);
  });

  test('asking for more CPU time than the clock can hold is the end of simulated time', () => {
    const { simulation, processor } = bench(1);
    processor.wake(new Goroutine('odd', () => Number.POSITIVE_INFINITY));
    expect(() => simulation.run()).toThrow(ClockError);
  });

  test('a bug is waking one that has finished', () => {
    const { simulation, processor, worker } = bench(1);
    const one = worker('one', 1);
    processor.wake(one);
    simulation.run();
    expect(() => processor.wake(one)).toThrow('one was woken after it had finished');
  });

  test('so is one that never lets time pass', () => {
    const { simulation, processor } = bench(1);
    processor.wake(new Goroutine('endless', () => 0));
    expect(() => simulation.run()).toThrow('endless makes no progress at 0 ns');
  });

  test('so is a processor without a core', () => {
    expect(() => bench(0)).toThrow('0 cores');
    expect(() => bench(1, 0)).toThrow('a quantum of 0 ns');
  });
});
