/** `pushsim plan`: the cheapest setting that meets an objective. Exit code 3 when none does. */
import type { PlanSpec } from '../experiment/plan/spec.js';
import {
  InputError,
  issuesText,
  loadScenario,
  OK,
  readScenarioFile,
  STDIN,
  shownFile,
  THRESHOLD_FAILED,
  UsageError,
  warningsText,
} from './common.js';
import { version } from './guide.js';
import { onInterrupt, percentage, startRunner, wholeNumber, workProgress } from './work.js';

export interface PlanCommand {
  readonly scenario: string;
  readonly slo: readonly string[] | undefined;
  readonly vary: readonly string[];
  readonly cost: string | undefined;
  readonly exhaustive: boolean;
  readonly replications: number;
  readonly confidence: string;
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  readonly workers: number | undefined;
  readonly format: 'text' | 'markdown' | 'json' | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function plan(options: PlanCommand): Promise<number> {
  const replications = wholeNumber('replications', options.replications, 2) ?? 2;
  const confidence = percentage('confidence', options.confidence) ?? 0.95;
  const { cost } = options;
  if (options.json && options.format !== undefined) throw new UsageError('--json and --format contradict each other');
  if (cost !== undefined) {
    const { measureProblem } = await import('../experiment/measures.js');
    const problem = measureProblem(cost);
    if (problem !== undefined) throw new UsageError(`--cost ${cost}: there is no such measure (${problem})`);
  }
  const spec = await loadPlan(options);
  const [{ searchPlan }, { findRoute }, { planHash }, { planParagraphs, planText }, { planJson }, { planMarkdown }] =
    await Promise.all([
      import('../experiment/plan/search.js'),
      import('../experiment/plan/steps.js'),
      import('../experiment/plan/spec.js'),
      import('../report/text/plan-text.js'),
      import('../report/files/plan-json.js'),
      import('../report/files/plan-markdown.js'),
    ]);
  const runner = await startRunner(options.workers, spec.settings.length * replications);
  const progress = workProgress(`plan ${spec.scenario.name}`, options.quiet);
  const interrupt = onInterrupt(() => 'stopped; nothing was written');
  try {
    const search = { replications, confidence, cost, exhaustive: options.exhaustive, onProgress: progress.report };
    const result = await searchPlan(runner, spec, search);
    const route = result.best === undefined ? undefined : await findRoute(runner, spec, result.best, search);
    progress.done();
    const report = { spec, result, route, confidence, cost };
    const provenance = {
      pushsim: version(),
      scenario: spec.scenario.name,
      file: shownFile(options.scenario),
      hash: planHash(spec, version()),
      seed: spec.scenario.run.seed,
    };
    const text = {
      text: () => planText(report),
      markdown: () => planMarkdown(report),
      json: () => planJson(report, provenance),
      short: () => `${planParagraphs(report)[0] ?? ''}\n`,
    }[options.json ? 'json' : (options.format ?? (options.quiet ? 'short' : 'text'))]();
    process.stdout.write(text);
    return result.best === undefined ? THRESHOLD_FAILED : OK;
  } finally {
    progress.done();
    interrupt.dispose();
    await runner.close();
  }
}

async function loadPlan({ scenario: file, set, seed, vary, slo, quiet }: PlanCommand): Promise<PlanSpec> {
  const text = readScenarioFile(file);
  const sets = [...(set ?? []), ...(seed === undefined ? [] : [`run.seed=${JSON.stringify(seed)}`])];
  const parsed = await loadScenario(file, sets, text);
  if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
  if (!quiet) process.stderr.write(await warningsText(parsed.warnings));
  const { createPlan, PlanError } = await import('../experiment/plan/spec.js');
  try {
    return createPlan(
      { text, file: file === STDIN ? 'stdin' : file, sets, files: parsed.files },
      parsed.scenario,
      vary,
      slo ?? [],
    );
  } catch (error) {
    if (error instanceof PlanError) throw new UsageError(error.message);
    throw error;
  }
}
