/** One simulation as data that can be sent to another thread, process or machine, and what comes back. */

import { hash128, toHex } from '../../engine/random/hash.js';
import { SECOND } from '../../engine/time.js';
import { simulate } from '../../fleet/run.js';
import { ScenarioError } from '../../scenario/document/issues.js';
import { parseScenario } from '../../scenario/load.js';
import { measureOf } from '../../scenario/resolve/thresholds.js';
import type { Scenario } from '../../scenario/scenario.js';
import { type Measures, measuresOf } from '../measures.js';
import { suggestWarmUp } from '../steady.js';

/** A scenario before it is read: small, and the same everywhere. */
export interface ScenarioSource {
  readonly text: string;
  /** Names it in messages, and the place of the files it refers to. */
  readonly file: string;
  /** `path=value` texts, as `--set` takes them. */
  readonly sets: readonly string[];
  /** Content of the files it refers to, by path: a task is all that a worker needs, and reads no files of its own. */
  readonly files?: Readonly<Record<string, string>>;
  /** `auto`: each replication's transient is cut off where MSER-5 finds its end, instead of at `run.warmUp`. */
  readonly warmUp?: 'auto' | undefined;
  /** Names of measures with labels that are wanted besides those that every run has, and those of its thresholds. */
  readonly measures?: readonly string[];
  /** It came through a queue: it may read nothing here. */
  readonly foreign?: boolean | undefined;
}

export interface Task {
  readonly source: ScenarioSource;
  readonly replication: number;
}

export interface Outcome {
  readonly measures: Measures;
  /** Of the whole trajectory: equal runs have equal fingerprints. */
  readonly fingerprint: string;
}

export function runTask({ source, replication }: Task): Outcome {
  const scenario = scenarioOf(source);
  const { warmUp, settled } =
    source.warmUp === 'auto' ? suggestWarmUp(scenario, replication) : { warmUp: scenario.run.warmUp, settled: true };
  // The same run again: a later start of the measuring changes nothing in what happens.
  const result = simulate({ ...scenario, run: { ...scenario.run, warmUp } }, { replication });
  const labelled = [...scenario.thresholds.map(measureOf), ...(source.measures ?? [])];
  const measures = { ...measuresOf(result, labelled), warm_up_s: settled ? warmUp / SECOND : null };
  return { measures, fingerprint: result.fingerprint };
}

/** Reading a scenario can take as long as simulating it, and replications of one come one after the other. */
const KEPT = 16;
const read = new Map<string, Scenario>();

const NO_FILES: Readonly<Record<string, string>> = {};
const hashes = new WeakMap<object, string>();

function filesHash(files: Readonly<Record<string, string>>): string {
  let hash = hashes.get(files);
  if (hash === undefined) {
    hash = hash128(JSON.stringify(Object.entries(files)))
      .map(toHex)
      .join('');
    hashes.set(files, hash);
  }
  return hash;
}

function refuse(): never {
  throw new Error('it did not come with the task');
}

/** Errors: ScenarioError with everything that is wrong. */
export function scenarioOf(source: ScenarioSource): Scenario {
  const files = source.files ?? NO_FILES;
  const key = JSON.stringify([source.file, source.sets, source.text, filesHash(files)]);
  const known = read.get(key);
  if (known !== undefined) return known;
  const parsed = parseScenario(source.text, { ...source, files, readFile: refuse });
  if (!parsed.ok) throw new ScenarioError(parsed.issues);
  const { scenario } = parsed;
  if (read.size >= KEPT) read.delete(read.keys().next().value ?? '');
  read.set(key, scenario);
  return scenario;
}
