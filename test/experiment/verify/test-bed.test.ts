import { describe, expect, test } from 'vitest';
import { streams } from '../../../src/engine/random/streams.js';
import { Simulation } from '../../../src/engine/simulation.js';
import { SleepyTimers } from '../../../src/experiment/verify/test-bed.js';
import { ms } from '../../support/time.js';

describe('timers of a program that sleeps in whole milliseconds', () => {
  /** When timers go off that are due at these milliseconds, in a program that is idle since then, or busy. */
  function firedAt(due: readonly number[], idleSince: number | undefined, seed = 0): number[] {
    const sim = new Simulation();
    const processor = { idleSince: idleSince === undefined ? undefined : ms(idleSince) };
    const timers = new SleepyTimers(sim, processor, streams('timers', seed).stream('timers'));
    const fired: number[] = [];
    for (const at of due) sim.at(ms(at), () => timers.notice(() => fired.push(sim.now / 1e6)));
    sim.run();
    return fired;
  }

  const medianLateness = (due: number): number => {
    const late = Array.from({ length: 400 }, (_, seed) => firedAt([due], 0, seed)[0]! - due);
    return late.toSorted((a, b) => a - b)[200]!;
  };

  test('go off at once while it is busy', () => {
    expect(firedAt([100.3], undefined)).toEqual([100.3]);
  });

  test('are late by two awakenings after whole milliseconds of sleep', () => {
    expect(medianLateness(100)).toBeCloseTo(0.4, 1);
  });

  test.each([
    [99.5, 0.9],
    [99.3, 1.1],
  ])('of %f ms wait one more millisecond for what is left: %f ms late', (due, late) => {
    expect(medianLateness(due)).toBeCloseTo(late, 1);
  });

  test('are hardly late if the program has just woken', () => {
    expect(medianLateness(100.15)).toBeLessThan(0.15);
  });

  test('that are due by the time it wakes go off with the one it slept for, in their order', () => {
    const [first, second, third] = firedAt([99.3, 99.9, 103], 0);
    expect(second).toBe(first);
    expect(third).toBeGreaterThan(103);
  });
});
