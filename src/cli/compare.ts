/** `pushsim compare`: scenarios, or variants of one, against the first. */
import type { Comparison, Contender } from '../experiment/compare.js';
import {
  InputError,
  issuesText,
  loadScenario,
  OK,
  readScenarioFile,
  STDIN,
  UsageError,
  warningsText,
} from './common.js';
import { version } from './guide.js';
import { onInterrupt, percentage, startRunner, wholeNumber, workProgress } from './work.js';

export interface CompareCommand {
  readonly scenario: readonly string[];
  readonly variant: readonly string[] | undefined;
  readonly measure: readonly string[] | undefined;
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  readonly replications: number;
  readonly untilPrecision: string | undefined;
  readonly confidence: string;
  readonly independent: boolean;
  readonly format: 'text' | 'markdown' | 'benchstat' | 'json';
  readonly workers: number | undefined;
  readonly quiet: boolean;
}

/** Two of the usual measures say nothing new of a difference: these follow from others. */
const FOLLOWS_FROM_OTHERS: readonly string[] = ['utilisation', 'queue_depth_max'];

/** Mistakes: worth a row, and the verdict, where there were any. */
const MISTAKES: readonly string[] = ['missing_subsets.total', 'pilot_total_xds_rejects.total'];

export async function compare(options: CompareCommand): Promise<number> {
  const replications = wholeNumber('replications', options.replications, 1) ?? 1;
  const confidence = percentage('confidence', options.confidence) ?? 0.95;
  const relative = percentage('until-precision', options.untilPrecision);
  const measures = await measuresToCompare(options.measure);
  const contenders = await contendersOf(options);
  if (contenders.length < 2)
    throw new UsageError('one scenario is nothing to compare: name another, or add --variant path=value');
  const { MOST_REPLICATIONS } = await import('../experiment/replicate.js');
  const { compareScenarios } = await import('../experiment/compare.js');
  const report = await import('../report/text/comparison.js');
  const runner = await startRunner(options.workers, contenders.length * replications);
  const progress = workProgress('compare', options.quiet);
  const interrupt = onInterrupt(() => 'stopped; nothing was written');
  const until = relative === undefined ? undefined : { relative, measures, confidence, most: MOST_REPLICATIONS };
  try {
    const compared = await compareScenarios(runner, contenders, {
      replications,
      until,
      measures,
      confidence,
      common: !options.independent,
      onDone: progress.report,
    });
    progress.done();
    const comparison = options.measure === undefined ? withoutIdleMistakes(compared) : compared;
    const text = {
      text: () => report.comparisonText(comparison),
      markdown: () => report.comparisonMarkdown(comparison),
      benchstat: () => report.comparisonBenchstat(comparison, version()),
      json: () => report.comparisonJson(comparison),
    }[options.format]();
    process.stdout.write(text);
  } finally {
    progress.done();
    interrupt.dispose();
    await runner.close();
  }
  return OK;
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

function withoutIdleMistakes(comparison: Comparison): Comparison {
  const measures = comparison.measures.filter(
    ({ measure, intervals }) => !MISTAKES.includes(measure) || intervals.some((interval) => (interval?.mean ?? 0) > 0),
  );
  return { ...comparison, measures };
}

/** All scenarios, checked. With common random numbers all of them get the seed of the first. */
async function contendersOf(options: CompareCommand): Promise<readonly Contender[]> {
  const asked = [
    ...options.scenario.map((file) => ({ file, variant: undefined })),
    ...(options.variant ?? []).map((variant) => ({ file: options.scenario[0]!, variant })),
  ];
  const texts = new Map<string, string>();
  const contenders: Contender[] = [];
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
    if (!options.quiet && contenders.length === 0) process.stderr.write(await warningsText(parsed.warnings));
    seed ??= parsed.scenario.run.seed;
    const own = options.independent ? `${seed}/${contenders.length}` : seed;
    const source = { text, file: file === STDIN ? 'stdin' : file, sets: [...sets, `run.seed=${JSON.stringify(own)}`] };
    contenders.push({ name: variant === undefined ? parsed.scenario.name : shortName(variant), source });
  }
  if (problems.length > 0) throw new InputError(problems.join('\n\n'));
  return contenders.map((contender, i) => ({ ...contender, name: unique(contenders, i) }));
}

/** `PILOT_DEBOUNCE_AFTER=1s` of `istiod.env.PILOT_DEBOUNCE_AFTER=1s`. */
function shortName(variant: string): string {
  return /[A-Za-z_][\w-]*=.*$/s.exec(variant)?.[0] ?? variant;
}

function unique(contenders: readonly Contender[], i: number): string {
  const { name } = contenders[i]!;
  return contenders.some((other, j) => j !== i && other.name === name) ? `${name} (${i + 1})` : name;
}
