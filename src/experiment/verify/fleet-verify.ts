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

interface Group {
  readonly name: string;
  readonly setUp: FleetSetUp;
  readonly measured: readonly MeasuredFleet[];
  readonly times: readonly Pick<MeasuredFleet, 'starts' | 'listens'>[];
}

/** The recordings of connections: among the others, or in a folder `fleet` of their own. */
export function verifyFleet(folder: string, only?: string): readonly VerifyRow[] {
  const [folders, repetitions] = [new Map<string, string>(), new Map<string, string[]>()];
  for (const own of [folder, join(folder, 'fleet')].filter((one) => existsSync(one)))
    for (const name of recordingNames(own, 'connections')) {
      repetitions.set(setUpName(name), [...(repetitions.get(setUpName(name)) ?? []), name]);
      folders.set(name, own);
    }
  const isWanted = ([, names]: readonly [string, readonly string[]]) =>
    only === undefined || names.some((name) => name.includes(only));
  if (![...repetitions].some(isWanted)) return [];
  const groups = [...repetitions].flatMap(([name, names]) => groupOf(name, folders, names));
  const speeds = new Map(groups.filter(isElsewhere).map((group) => [group, seenSpeed(group)]));
  return groups
    .filter(({ name }) => isWanted([name, repetitions.get(name) ?? []]))
    .flatMap((group) => {
      const others = [...speeds].filter(([other]) => other !== group).map(([, speed]) => speed);
      return rowsOf(group, isElsewhere(group) && others.length > 0 ? median(others) : 1);
    });
}

/** Made before there was an API server to record against, on a busier machine than that of the coefficients. */
function isElsewhere({ setUp }: Group): boolean {
  return setUp.testbed === undefined;
}

function groupOf(name: string, folders: ReadonlyMap<string, string>, repetitions: readonly string[]): Group[] {
  const recordings = repetitions.map((repetition) => readRecording(folders.get(repetition)!, repetition));
  const [first] = recordings;
  if (first === undefined) return [];
  const measured = recordings.map(measuredFleet);
  return [{ name, setUp: first.setUp as FleetSetUp, measured, times: restartTimes(measured) }];
}

/** What a recording says of its machine: it is told to the predictions of the others, never to its own. */
function seenSpeed({ setUp, measured, times }: Group): number {
  const alone = replayFleet(setUp, { speed: 1, seed: 'speed', ...times[0] });
  return speedOf(measured, alone, times[0]?.listens === undefined ? 0.5 : QUICK);
}

function rowsOf({ name, setUp, measured, times }: Group, speed: number): VerifyRow[] {
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
