/**
 * Studies of a state instead of an event: where its beginning ends, and intervals from one long run. Both look at the
 * course of the run, a row for each interval of simulated time.
 */
import { type Nanos, SECOND } from '../engine/time.js';
import { simulate } from '../fleet/run.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { Scenario } from '../scenario/scenario.js';
import { type BatchMeans, batchMeans, DEFAULT_BATCHES } from '../stats/batch-means.js';
import { mser5 } from '../stats/mser.js';

/** The recording of a replication, from the beginning whatever the scenario's warm-up is. */
function recordingOf(scenario: Scenario, replication: number, warmUp: Nanos): Recording {
  let recording: Recording | undefined;
  simulate(
    { ...scenario, run: { ...scenario.run, warmUp } },
    { replication, onRecording: (made) => (recording = made) },
  );
  if (recording === undefined) throw new Error('the simulation gave no recording');
  return recording;
}

export interface WarmUp {
  readonly warmUp: Nanos;
  /** False: the run is too short to have settled (or to tell), and the scenario's own warm-up is kept. */
  readonly settled: boolean;
}

/**
 * The warm-up that MSER-5 suggests for one replication, by the median staleness of each interval. The best cut differs
 * from replication to replication, so this asks for one.
 */
export function suggestWarmUp(scenario: Scenario, replication: number): WarmUp {
  const course = recordingOf(scenario, replication, 0).rows.flatMap(({ at, staleness }) => {
    const median = staleness.quantile(0.5);
    return median === undefined || at > scenario.run.duration ? [] : [{ at, median }];
  });
  const { drop, settled } = mser5(course.map(({ median }) => median));
  if (!settled) return { warmUp: scenario.run.warmUp, settled };
  // A row stands for the time since the one before: the cut is where the last dropped one ends.
  return { warmUp: drop === 0 ? 0 : course[drop - 1]!.at, settled };
}

export interface BatchedMeasure {
  readonly name: string;
  readonly unit: 'seconds' | 'number';
  /** Undefined where too few intervals have anything to measure. */
  readonly means: BatchMeans | undefined;
}

/** One long run cut into batches; after the scenario's warm-up, up to the end of its duration. */
export function batchedRun(
  scenario: Scenario,
  confidence: number,
  batches = DEFAULT_BATCHES,
): readonly BatchedMeasure[] {
  const { warmUp, duration } = scenario.run;
  const { rows, families } = recordingOf(scenario, 0, warmUp);
  const pushes = [...families].flatMap(([{ name }, places]) => (name === 'pilot_xds_pushes' ? places : []));
  const sent = (row: (typeof rows)[number]) => pushes.reduce((sum, { slot }) => sum + (row.values[slot] ?? 0), 0);
  const inside = rows.filter(({ at }) => at > warmUp && at <= duration);
  const rates = inside.flatMap((row, i) => {
    const before = inside[i - 1];
    return before === undefined ? [] : [((sent(row) - sent(before)) * SECOND) / (row.at - before.at)];
  });
  const quantile = (q: number) =>
    inside.flatMap(({ staleness }) => {
      const value = staleness.quantile(q);
      return value === undefined ? [] : [value / SECOND];
    });
  const of = (name: string, unit: BatchedMeasure['unit'], series: readonly number[]): BatchedMeasure => {
    const enough = series.length >= 2 * batches;
    return { name, unit, means: enough ? batchMeans(series, confidence, batches) : undefined };
  };
  return [
    of('pushes per second', 'number', rates),
    of('staleness p50 of each interval', 'seconds', quantile(0.5)),
    of('staleness p99 of each interval', 'seconds', quantile(0.99)),
    of(
      'deepest push queue of each interval',
      'number',
      inside.map(({ queuePeak }) => queuePeak),
    ),
  ];
}
