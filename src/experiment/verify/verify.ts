/**
 * Replays recordings of the real istiod and compares. A recording is never predicted with coefficients that were fitted
 * on it or on a repetition of it: the shipped profile comes with one variant per part of the recordings it was fitted
 * on, each fitted on the other parts; a recording the profile has never seen is predicted by the profile itself.
 */
import { coefficientsWithout } from '../../cost/calibrated/index.js';
import { endOf, readRecording, recordingNames, setUpName } from '../../import/recording.js';
import { median } from '../../stats/median.js';
import { measuredOutcome } from './outcome.js';
import { replay, versionOf } from './replay.js';
import { type Runs, runsOf } from './reproducibility.js';
import { rowsOf, type VerifyRow } from './rows.js';
import { speedOf } from './speed.js';

export interface VerifyOptions {
  /** Only set-ups whose name contains this. */
  readonly only?: string;
  readonly onProgress?: (done: number, total: number, name: string) => void;
}

export interface Verification {
  readonly rows: readonly VerifyRow[];
  /** Speed factor fitted for each set-up. */
  readonly speeds: ReadonlyMap<string, number>;
  readonly setUps: readonly Runs[];
}

/** Real runs differ in what is random; so do these. */
const SEEDS = Array.from({ length: 11 }, (_, index) => String(index + 1));

export function verifyRecordings(folder: string, { only, onProgress }: VerifyOptions = {}): Verification {
  const groups = new Map<string, string[]>();
  for (const name of recordingNames(folder)) {
    if (only !== undefined && !name.includes(only)) continue;
    const setUp = setUpName(name);
    groups.set(setUp, [...(groups.get(setUp) ?? []), name]);
  }
  const rows: VerifyRow[] = [];
  const speeds = new Map<string, number>();
  const setUps: Runs[] = [];
  for (const [index, [name, repetitions]] of [...groups].entries()) {
    onProgress?.(index, groups.size, name);
    const recordings = repetitions.map((repetition) => readRecording(folder, repetition));
    const [first] = recordings;
    if (first === undefined) continue;
    const { setUp } = first;
    const measured = recordings.map(measuredOutcome);
    const version = versionOf(setUp.istio);
    const coefficients = coefficientsWithout(version, name);
    const alone = replay(setUp, { coefficients, speed: 1, seed: 'speed', wander: false });
    const speed = median(measured.map((outcome) => speedOf(outcome, alone)));
    const until = endOf(first);
    const predicted = SEEDS.map((seed) => replay(setUp, { coefficients, speed, seed, wander: true, until }));
    speeds.set(name, speed);
    rows.push(...rowsOf(name, measured, predicted));
    setUps.push(runsOf(version, measured, predicted));
  }
  return { rows, speeds, setUps };
}
