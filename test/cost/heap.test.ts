import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../src/cost/calibrated/index.js';
import { Heap } from '../../src/cost/heap.js';
import { InFlight } from '../../src/cost/live-bytes.js';
import { Quota } from '../../src/cost/quota.js';
import { GoProcessor } from '../../src/engine/cpu/go-processor.js';
import { Goroutine, PARKED } from '../../src/engine/cpu/processor.js';
import { Simulation } from '../../src/engine/simulation.js';
import { MICROSECOND, MILLISECOND, type Nanos } from '../../src/engine/time.js';

const MEGABYTE = 1e6;

/** Live 10 MB, and 1 ms of marking a cycle. */
function heapOf({
  phase = 0,
  cores = 1,
  gogc = 100,
  limit,
}: {
  phase?: number;
  cores?: number;
  gogc?: number;
  limit?: number;
} = {}) {
  const sim = new Simulation();
  const processor = new GoProcessor(sim, cores, { monitorLate: () => 0 });
  const live = () => 10 * MEGABYTE;
  const heap = new Heap({ clock: sim, processor, live, markNanosPerByte: 0.1, phase, gogc, limit });
  return { sim, processor, heap };
}

describe('the heap in use', () => {
  test('is what lives and what was allocated since the last collection', () => {
    const { heap } = heapOf({ phase: 0.5 });
    expect(heap.bytes).toBe(15 * MEGABYTE);
    heap.allocate(2 * MEGABYTE);
    expect(heap.bytes).toBe(17 * MEGABYTE);
  });

  test('begins a collection a little before as much was allocated as lives', () => {
    const { heap } = heapOf();
    heap.charge(1 * MILLISECOND, 9.4 * MEGABYTE);
    expect(heap.cycles).toBe(0);
    heap.charge(1 * MILLISECOND, 0.2 * MEGABYTE);
    expect(heap.cycles).toBe(1);
  });

  test.each([
    [50, 4.75],
    [200, 19],
  ])('grows by GOGC=%d percent of what lives before it is collected', (gogc, megabytes) => {
    const { heap } = heapOf({ gogc });
    heap.charge(1, (megabytes - 0.1) * MEGABYTE);
    expect(heap.cycles).toBe(0);
    heap.charge(1, 0.2 * MEGABYTE);
    expect(heap.cycles).toBe(1);
  });

  test('is collected earlier where GOMEMLIMIT leaves no more', () => {
    const { heap } = heapOf({ limit: 12 * MEGABYTE });
    heap.charge(1, 2 * MEGABYTE);
    expect(heap.cycles).toBe(1);
  });
});

describe('a collection', () => {
  test('takes a quarter of the CPU until all that lives is marked', () => {
    const { heap } = heapOf();
    expect(heap.charge(10 * MILLISECOND, 9.6 * MEGABYTE)).toBe(10 * MILLISECOND);
    expect(heap.charge(600 * MICROSECOND, 0)).toBe(800 * MICROSECOND);
  });

  test('makes work that allocates past the goal take twice as long', () => {
    const { heap } = heapOf();
    heap.charge(10 * MILLISECOND, 11 * MEGABYTE);
    expect(heap.charge(400 * MICROSECOND, 0)).toBe(800 * MICROSECOND);
  });

  test('marks for free while the cores are idle', () => {
    const { sim, heap } = heapOf();
    heap.charge(10 * MILLISECOND, 10 * MEGABYTE);
    sim.at(20 * MILLISECOND, () => {
      expect(heap.charge(400 * MICROSECOND, 0)).toBe(400 * MICROSECOND);
      expect(heap.idleNanos).toBe(1 * MILLISECOND);
    });
    sim.run();
  });

  test('keeps what was allocated while it ran', () => {
    const { sim, processor, heap } = heapOf();
    heap.charge(10 * MILLISECOND, 10 * MEGABYTE);
    const steps: Nanos[] = [heap.charge(3 * MILLISECOND, 3 * MEGABYTE)];
    processor.wake(new Goroutine('push', () => steps.shift() ?? PARKED));
    sim.run();
    expect(heap.bytes).toBe(13 * MEGABYTE);
  });

  test('parks whoever wants to allocate when nothing is left to mark, and releases them when it has ended', () => {
    const { sim, processor, heap } = heapOf();
    const begun: string[] = [];
    const finished: string[] = [];
    const push = (name: string, work: Nanos) => {
      let paid = false;
      const goroutine: Goroutine = new Goroutine(name, () => {
        if (paid) {
          finished.push(name);
          return PARKED;
        }
        if (!begun.includes(name)) begun.push(name);
        if (!heap.admits(goroutine)) return PARKED;
        paid = true;
        return heap.charge(work, 0);
      });
      return goroutine;
    };
    heap.charge(10 * MILLISECOND, 10.5 * MEGABYTE);
    const pushes = [push('a', 1 * MILLISECOND), ...['b', 'c', 'd'].map((name) => push(name, 100 * MICROSECOND))];
    for (const goroutine of pushes) processor.wake(goroutine);
    sim.run();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    // All three parked before the collection had ended. The last woken goes first.
    expect(finished).toEqual(['a', 'd', 'b', 'c']);
  });
});

describe('messages in flight', () => {
  test('take buffers of 1 MiB where gRPC pools them, which two collections give back', () => {
    const inFlight = new InFlight(true);
    expect(inFlight.sent(1, 200_000)).toBe(2 ** 20);
    inFlight.taken(1);
    expect(inFlight.sent(2, 100_000)).toBe(0);
    inFlight.taken(2);
    expect(inFlight.bytes).toBe(2 ** 20);
    inFlight.collected();
    expect(inFlight.bytes).toBe(2 ** 20);
    inFlight.collected();
    expect(inFlight.bytes).toBe(0);
  });

  test('take their size where it does not, until the proxy has them', () => {
    const inFlight = new InFlight(false);
    expect(inFlight.sent(1, 200_000)).toBe(200_000);
    inFlight.taken(1);
    expect(inFlight.bytes).toBe(0);
  });
});

describe('a CPU limit', () => {
  const quotaOf = (limit: number) => new Quota({ clock: { now: 0 }, physical: 1, limit, busyPs: () => 1 });

  test('of half a core stops work that has used 50 ms until the next period of 100 ms', () => {
    expect(quotaOf(0.5).stretch(50 * MILLISECOND)).toBe(50 * MILLISECOND);
    const quota = quotaOf(0.5);
    expect(quota.stretch(60 * MILLISECOND)).toBe(110 * MILLISECOND);
    expect(quota.throttledPeriods).toBe(1);
    expect(quota.stoppedNanos).toBe(50 * MILLISECOND);
  });

  test('is none where there is none', () => {
    expect(quotaOf(Number.POSITIVE_INFINITY).stretch(500 * MILLISECOND)).toBe(500 * MILLISECOND);
  });
});

test('an Envoy with a thousand services takes what is published for two thousand: 1.5 GB with its garbage', () => {
  const { perProxy, perEnvoy, perWatched, stackPerProxy, base } = coefficientsOf('1.30').memory;
  const live = base + 2_000 * (perProxy + perEnvoy + 20 * perWatched);
  const process = 2 * live + 2_000 * stackPerProxy;
  expect(process / 1.5e9).toBeGreaterThan(0.5);
  expect(process / 1.5e9).toBeLessThan(2);
});
