/** A run as whoever drives it knows it. */
import type { Nanos } from '../engine/time.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import type { Change } from '../pipeline/model/change.js';
import type { IstiodBehaviour } from './machine.js';

export interface RunOptions {
  /** Which of the scenario's replications, from 0: only the random streams differ. */
  readonly replication?: number;
  /** Behaves like this instead of like its release. */
  readonly behaviour?: IstiodBehaviour;
  /** Events of a test bed come from timers of istiod's own process; default: from the network. */
  readonly eventsWokenBy?: 'network' | 'timer';
  /** Also records what ran when. */
  readonly trace?: boolean;
  /** Told every hundred thousand events or so: the instant of simulated time, and how many events so far. */
  readonly onEvents?: (now: Nanos, events: number) => void;
  /** Changes whose timeline the recording has even if they were quick. */
  readonly follows?: (change: Change) => boolean;
}

/** A run that has begun and stands still until it is told to advance. */
export interface Run {
  /** The present instant of simulated time. */
  readonly now: Nanos;
  /** When nothing new is offered any more. */
  readonly duration: Nanos;
  /** Goes on to this instant of simulated time, or to the end of the duration if that is earlier. */
  advance(to: Nanos): void;
  /**
   * What was measured; the first call ends the run. A terminating one whose duration is over first finishes what is
   * still under way.
   */
  result(): RunResult;
  /** Courses over time, pushes one by one, slow changes; ends the run as `result` does. */
  timeline(): Recording;
}
