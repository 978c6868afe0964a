import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { Calendar, type Rank } from '../../src/engine/calendar.js';
import { type EventHandle, NONE } from '../../src/engine/event-slots.js';

const FOREVER = Number.POSITIVE_INFINITY;

/** Pops everything that is due, and tells the subjects in order. */
function drain(calendar: Calendar, limit = FOREVER): number[] {
  const subjects: number[] = [];
  for (let slot = calendar.pop(limit); slot !== NONE; slot = calendar.pop(limit)) subjects.push(calendar.subject(slot));
  return subjects;
}

const nothing = (): void => {};

describe('the order of events', () => {
  test('follows the time', () => {
    const calendar = new Calendar();
    for (const time of [30, 10, 20]) calendar.schedule(time, nothing, time);
    expect(drain(calendar)).toEqual([10, 20, 30]);
  });

  test('is that of scheduling among 1,000 events at one instant', () => {
    const calendar = new Calendar();
    const subjects = Array.from({ length: 1_000 }, (_, index) => index);
    for (const subject of subjects) calendar.schedule(7, nothing, subject);
    expect(drain(calendar)).toEqual(subjects);
  });

  test('puts first before normal before last at one instant, and keeps the order of scheduling within each', () => {
    const calendar = new Calendar();
    const ranks: Rank[] = ['last', 'normal', 'first', 'last', 'normal', 'first'];
    ranks.forEach((rank, subject) => {
      calendar.schedule(5, nothing, subject, rank);
    });
    calendar.schedule(4, nothing, 6, 'last');
    expect(drain(calendar)).toEqual([6, 2, 5, 1, 4, 0, 3]);
  });

  test('lets an event that is scheduled between two pops at one instant wait for its turn', () => {
    const calendar = new Calendar();
    for (const subject of [0, 1]) calendar.schedule(5, nothing, subject);
    expect(calendar.subject(calendar.pop(5))).toBe(0);
    calendar.schedule(5, nothing, 2);
    calendar.schedule(5, nothing, 3, 'first');
    expect(drain(calendar)).toEqual([3, 1, 2]);
  });
});

describe('a limit', () => {
  test('is included, and what lies beyond stays', () => {
    const calendar = new Calendar();
    for (const time of [1, 2, 3]) calendar.schedule(time, nothing, time);
    expect(drain(calendar, 2)).toEqual([1, 2]);
    expect(calendar.time).toBe(2);
    expect(calendar.size).toBe(1);
    expect(drain(calendar)).toEqual([3]);
  });
});

describe('cancelling', () => {
  test('takes the event out once', () => {
    const calendar = new Calendar();
    const handle = calendar.schedule(1, nothing, 1);
    calendar.schedule(2, nothing, 2);
    expect(calendar.cancel(handle)).toBe(true);
    expect(calendar.cancel(handle)).toBe(false);
    expect(calendar.size).toBe(1);
    expect(drain(calendar)).toEqual([2]);
  });

  test('does not touch the event that took the slot of one that has run', () => {
    const calendar = new Calendar(1);
    const stale = calendar.schedule(1, nothing, 1);
    drain(calendar);
    calendar.schedule(2, nothing, 2);
    expect(calendar.cancel(stale)).toBe(false);
    expect(drain(calendar)).toEqual([2]);
  });

  test('knows no event by the handle 0, nor by one of a slot that never was', () => {
    const calendar = new Calendar(1);
    calendar.schedule(1, nothing, 1);
    expect(calendar.cancel(0)).toBe(false);
    expect(calendar.cancel(12_345)).toBe(false);
    expect(calendar.size).toBe(1);
  });

  test('keeps at most as many dead entries as live ones, however many timers are set and cancelled', () => {
    const calendar = new Calendar();
    for (let live = 0; live < 100; live++) calendar.schedule(1e9 + live, nothing, live);
    for (let round = 0; round < 10_000; round++) calendar.cancel(calendar.schedule(5_000 + round, nothing, round));
    expect(calendar.size).toBe(100);
    expect(calendar.entries).toBeLessThanOrEqual(201);
    expect(drain(calendar)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });
});

type Step =
  | { readonly do: 'schedule'; readonly delay: number; readonly rank: Rank }
  | { readonly do: 'cancel'; readonly which: number }
  | { readonly do: 'pop'; readonly limit: number };

const steps = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('schedule' as const), delay: fc.nat(3), rank: anyRank() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('cancel' as const), which: fc.nat() }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('pop' as const), limit: fc.nat(4) }) },
  ),
  { maxLength: 600, size: 'max' },
);

function anyRank(): fc.Arbitrary<Rank> {
  return fc.constantFrom<Rank>('normal', 'normal', 'normal', 'first', 'last');
}

describe('against a sorted array', () => {
  property.prop([steps], { seed: 20_261_121, numRuns: 400 })(
    'every schedule, cancel and pop gives the same answer, with many equal times and ranks',
    (script: Step[]) => {
      const calendar = new Calendar(1);
      const order: Record<Rank, number> = { first: 0, normal: 1, last: 2 };
      let model: { time: number; rank: Rank; subject: number }[] = [];
      const handles: EventHandle[] = [];
      let now = 0;
      for (const step of script) {
        if (step.do === 'schedule') {
          const subject = handles.length;
          handles.push(calendar.schedule(now + step.delay, nothing, subject, step.rank));
          model.push({ time: now + step.delay, rank: step.rank, subject });
        } else if (step.do === 'cancel' && handles.length > 0) {
          const subject = step.which % handles.length;
          const isLive = model.some((event) => event.subject === subject);
          expect(calendar.cancel(handles[subject]!)).toBe(isLive);
          model = model.filter((event) => event.subject !== subject);
        } else if (step.do === 'pop') {
          model.sort((a, b) => a.time - b.time || order[a.rank] - order[b.rank] || a.subject - b.subject);
          const slot = calendar.pop(now + step.limit);
          const due = model[0] !== undefined && model[0].time <= now + step.limit ? model.shift() : undefined;
          expect(slot === NONE ? undefined : calendar.subject(slot)).toBe(due?.subject);
          if (due !== undefined) now = due.time;
        }
        expect(calendar.size).toBe(model.length);
      }
    },
  );
});
