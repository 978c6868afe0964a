import { assert, CLOCK_ENDS, ClockError, fail } from '../assert.js';
import type { Simulation } from '../simulation.js';
import type { Nanos } from '../time.js';
import { FINISHED, type Goroutine, PARKED, type Processor } from './processor.js';

/** One core and the goroutine on it; disciplines add their own fields. */
export interface Core {
  readonly index: number;
  running: Goroutine | undefined;
  /** Idle until a moment ago, and about to start within the present instant. */
  starting: boolean;
}

/** More zero-cost steps than this at one instant on one core are taken for an endless loop. */
const FREE_STEPS_MAX = 10_000_000;

/**
 * What all disciplines share: cores that consume steps.
 *
 * Order of things, all within one instant: the core whose step has ended calls its goroutine until that asks for CPU
 * time or leaves, then takes the next goroutine, and so on until it is busy or finds nothing; only then are idle cores
 * given what is left (`settled`). A core that is idle when something arrives from outside starts by an event of its
 * own at the same instant, after the events that are already due; so `resume` is never re-entered.
 *
 * Calendar events: one per step with a positive cost, one per slice that ends within a step, one per start of an idle
 * core from outside. Steps of zero cost take none. An event that would be the very next one is not even scheduled when
 * every core has something to do: the core just goes on.
 */
export abstract class Cores<C extends Core> implements Processor {
  runnable = 0;
  protected readonly all: C[] = [];
  /** Idle cores that have run before; the one that became idle last is started first. */
  protected readonly idle: C[] = [];
  /** The core whose goroutine is inside `resume`. */
  protected current: C | undefined;

  /** The process is dead: nothing of it runs any more, whoever is woken. */
  protected isHalted = false;
  private lastIdleAt: Nanos = 0;
  private consumed: Nanos = 0;
  private consumedUntil: Nanos = 0;
  private consuming = 0;

  constructor(
    protected readonly simulation: Simulation,
    readonly cores: number,
  ) {
    assert(cores >= 1 && (Number.isInteger(cores) || cores === Number.POSITIVE_INFINITY), `${cores} cores`);
  }

  abstract readonly handsOn: boolean;
  abstract wake(goroutine: Goroutine): void;
  abstract wakeByTimer(goroutine: Goroutine): void;

  /** The goroutine that `core` runs next; the discipline also sets the core's deadline. Undefined: it becomes idle. */
  protected abstract pick(core: C): Goroutine | undefined;
  /**
   * When the running goroutine must give way if it wants the core until `end`; anything at or after `end` means that
   * it need not.
   */
  protected abstract deadline(core: C, end: Nanos): Nanos;
  /** The deadline has passed with CPU time left to consume: puts the goroutine where it waits, or grants a new slice. */
  protected abstract expire(core: C, goroutine: Goroutine): 'queued' | 'granted';
  protected abstract makeCore(index: number): C;
  /** A core has settled at this instant: idle ones may be started with what is left. */
  protected abstract settled(): void;
  /** Whether `settled` would surely find nothing to do, so that nobody need come back to it before time goes on. */
  protected abstract isSettled(): boolean;

  get busyNanos(): Nanos {
    return this.consumed + this.consuming * (this.simulation.now - this.consumedUntil);
  }

  /** Cores that have something to do. */
  get busyCores(): number {
    return this.all.length - this.idle.length;
  }

  get idleSince(): Nanos | undefined {
    return this.idle.length === this.all.length ? this.lastIdleAt : undefined;
  }

  spend(cpu: Nanos, steps = 1): boolean {
    if (cpu === 0) return true;
    const core = this.current;
    if (core === undefined) return false;
    const end = this.simulation.now + cpu;
    return this.deadline(core, end) >= end && this.skipTo(core, end, steps);
  }

  get freeUntil(): Nanos {
    const { now, freeUntil } = this.simulation;
    if (this.current === undefined || !this.isSettled()) return now;
    return Math.min(this.deadline(this.current, now), freeUntil);
  }

  /** Ends the process: steps under way are cut off and cost what they have cost by now. Not from within `resume`. */
  halt(): void {
    assert(this.current === undefined, 'a goroutine cannot halt its own processor');
    this.account(0);
    this.consuming = 0;
    this.isHalted = true;
  }

  /** Turns a parked goroutine runnable; false when it is runnable or running already. */
  protected admit(goroutine: Goroutine): boolean {
    if (this.isHalted) return false;
    if (goroutine.state !== 'parked') {
      if (goroutine.state === 'finished') fail(`${goroutine.name} was woken after it had finished`);
      return false;
    }
    goroutine.state = 'runnable';
    this.runnable++;
    return true;
  }

  /** An idle core, no longer listed as such; undefined when every core has something to do. */
  protected claimIdle(): C | undefined {
    const core = this.idle.pop();
    if (core !== undefined || this.all.length === this.cores) return core;
    const created = this.makeCore(this.all.length);
    this.all.push(created);
    return created;
  }

  /** Starts a claimed core by an event at this instant. */
  protected startSoon(core: C): void {
    core.starting = true;
    this.simulation.after(0, this.start, core.index);
  }

  /** Runs a core on until it consumes CPU time or finds nothing to do. */
  protected settle(core: C): void {
    for (let free = 0; free < FREE_STEPS_MAX; free++) {
      let goroutine = core.running;
      if (goroutine === undefined) {
        goroutine = this.pick(core);
        if (goroutine === undefined) {
          this.idle.push(core);
          this.lastIdleAt = this.simulation.now;
          return;
        }
        this.runnable--;
        goroutine.state = 'running';
        goroutine.home = core.index;
        core.running = goroutine;
      }
      if (goroutine.remaining === 0) this.step(core, goroutine);
      if (goroutine.remaining > 0) {
        const { now } = this.simulation;
        if (this.consume(core, goroutine)) return;
        if (this.simulation.now > now) free = 0;
      }
    }
    fail(`${core.running?.name ?? 'a core'} makes no progress at ${this.simulation.now} ns: only steps of zero cost`);
  }

  private step(core: C, goroutine: Goroutine): void {
    this.current = core;
    const cost = goroutine.resume();
    this.current = undefined;
    if (cost >= 0) {
      if (cost > Number.MAX_SAFE_INTEGER) throw new ClockError(CLOCK_ENDS);
      if (!Number.isSafeInteger(cost)) fail(`${goroutine.name} asked for ${cost} ns of CPU time`);
      goroutine.remaining = cost;
      return;
    }
    if (cost !== PARKED && cost !== FINISHED) fail(`${goroutine.name} asked for ${cost} ns of CPU time`);
    goroutine.state = cost === PARKED ? 'parked' : 'finished';
    core.running = undefined;
  }

  /**
   * Begins to consume the running goroutine's step; false when the core goes on at once: the slice is over and the
   * goroutine has been queued, or nothing else happens until the step ends.
   */
  private consume(core: C, goroutine: Goroutine): boolean {
    const { now } = this.simulation;
    const end = now + goroutine.remaining;
    let cut = this.deadline(core, end);
    if (cut <= now) {
      if (this.expire(core, goroutine) === 'queued') {
        goroutine.state = 'runnable';
        this.runnable++;
        core.running = undefined;
        return false;
      }
      cut = this.deadline(core, end);
    }
    const until = Math.min(cut, end);
    goroutine.remaining = end - until;
    if (this.skipTo(core, until, 1)) return false;
    this.account(1);
    this.simulation.at(until, this.end, core.index);
    return true;
  }

  /** Consumes until then without an event, if nothing else happens meanwhile. */
  private skipTo(core: C, until: Nanos, steps: number): boolean {
    const { now } = this.simulation;
    if (!this.isSettled() || !this.simulation.skipTo(until, core.index, steps)) return false;
    this.consumed += until - now;
    return true;
  }

  private account(change: 1 | 0 | -1): void {
    const { now } = this.simulation;
    this.consumed += this.consuming * (now - this.consumedUntil);
    this.consumedUntil = now;
    this.consuming += change;
  }

  private readonly end = (index: number): void => {
    if (this.isHalted) return;
    this.account(-1);
    this.settle(this.all[index]!);
    this.settled();
  };

  private readonly start = (index: number): void => {
    if (this.isHalted) return;
    const core = this.all[index]!;
    core.starting = false;
    this.settle(core);
    this.settled();
  };
}
