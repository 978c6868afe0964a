import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import type { RecentWrites } from './recent-writes.js';
import type { Run, RunOptions } from './run-types.js';
import type { RunSpec } from './spec.js';

export interface PausedRun {
  readonly sim: Simulation;
  readonly run: RunSpec;
  readonly replication: number;
  readonly recent: RecentWrites;
  readonly onEvents?: RunOptions['onEvents'];
  /** What was recorded; asked once, at the end. */
  readonly record: () => Recording;
  /** What was measured; asked once, after `record`. */
  readonly measure: () => RunResult;
}

/** Events between two looks at the clock on the wall. */
const LOOK_EVERY = 100_000;

/** A run that stands still until it is told to advance, of one istiod or of a fleet. */
export function pausedRun({ sim, run, replication, recent, record, measure, onEvents }: PausedRun): Run {
  const watched = (go: () => void): void => recent.watch(go, () => sim.now, run.seed, replication);
  const goOn = (until: Nanos): void => {
    while (!sim.run(until, LOOK_EVERY)) onEvents?.(sim.now, sim.executed);
  };
  let recording: Recording | undefined;
  let result: RunResult | undefined;

  function end(): Recording {
    if (recording === undefined) {
      if (run.kind === 'terminating' && sim.now >= run.duration) watched(() => goOn(Number.POSITIVE_INFINITY));
      recording = record();
    }
    return recording;
  }

  return {
    get now() {
      return sim.now;
    },
    duration: run.duration,
    advance(to) {
      const until = Math.min(to, run.duration);
      if (recording === undefined && until > sim.now) watched(() => goOn(until));
    },
    result() {
      end();
      result ??= measure();
      return result;
    },
    timeline: end,
  };
}
