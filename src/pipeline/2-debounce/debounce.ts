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
  const mailbox: PushRequest[] = [];
  let freed = false;
  let fired = false;
  let free = true;
  let batch: PushRequest | undefined;
  let merged = 0;
  let since: Nanos = 0;
  let last: Nanos = 0;
  let timer = 0;

  const loop = new Goroutine('debounce', step);

  function step(): Nanos {
    for (;;) {
      if (freed) {
        freed = false;
        free = true;
        check();
      } else if (mailbox.length > 0) {
        receive(mailbox.shift() as PushRequest);
        return options.mergeCost();
      } else if (fired) {
        fired = false;
        if (free) check();
      } else {
        return PARKED;
      }
    }
  }

  function receive(offered: PushRequest): void {
    const request = offered.reasons.size === 0 ? { ...offered, reasons: UNKNOWN } : offered;
    observer.received(request);
    if (options.bypasses(request)) {
      next(request, 1, undefined, () => {});
      return;
    }
    last = sim.now;
    if (merged === 0) {
      since = sim.now;
      arm(options.debounceAfter);
    }
    merged += 1;
    batch = batch === undefined ? request : mergeRequests(batch, request, options.emptyMeansEverything);
  }

  function check(): void {
    const quiet = sim.now - last;
    if (sim.now - since < options.debounceMax && quiet < options.debounceAfter) {
      arm(options.debounceAfter - quiet);
      return;
    }
    if (batch === undefined) return;
    const [request, count, first] = [batch, merged, since];
    free = false;
    batch = undefined;
    merged = 0;
    next(request, count, first, () => {
      freed = true;
      processor.wake(loop);
    });
  }

  /** Arming forgets the timer before. */
  function arm(delay: Nanos): void {
    sim.cancel(timer);
    timer = sim.after(delay, onDue, 0, 'last');
  }

  function onDue(): void {
    const due = timer;
    if (options.onTimerDue === undefined) onTimer();
    else options.onTimerDue(() => due === timer && onTimer());
  }

  function onTimer(): void {
    fired = true;
    processor.wakeByTimer(loop);
  }

  return {
    offer(request) {
      mailbox.push(request);
      processor.wake(loop);
    },
    get idle() {
      return free && batch === undefined && mailbox.length === 0;
    },
  };
}
