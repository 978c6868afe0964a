/** `pushsim run`: simulate, report, judge. */
import { hash128, toHex } from '../engine/random/hash.js';
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
  THRESHOLD_FAILED,
  warningsText,
} from './common.js';
import { filesToWrite, writeFiles } from './files.js';
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
  readonly json: boolean;
  readonly out: string | undefined;
  readonly write: string | undefined;
}

export async function run(given: RunOptions): Promise<number> {
  const options = { ...given, set: [...(given.set ?? []), ...timelineSets(given)] };
  const files = filesToWrite(options.out, options.write);
  const scenarios = await loadAll(options);
  const [{ simulate }, { thresholdLines, terminalReport, verdictLine, COLOUR, PLAIN }, { judge }] = await Promise.all([
    import('../fleet/run.js'),
    import('../report/text/terminal.js'),
    import('../report/view/thresholds.js'),
  ]);
  const style = process.stdout.isTTY && !process.env.NO_COLOR ? COLOUR : PLAIN;
  const summaries: Summary[] = [];
  const runs: FinishedRun[] = [];
  let failed = 0;
  const replicated = new Set(scenarios.filter(({ scenario }) => asksForReplications(options, scenario)));
  for (const one of scenarios) {
    const { file, scenario, source } = one;
    const progress = createProgress(scenario.name);
    let recording: Recording | undefined;
    const result = simulate(scenario, {
      ...(options.quiet ? {} : { onProgress: progress.report }),
      trace: files.includes('trace.json'),
      onRecording: (made) => {
        recording = made;
      },
    });
    progress.done();
    const replications = replicated.has(one) ? await replicationSection(options, scenario, source) : undefined;
    const summary: Summary = { provenance: provenanceOf(file, scenario, options), ...result, ...replications?.json };
    const misses = judge(scenario, summary).filter(({ passed }) => !passed);
    failed += misses.length;
    summaries.push(summary);
    if (recording !== undefined && files.length > 0) runs.push({ scenario, summary, recording });
    if (options.json) {
      // Standard output is the result and nothing else.
      if (misses.length > 0) process.stderr.write(`${thresholdLines(misses).join('\n')}\n`);
    } else if (options.quiet) {
      process.stdout.write(
        `${[`${scenario.name}: ${verdictLine(result)}`, ...thresholdLines(misses, style)].join('\n')}\n`,
      );
    } else {
      process.stdout.write((summaries.length > 1 ? '\n' : '') + terminalReport(scenario, summary, style));
    }
    if (replications !== undefined && !options.json) process.stdout.write(`\n${replications.text}`);
  }
  if (options.json) process.stdout.write((await import('../report/files/json.js')).jsonReport(summaries));
  if (options.out !== undefined) await writeFiles(options.out, files, runs);
  return failed > 0 ? THRESHOLD_FAILED : OK;
}

interface Loaded {
  readonly file: string;
  readonly scenario: Scenario;
  readonly source: { readonly text: string; readonly file: string; readonly sets: readonly string[] };
}

/** All scenarios, or every problem of all of them: nothing is simulated when one is wrong. */
async function loadAll(options: RunOptions): Promise<readonly Loaded[]> {
  const seed = options.seed === undefined ? [] : [`run.seed=${JSON.stringify(options.seed)}`];
  const loaded: Loaded[] = [];
  const problems: string[] = [];
  for (const file of options.scenario) {
    const text = readScenarioFile(file);
    const sets = [...(options.set ?? []), ...seed];
    const parsed = await loadScenario(file, sets, text);
    if (!options.quiet) process.stderr.write(await warningsText(parsed.warnings));
    if (parsed.ok)
      loaded.push({ file, scenario: parsed.scenario, source: { text, file: file === STDIN ? 'stdin' : file, sets } });
    else problems.push(await issuesText(parsed.issues));
  }
  if (problems.length > 0) throw new InputError(problems.join('\n\n'));
  return loaded;
}

function provenanceOf(file: string, scenario: Scenario, options: RunOptions): Summary['provenance'] {
  const sets = (options.set ?? []).map((set) => ` --set ${quoted(set)}`).join('');
  const seed = options.seed === undefined ? '' : ` --seed ${quoted(options.seed)}`;
  return {
    pushsim: version(),
    scenario: scenario.name,
    file: shownFile(file),
    hash: hash128(JSON.stringify(withoutPath(scenario)))
      .map(toHex)
      .join(''),
    seed: scenario.run.seed,
    command: `pushsim run ${quoted(shownFile(file))}${sets}${seed}`,
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
