/**
 * CPU of a dispatch: all connections are put in the queue in one go and taken from it one by one. Where nobody waits
 * for a slot, this is the whole of `pilot_proxy_queue_time`.
 *
 * Recorded dispatches of one set-up keep their pace within a sixth of it, but now and then something else has the core
 * for some 65 µs: before the first connection is taken or between two others, whatever their number; in one of 25 of a
 * busy period and one of eleven after two idle seconds. The widest dispatch so far also pays for code and goroutines that
 * did not exist yet; later ones use them again.
 */
import { sampler } from '../engine/random/distributions.js';
import type { Stream } from '../engine/random/streams.js';
import { type Nanos, SECOND } from '../engine/time.js';
import type { StepCosts } from './coefficients.js';

/** The pace of a dispatch relative to the usual: of 380 recorded ones. */
const drawPace = sampler({ kind: 'lognormal', median: 1, sigma: 0.16 });
/** How often a dispatch is interrupted in a busy period, and how much more often after an idle one of `IDLE`. */
const STALLED = 0.04;
const STALLED_AFTER_IDLE = 0.05;
const IDLE = 2 * SECOND;
/** Share of the interruptions that come before the first connection is taken. */
const STALLED_FIRST = 0.4;
/** Length of an interruption, microseconds. */
const drawStall = sampler({ kind: 'lognormal', median: 65, sigma: 0.5 });

export class Dispatches {
  /** Taking one connection of the dispatch under way. */
  perConnection: Nanos;
  #stall: Nanos = 0;
  /** How many are taken before the interruption; below zero: it is over, or there is none. */
  #untilStall = -1;
  #widest = 0;
  #lastAt: Nanos = 0;

  /** `nanos` turns microseconds of the core that `steps` holds for into time on this one. */
  constructor(
    private readonly steps: StepCosts,
    private readonly nanos: (micros: number) => Nanos,
    private readonly stream: Stream,
    private readonly clock: { readonly now: Nanos },
  ) {
    this.perConnection = nanos(steps.dispatch);
  }

  /** Begins a dispatch: putting this many connections in the queue. */
  enqueue(connections: number): Nanos {
    const { steps, nanos, stream, clock } = this;
    const idle = Math.min(1, (clock.now - this.#lastAt) / IDLE);
    this.#lastAt = clock.now;
    const often = STALLED + STALLED_AFTER_IDLE * idle;
    const pace = drawPace(stream);
    const stalled = stream.uniform();
    const where = stream.uniform();
    const stall = drawStall(stream);
    const isWidest = connections > this.#widest;
    if (isWidest) this.#widest = connections;
    // Comes up for every proxy of every push: worked out once.
    this.perConnection = nanos((steps.dispatch + (isWidest ? steps.newSender : 0)) * pace);
    this.#stall = nanos(stall);
    this.#untilStall = stalled < often * (1 - STALLED_FIRST) ? Math.floor(where * connections) : -1;
    const queueing = steps.enqueueAll + (isWidest ? steps.firstEnqueue : 0) + steps.enqueue * connections;
    return nanos(queueing * pace + (stalled > 1 - often * STALLED_FIRST ? stall : 0));
  }

  /** Taking the next connection from the queue and starting its sender. */
  dispatch(): Nanos {
    return this.#untilStall-- === 0 ? this.perConnection + this.#stall : this.perConnection;
  }
}
