import type { Simulation } from '../engine/simulation.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { RunResult } from '../measure/recorder/result.js';
import type { RecentWrites } from './recent-writes.js';
import type { Run } from './run-types.js';
import type { RunSpec } from './spec.js';

export interface PausedRun {
  readonly sim: Simulation;
  readonly run: RunSpec;
  readonly replication: number;
  readonly recent: RecentWrites;
  /** What was recorded; asked once, at the end. */
  readonly record: () => Recording;
  /** What was measured; asked once, after `record`. */
  readonly measure: () => RunResult;
}

/** A run that stands still until it is told to advance, of one istiod or of a fleet. */
export function pausedRun({ sim, run, replication, recent, record, measure }: PausedRun): Run {
  const watched = (go: () => void): void => recent.watch(go, () => sim.now, run.seed, replication);
  let recording: Recording | undefined;
  let result: RunResult | undefined;

  function end(): Recording {
    if (recording === undefined) {
      if (run.kind === 'terminating' && sim.now >= run.duration) watched(() => sim.run());
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
      if (recording === undefined && until > sim.now) watched(() => sim.run(until));
    },
    result() {
      end();
      result ??= measure();
      return result;
    },
    timeline: end,
  };
}
