/** `pushsim compare`: scenarios, or variants of one, against the first. */
import type { Alternative, Comparison } from '../experiment/compare.js';
import type { GateCondition } from '../experiment/gate.js';
import {
  InputError,
  issuesText,
  loadScenario,
  OK,
  readScenarioFile,
  STDIN,
  THRESHOLD_FAILED,
  UsageError,
  warningsText,
} from './common.js';
import { comparisonFiles, writeComparison } from './compare-files.js';
import { version } from './guide.js';
import { onInterrupt, percentage, startRunner, wholeNumber, workProgress } from './work.js';

export interface CompareCommand {
  readonly scenario: readonly string[];
  readonly variant: readonly string[] | undefined;
  readonly measure: readonly string[] | undefined;
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  /** Compares two releases on one scenario instead. */
  readonly releases: string | undefined;
  readonly replications: number | undefined;
  readonly untilPrecision: string | undefined;
  readonly confidence: string;
  readonly independent: boolean;
  readonly format: 'text' | 'markdown' | 'benchstat' | 'json' | undefined;
  readonly json: boolean;
  readonly name: readonly string[] | undefined;
  readonly failOn: readonly string[] | undefined;
  readonly uncertain: 'fail' | 'pass';
  readonly out: string | undefined;
  readonly write: string | undefined;
  readonly workers: number | undefined;
  readonly quiet: boolean;
}

/** Two of the usual measures say nothing new of a difference: these follow from others. */
const FOLLOWS_FROM_OTHERS: readonly string[] = ['utilisation', 'queue_depth_max'];

/** Mistakes: worth a row, and the verdict, where there were any. */
const MISTAKES: readonly string[] = ['missing_subsets.total', 'pilot_total_xds_rejects.total'];

export async function compare(options: CompareCommand): Promise<number> {
  const asked = wholeNumber('replications', options.replications, 1);
  if (options.releases !== undefined) return compareTwoReleases(options, options.releases, asked);
  const replications = asked ?? 10;
  const confidence = percentage('confidence', options.confidence) ?? 0.95;
  const relative = percentage('until-precision', options.untilPrecision);
  const files = await comparisonFiles(options.out, options.write);
  if (options.json && options.format !== undefined) throw new UsageError('--json and --format contradict each other');
  const gate = await gateOf(options.failOn);
  const shown = await measuresToCompare(options.measure);
  const measures = [...new Set([...shown, ...(gate ?? []).map(({ measure }) => measure)])];
  const alternatives = await alternativesOf(options, measures);
  if (alternatives.length < 2)
    throw new UsageError('one scenario is nothing to compare: name another, or add --variant path=value');
  const { MOST_REPLICATIONS } = await import('../experiment/replicate.js');
  const { compareScenarios } = await import('../experiment/compare.js');
  const runner = await startRunner(options.workers, alternatives.length * replications);
  const progress = workProgress('compare', options.quiet);
  const interrupt = onInterrupt(() => 'stopped; nothing was written');
  const until = relative === undefined ? undefined : { relative, measures, confidence, most: MOST_REPLICATIONS };
  try {
    const common = !options.independent;
    const asked = { replications, until, measures, confidence, common, onDone: progress.report };
    const compared = await compareScenarios(runner, alternatives, gate === undefined ? asked : { ...asked, gate });
    progress.done();
    const comparison = options.measure === undefined ? withoutIdleMistakes(compared, gate ?? []) : compared;
    process.stdout.write(await shownComparison(comparison, options));
    const failsUncertain = options.uncertain === 'fail';
    await writeComparison(options.out, files, { comparison, version: version(), failsUncertain });
    return gateFailed(comparison, failsUncertain) ? THRESHOLD_FAILED : OK;
  } finally {
    progress.done();
    interrupt.dispose();
    await runner.close();
  }
}

async function shownComparison(comparison: Comparison, { format, json, quiet }: CompareCommand): Promise<string> {
  const report = await import('../report/text/comparison.js');
  switch (json ? 'json' : (format ?? (quiet ? 'short' : 'text'))) {
    case 'json':
      return report.comparisonJson(comparison);
    case 'markdown':
      return report.comparisonMarkdown(comparison);
    case 'benchstat':
      return report.comparisonBenchstat(comparison, version());
    case 'short':
      return report.comparisonShort(comparison);
    default:
      return report.comparisonText(comparison);
  }
}

function gateFailed({ gate = [] }: Comparison, failsUncertain: boolean): boolean {
  return gate.some(({ verdict }) => verdict === 'failed' || (failsUncertain && verdict === 'cannot be said'));
}

/** Undefined when nothing is to fail on; every condition is checked before anything is simulated. */
async function gateOf(texts: readonly string[] | undefined): Promise<readonly GateCondition[] | undefined> {
  if (texts === undefined || texts.length === 0) return undefined;
  const { parseGate } = await import('../experiment/gate.js');
  return texts.map((text) => {
    const parsed = parseGate(text);
    if (parsed.ok) return parsed.value;
    const hint = parsed.hint === undefined ? '' : ` (${parsed.hint})`;
    throw new UsageError(`--fail-on "${text}": expected ${parsed.expected}${hint}`);
  });
}

/** So many tell a rule's effect from chance where it is not exact; each means dozens of simulations. */
const RELEASES_REPLICATIONS = 3;

async function compareTwoReleases(
  options: CompareCommand,
  releases: string,
  replications = RELEASES_REPLICATIONS,
): Promise<number> {
  const { format, variant, measure, json, failOn } = options;
  if (variant !== undefined && variant.length > 0) throw new UsageError('--releases and --variant do not go together');
  if (measure !== undefined && measure.length > 0) throw new UsageError('--releases and --measure do not go together');
  if (format !== undefined && format !== 'text' && format !== 'json')
    throw new UsageError('--releases prints text or json');
  const { compareReleasesOf } = await import('./compare-releases.js');
  if (failOn !== undefined && failOn.length > 0) throw new UsageError('--releases and --fail-on do not go together');
  const { scenario, set, seed, quiet } = options;
  return compareReleasesOf({ scenario, releases, set, seed, replications, json: json || format === 'json', quiet });
}

export async function measuresToCompare(asked: readonly string[] | undefined): Promise<readonly string[]> {
  const { measureProblem, USUAL_MEASURES } = await import('../experiment/measures.js');
  const names = (asked ?? []).flatMap((text) => text.split(','));
  for (const name of names) {
    const problem = measureProblem(name);
    if (problem !== undefined) throw new UsageError(`there is no measure ${name} (${problem})`);
  }
  if (names.length > 0) return [...new Set(names)];
  return [...USUAL_MEASURES.filter((name) => !FOLLOWS_FROM_OTHERS.includes(name)), ...MISTAKES];
}

function withoutIdleMistakes(comparison: Comparison, gate: readonly GateCondition[]): Comparison {
  const gated = gate.map(({ measure }) => measure);
  const measures = comparison.measures.filter(
    ({ measure, intervals }) =>
      !MISTAKES.includes(measure) || gated.includes(measure) || intervals.some((interval) => (interval?.mean ?? 0) > 0),
  );
  return { ...comparison, measures };
}

/** All scenarios, checked. With common random numbers all of them get the seed of the first. */
async function alternativesOf(options: CompareCommand, measures: readonly string[]): Promise<readonly Alternative[]> {
  const asked = [
    ...options.scenario.map((file) => ({ file, variant: undefined })),
    ...(options.variant ?? []).map((variant) => ({ file: options.scenario[0]!, variant })),
  ];
  const texts = new Map<string, string>();
  const alternatives: Alternative[] = [];
  const problems: string[] = [];
  let seed = options.seed;
  for (const { file, variant } of asked) {
    const text = texts.get(file) ?? readScenarioFile(file);
    texts.set(file, text);
    const sets = [...(options.set ?? []), ...(variant === undefined ? [] : [variant])];
    const parsed = await loadScenario(file, sets, text);
    if (!parsed.ok) {
      problems.push(await issuesText(parsed.issues));
      continue;
    }
    if (!options.quiet && alternatives.length === 0) process.stderr.write(await warningsText(parsed.warnings));
    seed ??= parsed.scenario.run.seed;
    const own = options.independent ? `${seed}/${alternatives.length}` : seed;
    const source = {
      text,
      file: file === STDIN ? 'stdin' : file,
      sets: [...sets, `run.seed=${JSON.stringify(own)}`],
      measures,
      files: parsed.files,
    };
    alternatives.push({ name: variant === undefined ? parsed.scenario.name : shortName(variant), source });
  }
  if (problems.length > 0) throw new InputError(problems.join('\n\n'));
  const given = namesGiven(options.name, alternatives.length);
  const named = alternatives.map((alternative, i) => ({ ...alternative, name: given[i] ?? alternative.name }));
  return named.map((alternative, i) => ({ ...alternative, name: unique(named, i) }));
}

/** Of `--name before --name after`, or `--name before,after`. */
function namesGiven(asked: readonly string[] | undefined, scenarios: number): readonly string[] {
  const names = (asked ?? []).flatMap((text) => text.split(',')).map((name) => name.trim());
  if (names.length > scenarios) throw new UsageError(`--name gives ${names.length} names to ${scenarios} scenarios`);
  return names;
}

/** `PILOT_DEBOUNCE_AFTER=1s` of `istiod.env.PILOT_DEBOUNCE_AFTER=1s`. */
function shortName(variant: string): string {
  return /[A-Za-z_][\w-]*=.*$/s.exec(variant)?.[0] ?? variant;
}

function unique(alternatives: readonly Alternative[], i: number): string {
  const { name } = alternatives[i]!;
  return alternatives.some((other, j) => j !== i && other.name === name) ? `${name} (${i + 1})` : name;
}
