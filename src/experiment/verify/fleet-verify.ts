/**
 * Restarts, connection ages, slow readers, drops and rejections against the recordings: times until 50, 90 and 100 % of the clients are
 * served, how old closed connections were, and what others saw of readers that do not read. The bar is 15 % or what
 * repetitions of the set-up are apart, whichever is larger; ages are as exact as gRPC's jitter lets many of them be.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readRecording, recordingNames, setUpName } from '../../import/recording.js';
import { median } from '../../stats/median.js';
import { type MeasuredFleet, measuredFleet } from './fleet-measured.js';
import { type FleetOutcome, type FleetSetUp, replayFleet } from './fleet-replay.js';
import { percentile } from './outcome.js';
import { relativeError, type VerifyRow } from './rows.js';

/** Who is served last hangs on the few clients that were refused most often: a handful of seeds do not show how far that goes. */
const SEEDS = Array.from({ length: 13 }, (_, i) => String(i + 1));
const BAR = 0.15;
const AGE_BAR = 0.02;

interface Figure {
  readonly metric: string;
  readonly of: (outcome: FleetOutcome) => number;
  readonly bar: number;
}

const at = (name: string, of: (outcome: FleetOutcome) => readonly number[], bar: number, ...qs: readonly number[]) =>
  qs.map((q): Figure => {
    const place = q === 1 ? 'last' : q === 0 ? 'first' : `p${q * 100}`;
    return { metric: `${name}_${place}_s`, of: (outcome) => percentile(of(outcome), q), bar };
  });

const FIGURES: readonly Figure[] = [
  ...at('served', ({ served }) => served, BAR, 0.5, 0.9, 1),
  ...at('closed_age', ({ ages }) => ages, AGE_BAR, 0, 0.5, 1),
  ...at('served_again', ({ servedAgain }) => servedAgain, BAR, 0.5, 0.9),
  ...at('others_convergence', ({ others }) => others, BAR, 0.5, 0.9, 1),
  { metric: 'converged_clients', of: ({ converged }) => converged, bar: BAR },
  { metric: 'rejected_messages', of: ({ nacks }) => nacks, bar: 0 },
  { metric: 'messages_per_rejecting', of: ({ perRejecting }) => perRejecting, bar: 0 },
  { metric: 'messages_per_other', of: ({ perOther }) => perOther, bar: 0 },
  { metric: 'streams_cut_off', of: ({ cutOff }) => cutOff, bar: 0 },
];

/** The recordings of connections beside the others, in a folder of their own. */
export function verifyFleet(folder: string, only?: string): readonly VerifyRow[] {
  const own = join(folder, 'fleet');
  if (!existsSync(own)) return [];
  const groups = new Map<string, string[]>();
  for (const name of recordingNames(own)) {
    if (only !== undefined && !name.includes(only)) continue;
    groups.set(setUpName(name), [...(groups.get(setUpName(name)) ?? []), name]);
  }
  return [...groups].flatMap(([name, repetitions]) => rowsOf(name, own, repetitions));
}

function rowsOf(name: string, folder: string, repetitions: readonly string[]): VerifyRow[] {
  const recordings = repetitions.map((repetition) => readRecording(folder, repetition));
  const [first] = recordings;
  if (first === undefined) return [];
  const measured = recordings.map(measuredFleet);
  const setUp = first.setUp as FleetSetUp;
  const times = restartTimes(measured);
  const alone = replayFleet(setUp, { speed: 1, seed: 'speed', ...times[0] });
  const speed = speedOf(measured, alone, times[0]?.listens === undefined ? 0.5 : QUICK);
  const predicted = SEEDS.map((seed, i) => replayFleet(setUp, { speed, seed, ...times[i % times.length] }));
  return FIGURES.flatMap(({ metric, of, bar }) => {
    const real = measured.map(of);
    if (real.every((value) => value === 0)) return [];
    const middle = median(real);
    const model = median(predicted.map(of));
    const spread = spreadOf(metric === 'served_last_s' ? [...real, ...predicted.map(of)] : real);
    const error = relativeError(middle, model);
    const within = Math.max(bar, spread);
    return [{ recording: name, metric, measured: middle, predicted: model, error, bar: within, ok: error <= within }];
  });
}

/**
 * How far they are from their middle. When the last client is served hangs on a few draws of its back-off, and some
 * recordings repeat the same draws: there the spread of the model's repetitions counts as well.
 */
function spreadOf(values: readonly number[]): number {
  const middle = median(values);
  return Math.max(...values.map((value) => relativeError(value, middle)));
}

function restartTimes(measured: readonly MeasuredFleet[]) {
  return measured.map(({ starts, listens }) => ({ starts, listens }));
}

/** In a storm most goroutines are interrupted, and the time of a generation is not its work: the quickest tell. */
const QUICK = 0.1;

/** Endpoints are left out: the longest of the four, in a storm even the quickest was interrupted. */
function speedOf(measured: readonly MeasuredFleet[], alone: FleetOutcome, q: number): number {
  let [real, model] = [0, 0];
  for (const type of ['cds', 'lds', 'rds'] as const) {
    const times = measured.flatMap(({ generated }) => [...generated[type]]);
    if (times.length === 0 || alone.generated[type].length === 0) continue;
    real += percentile(times, q);
    model += percentile(alone.generated[type], q);
  }
  return real === 0 ? 1 : model / real;
}
