import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { FifoProcessor } from '../../../src/engine/cpu/fifo-processor.js';
import { GoProcessor } from '../../../src/engine/cpu/go-processor.js';
import { FINISHED, Goroutine, PARKED, type Processor } from '../../../src/engine/cpu/processor.js';
import { Fingerprint } from '../../../src/engine/fingerprint.js';
import { streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import type { Nanos } from '../../../src/engine/time.js';

/** Every step of a core is an event of the calendar. */
class Unhurried extends Simulation {
  override skipTo(): boolean {
    return false;
  }

  override get freeUntil(): Nanos {
    return this.now;
  }
}

interface Setup {
  readonly cores: number;
  readonly go: boolean;
  readonly goroutines: number;
  /** Events from outside. */
  readonly arrivals: number;
  readonly seed: number;
}

/** Goroutines that work for random times and wake each other at random; what each of them saw, and the fingerprint. */
function run(simulation: Simulation, fingerprint: Fingerprint, setup: Setup, until: readonly Nanos[]) {
  const random = streams(String(setup.seed), 0).stream('skipping');
  const processor: Processor = setup.go
    ? new GoProcessor(simulation, setup.cores, { monitorLate: () => random.integer(50), quantum: 300 })
    : new FifoProcessor(simulation, setup.cores, { quantum: 40 });
  const seen: string[] = [];
  const all = Array.from({ length: setup.goroutines }, (_, i): Goroutine => {
    // Equal steps that are still to be made, and how long each of them takes.
    let steps = 0;
    let each: Nanos = 0;
    const spend = (): boolean => {
      if (simulation.now + steps * each < processor.freeUntil) {
        expect(processor.spend(steps * each, steps)).toBe(true);
        steps = 0;
      } else {
        steps -= 1;
        if (!processor.spend(each)) return false;
      }
      return true;
    };
    const goroutine: Goroutine = new Goroutine(`g${i}`, () => {
      for (;;) {
        while (steps > 0) if (!spend()) return each;
        seen.push(`${simulation.now} ${i} on ${goroutine.home}, ${processor.busyNanos} used`);
        const what = random.integer(8);
        if (what < 3) return PARKED;
        if (what === 3) processor.wake(all[random.integer(all.length)]!);
        if (what === 4) simulation.after(random.integer(100), () => processor.wakeByTimer(all[i]!));
        if (what === 5) return random.integer(3) === 0 ? 0 : random.integer(120);
        steps = 1 + random.integer(4);
        each = random.integer(40);
      }
    });
    return goroutine;
  });
  for (let i = 0; i < setup.arrivals; i++) {
    simulation.at(random.integer(4_000), () => processor.wake(all[random.integer(all.length)]!));
  }
  for (const limit of until) {
    simulation.run(limit);
    seen.push(`${simulation.now}: ${simulation.executed} events, ${processor.busyNanos} used`);
  }
  return { seen, fingerprint: fingerprint.hex() };
}

const setup = fc.record({
  cores: fc.constantFrom(1, 1, 2, 3),
  go: fc.boolean(),
  goroutines: fc.integer({ min: 1, max: 8 }),
  arrivals: fc.integer({ min: 1, max: 60 }),
  seed: fc.nat(),
});

describe('a core that goes on without an event', () => {
  property.prop([setup], { numRuns: 500, seed: 20_261_121 })('leaves no trace of it', (setup) => {
    const [one, other] = [new Fingerprint(), new Fingerprint()];
    const limits = [
      500,
      1_001,
      1_002,
      1_300,
      1_700,
      2_100,
      2_400,
      2_800,
      3_100,
      3_600,
      20_000,
      Number.POSITIVE_INFINITY,
    ];
    expect(run(new Simulation(one), one, setup, limits)).toEqual(run(new Unhurried(other), other, setup, limits));
  });

  test('knows how far it may go: to the next event, and to the end of the run', () => {
    const simulation = new Simulation();
    const processor = new FifoProcessor(simulation, 1);
    const free: Nanos[] = [];
    const goroutine = new Goroutine('long', () => {
      free.push(processor.freeUntil);
      expect(processor.spend(processor.freeUntil - simulation.now)).toBe(false);
      return PARKED;
    });
    for (const at of [100, 400]) simulation.at(at, () => processor.wake(goroutine));
    simulation.run(1_000);
    expect(free).toEqual([400, 1_001]);
    expect(processor.freeUntil).toBe(1_000);
  });

  test('ends with the run, even in the middle of a step', () => {
    const simulation = new Simulation();
    const processor = new FifoProcessor(simulation, 1);
    let turns = 0;
    const goroutine = new Goroutine('long', () => {
      turns += 1;
      return turns > 10 ? FINISHED : 1_000_000;
    });
    simulation.at(0, () => processor.wake(goroutine));
    simulation.run(2_500_000);
    expect([turns, simulation.now, simulation.pending, processor.busyNanos]).toEqual([3, 2_500_000, 1, 2_500_000]);
    simulation.run();
    expect([turns, simulation.now, processor.busyNanos]).toEqual([11, 10_000_000, 10_000_000]);
  });

  test('stops where it is told to', () => {
    const simulation = new Simulation();
    const processor = new FifoProcessor(simulation, 1);
    let turns = 0;
    const goroutine = new Goroutine('stops', () => {
      turns += 1;
      if (turns === 2) simulation.stop();
      return 10;
    });
    simulation.at(0, () => processor.wake(goroutine));
    simulation.run(1_000);
    expect([turns, simulation.now, simulation.pending]).toEqual([2, 10, 1]);
  });
});

describe('going on to an instant without an event', () => {
  test('is possible while nothing is due by then, within a run', () => {
    const simulation = new Simulation();
    const answers: boolean[] = [];
    simulation.at(10, () => {
      answers.push(
        simulation.skipTo(20, 0),
        simulation.skipTo(30, 0),
        simulation.skipTo(25, 0),
        simulation.skipTo(26, 0),
      );
    });
    simulation.at(26, () => {});
    expect(simulation.skipTo(5, 0)).toBe(false);
    simulation.run(25);
    expect(answers).toEqual([true, false, true, false]);
    expect([simulation.now, simulation.executed]).toEqual([25, 3]);
  });

  test('respects what was scheduled within the event', () => {
    const simulation = new Simulation();
    const answers: boolean[] = [];
    simulation.at(10, () => {
      simulation.at(15, () => {});
      simulation.at(12, () => {});
      answers.push(simulation.skipTo(11, 0), simulation.skipTo(12, 0));
    });
    simulation.at(40, () => {});
    simulation.run();
    expect(answers).toEqual([true, false]);
  });
});
