/**
 * What the recordings owe to the test bed they were made in and not to istiod: timers of a program that sleeps, a
 * driver that blocks, a machine whose speed wanders.
 */

import { FINISHED, Goroutine, type Processor } from '../../engine/cpu/processor.js';
import { sampler } from '../../engine/random/distributions.js';
import type { Stream } from '../../engine/random/streams.js';
import type { Simulation } from '../../engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../engine/time.js';

/**
 * An idle Go program sleeps in its network poller, which counts whole milliseconds (runtime/netpoll_epoll.go): of what
 * is left until the next timer the whole ones, or one if it is less. Then it fires all timers that are due by now. What
 * it takes to fall asleep and to wake is fitted to 230 recorded debounces of 100 ms, which were 0.35 to 0.7 ms late.
 */
const SLEEP = { falling: 0.03 * MILLISECOND, waking: 0.14 * MILLISECOND };
const drawWakingMore = sampler({ kind: 'exponential', mean: 0.05 * MILLISECOND });

export class SleepyTimers {
  #due: (() => void)[] = [];

  constructor(
    private readonly sim: Simulation,
    private readonly processor: Pick<Processor, 'idleSince'>,
    private readonly stream: Stream,
  ) {}

  /** A timer is due now: calls `fire` when the program notices. */
  readonly notice = (fire: () => void): void => {
    const { idleSince } = this.processor;
    if (this.#due.length > 0) {
      this.#due.push(fire);
    } else if (idleSince === undefined) {
      fire();
    } else {
      this.#due.push(fire);
      this.sim.at(this.#wakesAt(idleSince), this.#awake);
    }
  };

  #wakesAt(idleSince: Nanos): Nanos {
    const { sim, stream } = this;
    let at = idleSince + SLEEP.falling;
    while (at < sim.now) {
      const whole = Math.max(1, Math.floor((sim.now - at) / MILLISECOND));
      at += whole * MILLISECOND + SLEEP.waking + drawWakingMore(stream);
    }
    return Math.floor(at);
  }

  readonly #awake = (): void => {
    const due = this.#due;
    this.#due = [];
    for (const fire of due) fire();
  };
}

/**
 * After its last operation the driver waits for its clients in a system call and keeps its P until Go's monitor takes
 * that away: the monitor has to see the same call twice, and looks every 10 ms when little happens. So the last event
 * of three recordings in four is noticed 10 to 20 ms late.
 */
const DRIVER_BLOCKS = 0.75;
const drawBlocked = sampler({ kind: 'uniform', min: 10 * MILLISECOND, max: 20 * MILLISECOND });

/** Wake it with the last operation: it keeps its P as long as the driver would. */
export function blockingDriver(stream: Stream): Goroutine {
  const blocks = stream.uniform() < DRIVER_BLOCKS;
  let step = blocks ? Math.round(drawBlocked(stream)) : FINISHED;
  return new Goroutine('driver', () => {
    const now = step;
    step = FINISHED;
    return now;
  });
}

/**
 * The recordings were made on a shared machine whose speed wanders: log-normal with this deviation, for about this long.
 * Both are of the machine, the same for all recordings, and say nothing about istiod.
 */
const WANDER_PERIOD = 200 * MILLISECOND;
const drawWander = sampler({ kind: 'lognormal', median: 1, sigma: 0.25 });

/** Speed now, around `speed`. */
export function wanderingSpeed(clock: { readonly now: Nanos }, speed: number, machine: Stream): () => number {
  let until: Nanos = 0;
  let current = speed;
  return () => {
    if (clock.now >= until) {
      until = clock.now - (clock.now % WANDER_PERIOD) + WANDER_PERIOD;
      current = speed * drawWander(machine);
    }
    return current;
  };
}
