import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../src/cost/calibrated/index.js';
import { Heap, liveBytes } from '../../src/cost/heap.js';
import { GoProcessor } from '../../src/engine/cpu/go-processor.js';
import { Goroutine, PARKED } from '../../src/engine/cpu/processor.js';
import { Simulation } from '../../src/engine/simulation.js';
import { MICROSECOND, MILLISECOND, type Nanos } from '../../src/engine/time.js';

const MEGABYTE = 1e6;

/** Live 10 MB, a byte allocated per nanosecond, and 1 ms of marking a cycle. */
function heapOf({ phase = 0, cores = 1 } = {}) {
  const sim = new Simulation();
  const processor = new GoProcessor(sim, cores, { monitorLate: () => 0 });
  const heap = new Heap({
    clock: sim,
    processor,
    overhead: 2 * MEGABYTE,
    live: 10 * MEGABYTE,
    allocation: 1,
    markNanosPerByte: 0.1,
    phase,
  });
  return { sim, processor, heap };
}

describe('what lives', () => {
  const { memory } = coefficientsOf('1.30');
  const live = (proxies: number) => Math.round(liveBytes(memory, proxies, 200) / MEGABYTE);

  test('grows with the proxies, and slower from the hundredth on, as three hundred recorded ones had it', () => {
    expect([20, 100, 300].map(live)).toEqual([117, 285, 385]);
  });

  test('comes to what is published for a thousand services and two thousand sidecars: 1.5 GB with its garbage', () => {
    const bytes = liveBytes(memory, 2_000, 1_000);
    expect(memory.overhead + bytes).toBeLessThan(1.5e9);
    expect(memory.overhead + 2 * bytes).toBeGreaterThan(1.5e9);
  });
});

describe('the heap in use', () => {
  test('is what lives, what is kept ready and what was allocated since the last collection', () => {
    const { heap } = heapOf({ phase: 0.5 });
    expect(heap.bytes).toBe(17 * MEGABYTE);
    heap.charge(1 * MILLISECOND);
    heap.allocate(2 * MEGABYTE);
    expect(heap.bytes).toBe(20 * MEGABYTE);
  });

  test('begins a collection when as much was allocated as lives', () => {
    const { heap } = heapOf();
    heap.charge(9 * MILLISECOND);
    expect(heap.cycles).toBe(0);
    heap.charge(1 * MILLISECOND);
    expect(heap.cycles).toBe(1);
    expect(heap.bytes).toBe(12 * MEGABYTE);
  });
});

describe('a collection', () => {
  test('makes work take twice as long until all that lives is marked', () => {
    const { heap } = heapOf();
    expect(heap.charge(10 * MILLISECOND)).toBe(10 * MILLISECOND);
    expect(heap.charge(400 * MICROSECOND)).toBe(800 * MICROSECOND);
    expect(heap.charge(900 * MICROSECOND)).toBe(1_500 * MICROSECOND);
    expect(heap.charge(900 * MICROSECOND)).toBe(900 * MICROSECOND);
  });

  test('marks for free while the cores are idle', () => {
    const { sim, heap } = heapOf();
    heap.charge(10 * MILLISECOND);
    sim.at(20 * MILLISECOND, () => {
      expect(heap.charge(400 * MICROSECOND)).toBe(400 * MICROSECOND);
      expect(heap.idleNanos).toBe(1 * MILLISECOND);
    });
    sim.run();
  });

  test('parks whoever wants to allocate when nothing is left to mark, and releases them when its end has had its turn', () => {
    const { sim, processor, heap } = heapOf();
    const begun: string[] = [];
    const finished: string[] = [];
    const push = (name: string, work: Nanos) => {
      let paid = false;
      const goroutine: Goroutine = new Goroutine(name, () => {
        if (paid) {
          finished.push(`${name} ${sim.now / MICROSECOND}`);
          return PARKED;
        }
        if (!begun.includes(name)) begun.push(name);
        if (!heap.admits(goroutine)) return PARKED;
        paid = true;
        return heap.charge(work);
      });
      return goroutine;
    };
    // Ten milliseconds begin the cycle; the second push assists until the last byte is marked, at 2 ms of its own.
    heap.charge(10 * MILLISECOND);
    const pushes = [push('a', 1 * MILLISECOND), ...['b', 'c', 'd'].map((name) => push(name, 100 * MICROSECOND))];
    for (const goroutine of pushes) processor.wake(goroutine);
    sim.run();
    expect(begun).toEqual(['a', 'b', 'c', 'd']);
    // All three began at 2 ms; the end of the collection, 0.1 ms, came after they had parked. The last woken goes first.
    expect(finished).toEqual(['a 2000', 'd 2200', 'b 2300', 'c 2400']);
  });
});
