/**
 * The debounce loop (`xds/discovery.go`: debounce). Its timer is not reset by events: when it fires, the loop works out
 * how much quiet is missing and waits for exactly that. One push runs at a time; a timer that fires meanwhile is lost,
 * because the end of the push makes the same check.
 *
 *     event ──► mailbox ─┐
 *     timer ──► fired  ──┼──► loop: FREE, then events, then TIMER ──► push (one at a time) ──► FREE
 *     push  ──► free   ──┘
 *
 * Where Go picks at random among what is ready, this loop takes FREE first, then events, then the timer.
 */
import { assert } from '../../engine/assert.js';
import { Goroutine, PARKED, type Processor } from '../../engine/cpu/processor.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import { mergeRequests, type PushRequest, type Reason, type StartPush } from '../model/push-request.js';
import type { Observer } from '../observer.js';

export interface DebounceOptions {
  /** Required quiet. */
  readonly debounceAfter: Nanos;
  /** Age of the oldest waiting event at which quiet is no longer required; looked at only when a timer or FREE arrives. */
  readonly debounceMax: Nanos;
  readonly emptyMeansEverything: boolean;
  /** Requests that are pushed at once, past the debounce (EDS debounce off). */
  readonly bypasses: (request: PushRequest) => boolean;
  /** CPU of receiving and merging one update. */
  readonly mergeCost: () => Nanos;
  /** Told of a timer that is due: calls `fire` when the program notices it. An ideal one does so at once. */
  readonly onTimerDue?: (fire: () => void) => void;
}

export interface Debounce {
  offer(request: PushRequest): void;
  /** Nothing waits and no debounced push runs. */
  readonly idle: boolean;
}

const UNKNOWN: ReadonlyMap<Reason, number> = new Map([['unknown', 1]]);

export function createDebounce(
  sim: Simulation,
  processor: Processor,
  options: DebounceOptions,
  next: StartPush,
  observer: Observer,
): Debounce {
  return new DebounceLoop(sim, processor, options, next, observer);
}

class DebounceLoop implements Debounce {
  private readonly mailbox: PushRequest[] = [];
  private freed = false;
  private fired = false;
  private free = true;
  private batch: PushRequest | undefined;
  private merged = 0;
  private since: Nanos = 0;
  private last: Nanos = 0;
  private timer = 0;

  private readonly goroutine = new Goroutine('debounce', () => this.step());
  private readonly onDue = (): void => this.due();
  private readonly onPushed = (): void => {
    this.freed = true;
    this.processor.wake(this.goroutine);
  };

  constructor(
    private readonly sim: Simulation,
    private readonly processor: Processor,
    private readonly options: DebounceOptions,
    private readonly next: StartPush,
    private readonly observer: Observer,
  ) {}

  /** Callers hand it on by itself. */
  readonly offer = (request: PushRequest): void => {
    this.mailbox.push(request);
    this.processor.wake(this.goroutine);
  };

  get idle(): boolean {
    return this.free && this.batch === undefined && this.mailbox.length === 0;
  }

  private step(): Nanos {
    for (;;) {
      if (this.freed) {
        this.freed = false;
        this.free = true;
        this.check();
      } else if (this.mailbox.length > 0) {
        this.receive(this.mailbox.shift() as PushRequest);
        return this.options.mergeCost();
      } else if (this.fired) {
        this.fired = false;
        if (this.free) this.check();
      } else {
        return PARKED;
      }
    }
  }

  private receive(offered: PushRequest): void {
    const { sim, options } = this;
    const request = offered.reasons.size === 0 ? { ...offered, reasons: UNKNOWN } : offered;
    this.observer.received(request);
    if (options.bypasses(request)) {
      this.next(request, 1, undefined, ignore);
      return;
    }
    this.last = sim.now;
    if (this.merged === 0) {
      this.since = sim.now;
      this.arm(options.debounceAfter);
    }
    this.merged += 1;
    this.batch = this.batch === undefined ? request : mergeRequests(this.batch, request, options.emptyMeansEverything);
  }

  private check(): void {
    const { sim, options, batch, merged, since } = this;
    const quiet = sim.now - this.last;
    if (sim.now - since < options.debounceMax && quiet < options.debounceAfter) {
      this.arm(options.debounceAfter - quiet);
      return;
    }
    if (batch === undefined) return;
    assert(this.free, 'the debounce starts one push at a time');
    assert(merged > 0, 'a batch has at least one update');
    this.free = false;
    this.batch = undefined;
    this.merged = 0;
    this.next(batch, merged, since, this.onPushed);
  }

  /** Arming forgets the timer before. */
  private arm(delay: Nanos): void {
    this.sim.cancel(this.timer);
    this.timer = this.sim.after(delay, this.onDue, 0, 'last');
  }

  private due(): void {
    const { timer } = this;
    if (this.options.onTimerDue === undefined) this.fire();
    else this.options.onTimerDue(() => timer === this.timer && this.fire());
  }

  private fire(): void {
    this.fired = true;
    this.processor.wakeByTimer(this.goroutine);
  }
}

function ignore(): void {}
