import { describe, expect, test } from 'vitest';
import { ClockError } from '../../src/engine/assert.js';
import { Fingerprint, firstDifference } from '../../src/engine/fingerprint.js';
import { Simulation } from '../../src/engine/simulation.js';
import { HOUR, MILLISECOND, SECOND } from '../../src/engine/time.js';

/** A simulation with a log of "time:subject" lines. */
function logged(): { simulation: Simulation; log: string[]; note: (subject: number) => void } {
  const simulation = new Simulation();
  const log: string[] = [];
  return { simulation, log, note: (subject) => log.push(`${simulation.now}:${subject}`) };
}

describe('the clock', () => {
  test('stands at the time of the event that runs', () => {
    const { simulation, log, note } = logged();
    simulation.at(20, note, 2);
    simulation.after(10, note, 1);
    simulation.run();
    expect(log).toEqual(['10:1', '20:2']);
    expect(simulation.now).toBe(20);
  });

  test('runs events at exactly the end, and none after it', () => {
    const { simulation, log, note } = logged();
    for (const time of [10, 20, 21]) simulation.at(time, note, time);
    simulation.run(20);
    expect(log).toEqual(['10:10', '20:20']);
    expect(simulation.pending).toBe(1);
    simulation.run(30);
    expect(log.at(-1)).toBe('21:21');
  });

  test('goes to the end that was asked for when the calendar runs dry', () => {
    const { simulation, note } = logged();
    simulation.at(3, note);
    simulation.run(HOUR);
    expect(simulation.now).toBe(HOUR);
  });

  test('stays at the event that stopped the run, from where the next run goes on', () => {
    const { simulation, log, note } = logged();
    simulation.at(1, () => simulation.stop());
    simulation.at(1, note, 7);
    simulation.run(SECOND);
    expect(simulation.now).toBe(1);
    expect(log).toEqual([]);
    simulation.run(SECOND);
    expect(log).toEqual(['1:7']);
  });

  test('adds a nanosecond to 104 days without losing it', () => {
    const { simulation, log, note } = logged();
    simulation.at(104 * 24 * HOUR, () => simulation.after(1, note));
    simulation.run();
    expect(log).toEqual([`${104 * 24 * HOUR + 1}:0`]);
  });
});

describe('scheduling', () => {
  test('runs an event for the present instant after those that are due already', () => {
    const { simulation, log, note } = logged();
    simulation.at(5, () => simulation.after(0, note, 3));
    simulation.at(5, note, 1);
    simulation.at(5, note, 2);
    simulation.run();
    expect(log).toEqual(['5:1', '5:2', '5:3']);
  });

  test('refuses the past, and names both times', () => {
    const { simulation } = logged();
    simulation.at(10, () => simulation.at(9, () => {}));
    expect(() => simulation.run()).toThrow('cannot schedule an event at 9 ns: it is 10 ns already');
  });

  test.each([0.5, Number.NaN])('refuses %s as a time', (time) => {
    expect(() => new Simulation().at(time, () => {})).toThrow(`${time} is not a time`);
  });

  test.each([Number.POSITIVE_INFINITY, 2 ** 53])('ends before %s', (time) => {
    expect(() => new Simulation().at(time, () => {})).toThrow(ClockError);
  });

  test('leaves out what was cancelled', () => {
    const { simulation, log, note } = logged();
    const handle = simulation.after(MILLISECOND, note, 1);
    simulation.after(MILLISECOND, note, 2);
    expect(simulation.cancel(handle)).toBe(true);
    simulation.run();
    expect(log).toEqual([`${MILLISECOND}:2`]);
    expect(simulation.executed).toBe(1);
  });

  test('refuses to run within a run', () => {
    const simulation = new Simulation();
    simulation.at(0, () => simulation.run());
    expect(() => simulation.run()).toThrow('from within an event');
  });
});

describe('the fingerprint of a run', () => {
  const fingerprintOf = (delays: readonly number[]): Fingerprint => {
    const print = new Fingerprint(20);
    const simulation = new Simulation(print);
    delays.forEach((delay, subject) => {
      simulation.at(delay, () => {}, subject);
    });
    simulation.run();
    return print;
  };
  const delays = Array.from({ length: 100 }, (_, index) => index * 3);

  test('is the same for the same run', () => {
    expect(fingerprintOf(delays).hex()).toBe(fingerprintOf(delays).hex());
    expect(fingerprintOf(delays).hex()).toMatchInlineSnapshot(`"60e1246f3947f3f7"`);
  });

  test('tells in which slice two runs part', () => {
    const changed = delays.with(57, 57 * 3 + 1);
    expect(fingerprintOf(changed).hex()).not.toBe(fingerprintOf(delays).hex());
    // 57 events of two items precede it: slice 114 / 20.
    expect(firstDifference(fingerprintOf(delays), fingerprintOf(changed))).toBe(5);
    expect(firstDifference(fingerprintOf(delays), fingerprintOf(delays))).toBeUndefined();
  });
});

test('a run of so many events returns for a look around, even within an instant, and goes on from there', () => {
  const run = (most?: number) => {
    const fingerprint = new Fingerprint();
    const sim = new Simulation(fingerprint);
    for (let i = 0; i < 10; i++) sim.at(5, () => void sim.after(i, () => {}), i);
    let looks = 0;
    while (!sim.run(20, most)) looks += 1;
    return { looks, now: sim.now, executed: sim.executed, order: fingerprint.hex() };
  };
  const whole = run();
  expect(whole).toMatchObject({ looks: 0, now: 20, executed: 20 });
  expect(run(3)).toEqual({ ...whole, looks: 6 });
});
