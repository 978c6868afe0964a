import type { Nanos } from '../time.js';

/** Answered by a goroutine that gives its core back until someone wakes it. */
export const PARKED = -1;
/** Answered by a goroutine that never runs again. */
export const FINISHED = -2;

/** Where a goroutine stands; only processors look at it. New goroutines are parked: waking one starts it. */
export type GoroutineState = 'parked' | 'runnable' | 'running' | 'finished';

/**
 * Something that uses a processor: a state machine that is called whenever it has a core and its last step is paid for.
 *
 * `resume` does what is due now: it may change the model, wake goroutines and schedule events. It answers the CPU time
 * of its next step in whole nanoseconds (0: call me again at once), PARKED or FINISHED. The step's CPU time is then
 * consumed, in one piece or in slices, and `resume` is called again.
 *
 * Waking a goroutine that is runnable or running does nothing, and is not remembered. So look for work (in a mailbox, a
 * counter) before answering PARKED, and put the work there before calling `wake`.
 *
 * A parked goroutine costs nothing, so short-lived ones may be parked and reused instead of finished and made anew.
 */
export class Goroutine {
  /** @internal */ state: GoroutineState = 'parked';
  /** CPU time of the current step that is not consumed yet. @internal */ remaining: Nanos = 0;
  /** Number of the core it ran on last. @internal */ home = 0;

  constructor(
    readonly name: string,
    readonly resume: () => Nanos,
  ) {}
}

/** Cores, and the discipline by which goroutines share them. */
export interface Processor {
  /** How many goroutines can run at the same time. */
  readonly cores: number;
  /** CPU time consumed so far, including what the running steps have consumed up to now. */
  readonly busyNanos: Nanos;
  /** Since when no core has had anything to do; undefined while one has. */
  readonly idleSince: Nanos | undefined;
  /** How many goroutines wait for a core. */
  readonly runnable: number;
  /**
   * Asked by the running goroutine before it wakes another and parks: whether the other would run within this instant
   * and before anybody else, and so on for whom that one wakes before it parks. If so and none of them takes CPU time,
   * what they would do can be done at once, without waking anybody.
   */
  readonly handsOn: boolean;

  /**
   * Consumes CPU time of the running goroutine within its `resume`, as if it had answered it as the time of so many
   * steps, if nothing else happens until it is consumed; false, and no effect, otherwise.
   */
  spend(cpu: Nanos, steps?: number): boolean;

  /**
   * Asked by the running goroutine: it may `spend` until before this instant, in however many steps, and nobody else
   * would do anything meanwhile. Holds until somebody is woken or something is scheduled.
   */
  readonly freeUntil: Nanos;

  /**
   * Makes a parked goroutine runnable, because a running goroutine did something (inside its `resume`) or because
   * something arrived from outside, such as a message from the network. It never runs within this call.
   */
  wake(goroutine: Goroutine): void;

  /** The same, because a timer went off. A scheduler may notice timers at other moments than messages. */
  wakeByTimer(goroutine: Goroutine): void;
}
