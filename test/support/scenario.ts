/** The files in `scenarios/`, read and run as the program does. */
import { readdirSync, readFileSync } from 'node:fs';
import { simulate } from '../../src/fleet/run.js';
import type { RunResult } from '../../src/measure/recorder/result.js';
import { describeIssue } from '../../src/scenario/document/issues.js';
import { parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';

const FOLDER = new URL('../../scenarios/', import.meta.url);

/** Names without `.yaml`, in alphabetical order. */
export function scenarioNames(): readonly string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort();
}

/** `sets` are `path=value`, as on the command line. */
export function scenario(name: string, ...sets: readonly string[]): Scenario {
  const file = new URL(`${name}.yaml`, FOLDER).pathname;
  const parsed = parseScenario(readFileSync(file, 'utf8'), { file, sets });
  if (!parsed.ok) throw new Error(parsed.issues.map(describeIssue).join('\n'));
  return parsed.scenario;
}

/** The long ones, only their beginning: enough draws, ties and merges for a test of how a run is done, not of how it ends. */
const SHORTENED: Readonly<Record<string, string>> = {
  'baseline-1000x2000': 'run.duration=2m',
  'batch-jobs': 'run.duration=5m',
  'connection-age': 'run.duration=12m',
  'hpa-flap': 'run.duration=5m',
  'throttle-100': 'run.duration=5s',
  'throttle-5': 'run.duration=5s',
};

/** What shortens a scenario, as `sets`; nothing for one that is short. */
export function shortened(name: string): readonly string[] {
  const set = SHORTENED[name];
  return set === undefined ? [] : [set];
}

export function runScenario(name: string, ...sets: readonly string[]): RunResult {
  return simulate(scenario(name, ...sets));
}

export function messages(result: RunResult): number {
  return result.metrics.pilot_xds_pushes.total;
}
