/**
 * What surrounds istiod in the recordings: timers of a program that sleeps, and an API server that takes its time.
 */
import type { Processor } from '../../engine/cpu/processor.js';
import { sampler } from '../../engine/random/distributions.js';
import type { Stream } from '../../engine/random/streams.js';
import type { Simulation } from '../../engine/simulation.js';
import { MILLISECOND, type Nanos } from '../../engine/time.js';
import type { SetUp } from '../../import/recording.js';

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

/** The machine has two cores. With one for istiod, the clients have the other; else they share both. */
const MACHINE_CORES = 2;
/** CPU of clients and API server for each second of istiod's: 0.35 to 0.45. */
const OTHERS = 0.4;

/** Cores that istiod really has; its `gomaxprocs` may be more. */
export function physicalCores({ gomaxprocs }: SetUp): number {
  return gomaxprocs === 1 ? 1 : Math.min(gomaxprocs, MACHINE_CORES / (1 + OTHERS));
}
