/**
 * Replays recordings of the real istiod and compares. A recording is never predicted with coefficients that were fitted
 * on it or on a repetition of it: the shipped profile comes with one variant per part of the recordings it was fitted
 * on, each fitted on the other parts; a recording the profile has never seen is predicted by the profile itself.
 */
import { coefficientsWithout } from '../../cost/calibrated/index.js';
import { markOf, readRecording, recordingNames, setUpName } from '../../import/recording.js';
import { isQuiet, measuredOutcome, type Outcome, pushesOverlap } from './outcome.js';
import type { Regime } from './regime.js';
import { replay, versionOf } from './replay.js';
import { type Runs, runsOf } from './reproducibility.js';
import { rowsOf, type VerifyRow } from './rows.js';

export interface VerifyOptions {
  /** Only set-ups whose name contains this. */
  readonly only?: string;
  /** Only those set-ups of which it says so. */
  readonly picks?: (setUp: string) => boolean;
  /** Of the machine all these recordings were made on, relative to the one of the cost profiles; default 1. */
  readonly speed?: number;
  readonly seeds?: readonly string[];
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

export interface Verification {
  readonly rows: readonly VerifyRow[];
  readonly setUps: readonly Runs[];
  /** By set-up. */
  readonly regimes: ReadonlyMap<string, Regime>;
}

/** Real runs differ in what is random; so do these. */
const SEEDS = Array.from({ length: 11 }, (_, index) => String(index + 1));

export function verifyRecordings(
  folder: string,
  { only, picks = () => true, speed = 1, seeds = SEEDS, onProgress }: VerifyOptions = {},
): Verification {
  const groups = new Map<string, string[]>();
  for (const name of recordingNames(folder)) {
    if (only !== undefined && !name.includes(only)) continue;
    const setUp = setUpName(name);
    if (!picks(setUp)) continue;
    groups.set(setUp, [...(groups.get(setUp) ?? []), name]);
  }
  const rows: VerifyRow[] = [];
  const setUps: Runs[] = [];
  const regimes = new Map<string, Regime>();
  for (const [index, [name, repetitions]] of [...groups].entries()) {
    onProgress?.(index, groups.size, name);
    const recordings = repetitions.map((repetition) => readRecording(folder, repetition));
    const [first] = recordings;
    if (first === undefined) continue;
    const { setUp } = first;
    const measured = recordings.map(measuredOutcome);
    const version = versionOf(setUp.istio);
    const coefficients = coefficientsWithout(version, name);
    const [until, opsDone] = [markOf(first, 'end')?.at, markOf(first, 'opsdone')?.at];
    const predicted = seeds.map((seed) => replay(setUp, { coefficients, speed, seed, until, opsDone }));
    rows.push(...rowsOf(name, measured, predicted));
    regimes.set(name, regimeOf(measured));
    setUps.push(runsOf(version, measured, predicted));
  }
  return { rows, setUps, regimes };
}

function regimeOf(runs: readonly Outcome[]): Regime {
  if (runs.some(pushesOverlap)) return 'saturated';
  return isQuiet(runs) ? 'idle' : 'waiting';
}
