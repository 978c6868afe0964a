import { assert, CLOCK_ENDS, ClockError, fail } from './assert.js';
import { Calendar, type Rank } from './calendar.js';
import { type Action, type EventHandle, NONE } from './event-slots.js';
import type { Fingerprint } from './fingerprint.js';
import type { Nanos } from './time.js';

/**
 * The clock and the event loop. Simulated time moves only by executing events, in the order (time, rank, order of
 * scheduling); an event scheduled for the present instant runs at this instant, after those already due in its rank.
 */
export class Simulation {
  /** The present instant, in nanoseconds since the start of the run. Only the simulation writes it. */
  now: Nanos = 0;
  /** Number of events executed so far. */
  executed = 0;

  private readonly calendar = new Calendar();
  private running = false;
  private stopped = false;
  /** The latest instant that the present `run` may reach; before any while there is none. */
  private limit: Nanos = Number.NEGATIVE_INFINITY;

  /** When a `fingerprint` is given, the time and subject of every executed event are fed to it. */
  constructor(private readonly fingerprint?: Fingerprint) {}

  /** Number of events that are scheduled and not cancelled. */
  get pending(): number {
    return this.calendar.size;
  }

  /** Schedules `action(subject)` at an absolute time: a whole number of nanoseconds, not in the past. O(log pending). */
  at(time: Nanos, action: Action, subject = 0, rank?: Rank): EventHandle {
    if (!(time >= this.now && time <= Number.MAX_SAFE_INTEGER && Math.floor(time) === time)) this.reject(time);
    return this.calendar.schedule(time, action, subject, rank);
  }

  /** Schedules `action(subject)` `delay` nanoseconds from now: a whole number, 0 or more. O(log pending). */
  after(delay: Nanos, action: Action, subject = 0, rank?: Rank): EventHandle {
    return this.at(this.now + delay, action, subject, rank);
  }

  /** Takes a scheduled event out; false, and no effect, when it has run or was cancelled before. O(1) amortised. */
  cancel(handle: EventHandle): boolean {
    return this.calendar.cancel(handle);
  }

  /**
   * Goes on to `time` at once if an event scheduled for then would be the next to run, as if it had been: for who would
   * schedule one as the last thing before returning, and would find itself called again with nothing in between. False,
   * and no effect, when something else is due by then or the run ends before.
   *
   * @param events counts as so many; several only before `freeUntil`
   */
  skipTo(time: Nanos, subject: number, events = 1): boolean {
    if (time > this.limit || this.stopped || this.calendar.earliest <= time) return false;
    this.now = time;
    this.executed += events;
    if (this.fingerprint !== undefined) {
      this.fingerprint.number(time);
      this.fingerprint.number(subject);
    }
    return true;
  }

  /**
   * The run goes on until this instant at least, and nothing is due before: events up to then can be skipped many at a
   * time. The present instant when each of them has to be fed to a fingerprint.
   */
  get freeUntil(): Nanos {
    if (this.stopped || this.fingerprint !== undefined) return this.now;
    return Math.min(this.calendar.earliest, this.limit + 1);
  }

  /**
   * Executes events until none is left, until the next one lies beyond `until`, or until `stop`. Events at exactly
   * `until` are executed. Afterwards `now` is `until` if that was given, or the time of the last event after a `stop`.
   *
   * @param most so many events, about, and then it returns for a look around
   * @returns false when it returned because of `most`: the same call goes on
   */
  run(until: Nanos = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY): boolean {
    assert(!this.running, 'run was called from within an event');
    assert(until >= this.now, `cannot run until ${until} ns: it is ${this.now} ns already`);
    this.running = true;
    this.stopped = false;
    this.limit = until;
    let ended = false;
    try {
      ended = this.executeAll(until, this.executed + most);
    } finally {
      this.running = false;
      this.limit = Number.NEGATIVE_INFINITY;
    }
    if (ended && !this.stopped && until !== Number.POSITIVE_INFINITY) this.now = until;
    return ended;
  }

  /** By itself, because V8 throws the machine code of a long loop away when it comes to what follows it. */
  private executeAll(until: Nanos, last: number): boolean {
    while (!this.stopped && this.executeNext(until)) if (this.executed >= last) return false;
    return true;
  }

  private executeNext(until: Nanos): boolean {
    const { calendar, fingerprint } = this;
    const slot = calendar.pop(until);
    if (slot === NONE) return false;
    this.now = calendar.time;
    this.executed++;
    if (fingerprint !== undefined) {
      fingerprint.number(calendar.time);
      fingerprint.number(calendar.subject(slot));
    }
    calendar.fire(slot);
    return true;
  }

  /** Ends `run` after the event that calls this. A later `run` goes on from there. */
  stop(): void {
    this.stopped = true;
  }

  private reject(time: Nanos): never {
    if (time < this.now) fail(`cannot schedule an event at ${time} ns: it is ${this.now} ns already`);
    if (time > Number.MAX_SAFE_INTEGER) throw new ClockError(CLOCK_ENDS);
    return fail(`${time} is not a time: whole nanoseconds up to 2^53 - 1 are (now ${this.now} ns)`);
  }
}
