/** `pushsim run`: simulate, report, judge. */
import { borrowedFrom } from '../cost/calibrated/index.js';
import { hash128, toHex } from '../engine/random/hash.js';
import type { ScenarioSource } from '../experiment/work/task.js';
import type { Recording } from '../measure/recorder/recording.js';
import type { Summary } from '../report/files/json.js';
import type { Scenario } from '../scenario/scenario.js';
import {
  InputError,
  issuesText,
  loadScenario,
  OK,
  readScenarioFile,
  STDIN,
  shownFile,
  strictly,
  THRESHOLD_FAILED,
  warningsText,
} from './common.js';
import { filesToWrite, prepareFolder, writeFiles } from './files.js';
import { version } from './guide.js';
import { timelineSets } from './import-commands.js';
import { createProgress } from './progress.js';
import { asksForReplications, type ReplicationOptions, replicationSection } from './replications.js';
import type { FinishedRun } from './run-files.js';

interface RunOptions extends ReplicationOptions {
  readonly speedUp?: number | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly scenario: readonly string[];
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  readonly strict: boolean;
  readonly json: boolean;
  readonly out: string | undefined;
  readonly write: string | undefined;
}

export async function run(given: RunOptions): Promise<number> {
  const options = { ...given, set: [...(given.set ?? []), ...timelineSets(given)] };
  const files = filesToWrite(options.out, options.write);
  const loaded = await loadAll(options);
  if (options.out !== undefined) prepareFolder(options.out);
  // Checked before anything is simulated.
  for (const { scenario } of loaded) asksForReplications(options, scenario);
  const finished: FinishedRun[] = [];
  let failed = 0;
  for (const one of loaded) {
    const run = await simulated(one, options, files.includes('trace.json'));
    finished.push(run);
    failed += await report(run, one, options, finished.length > 1);
  }
  const summaries = finished.map(({ summary }) => summary);
  if (options.json) process.stdout.write((await import('../report/files/json.js')).jsonReport(summaries));
  if (options.out !== undefined) await writeFiles(options.out, files, finished);
  return failed > 0 ? THRESHOLD_FAILED : OK;
}

interface Simulated extends FinishedRun {
  /** What replications add to the report. */
  readonly addition: string | undefined;
}

async function simulated(one: Loaded, options: RunOptions, trace: boolean): Promise<Simulated> {
  const { file, scenario, source } = one;
  const [{ simulate }, { settingsOf }, { meshFacts }, { uncertaintyOfRun }] = await Promise.all([
    import('../fleet/run.js'),
    import('../report/view/environment.js'),
    import('../report/view/mesh-facts.js'),
    import('../report/trust/trust.js'),
  ]);
  const progress = createProgress(scenario.name);
  let recording: Recording | undefined;
  const result = simulate(scenario, {
    ...(options.quiet ? {} : { onProgress: progress.report }),
    trace,
    onRecording: (made) => {
      recording = made;
    },
  });
  progress.done();
  if (recording === undefined) throw new Error('a simulation always hands over its recording');
  const replicated = asksForReplications(options, scenario);
  const replications = replicated ? await replicationSection(options, scenario, source) : undefined;
  const summary: Summary = {
    provenance: provenanceOf(file, scenario, options),
    mesh: meshFacts(scenario.mesh),
    environment: settingsOf(scenario, source.sets),
    uncertainty: uncertaintyOfRun(scenario, result),
    ...result,
    ...replications?.json,
  };
  return { scenario, summary, recording, addition: replications?.text };
}

/** @returns how many thresholds failed */
async function report(
  { scenario, summary, addition }: Simulated,
  { source }: Loaded,
  options: RunOptions,
  isNext: boolean,
): Promise<number> {
  const [{ thresholdLines, terminalReport, verdictLine, COLOUR, PLAIN }, { judge }, { withMeans }] = await Promise.all([
    import('../report/text/terminal.js'),
    import('../report/view/thresholds.js'),
    import('../report/view/means.js'),
  ]);
  const style = process.stdout.isTTY && !process.env.NO_COLOR ? COLOUR : PLAIN;
  const misses = judge(scenario, summary).filter(({ passed }) => !passed);
  if (options.json) {
    // Standard output is the result and nothing else.
    if (misses.length > 0) process.stderr.write(`${thresholdLines(misses).join('\n')}\n`);
  } else if (options.quiet) {
    const lines = [`${scenario.name}: ${verdictLine(withMeans(summary))}`, ...thresholdLines(misses, style)];
    process.stdout.write(`${lines.join('\n')}\n`);
  } else {
    const more = addition === undefined ? '' : `\n${addition}`;
    process.stdout.write((isNext ? '\n' : '') + terminalReport(scenario, summary, style, source.sets) + more);
  }
  return misses.length;
}

interface Loaded {
  readonly file: string;
  readonly scenario: Scenario;
  readonly source: ScenarioSource;
}

/** All scenarios, or every problem of all of them: nothing is simulated when one is wrong. */
async function loadAll(options: RunOptions): Promise<readonly Loaded[]> {
  const seed = options.seed === undefined ? [] : [`run.seed=${JSON.stringify(options.seed)}`];
  const loaded: Loaded[] = [];
  const problems: string[] = [];
  for (const file of options.scenario) {
    const text = readScenarioFile(file);
    const sets = [...(options.set ?? []), ...seed];
    const parsed = strictly(await loadScenario(file, sets, text), options.strict);
    if (!options.quiet) process.stderr.write(await warningsText(parsed.warnings));
    if (parsed.ok)
      loaded.push({
        file,
        scenario: parsed.scenario,
        source: { text, file: file === STDIN ? 'stdin' : file, sets, files: parsed.files },
      });
    else problems.push(await issuesText(parsed.issues));
  }
  if (problems.length > 0) throw new InputError(problems.join('\n\n'));
  return loaded;
}

/** The command is exact: run again it gives the same bytes. */
function provenanceOf(file: string, scenario: Scenario, options: RunOptions): Summary['provenance'] {
  const sets = (options.set ?? []).map((set) => ` --set ${quoted(set)}`).join('');
  const given = [
    ['seed', options.seed],
    ['replications', options.replications],
    ['until-precision', options.untilPrecision],
    ['warm-up', options.warmUp],
    ['batches', options.batches],
  ] as const;
  const others = given.flatMap(([name, value]) => (value === undefined ? [] : [` --${name} ${quoted(String(value))}`]));
  return {
    pushsim: version(),
    scenario: scenario.name,
    file: shownFile(file),
    hash: hash128(JSON.stringify(withoutPath(scenario)))
      .map(toHex)
      .join(''),
    seed: scenario.run.seed,
    command: `pushsim run ${quoted(shownFile(file))}${sets}${others.join('')}`,
    // Left out of the JSON where there is none.
    costs_borrowed_from: scenario.costs.model === 'mesh' ? borrowedFrom(scenario.istio) : undefined,
  };
}

/** Results do not depend on where the files are. */
function withoutPath(scenario: Scenario): object {
  const { timeline, ...rest } = scenario;
  return timeline === undefined ? scenario : { ...rest, timeline: { ...timeline, path: '' } };
}

/** As a shell would need it. */
function quoted(text: string): string {
  return /^[\w./:=@%+,[\]-]+$/.test(text) && !/[[\]]/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
