/** `pushsim explain`: who causes the pushes, why one change took so long, what would be without a source. */
import { didYouMean } from '../scenario/units/nearest.js';
import { InputError, issuesText, loadScenario, OK, UsageError, warningsText } from './common.js';
import { createProgress } from './progress.js';

interface ExplainOptions {
  readonly scenario: string;
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  readonly without: string | undefined;
  readonly change: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function explain(options: ExplainOptions): Promise<number> {
  const seed = options.seed === undefined ? [] : [`run.seed=${JSON.stringify(options.seed)}`];
  const parsed = await loadScenario(options.scenario, [...(options.set ?? []), ...seed]);
  if (!options.quiet) process.stderr.write(await warningsText(parsed.warnings));
  if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
  const { scenario } = parsed;
  const sources = scenario.events.map(({ name }) => name);
  const { without: source } = options;
  if (source !== undefined && !sources.includes(source))
    throw new UsageError(
      `there is no event source ${source} (${didYouMean(source, sources) ?? `sources: ${sources.join(', ')}`})`,
    );
  const [experiment, report, { COLOUR, PLAIN }] = await Promise.all([
    import('../experiment/explain.js'),
    import('../report/text/explain.js'),
    import('../report/text/terminal.js'),
  ]);
  const style = process.stdout.isTTY && !process.env.NO_COLOR ? COLOUR : PLAIN;
  const progress = createProgress(scenario.name);
  const asked = options.change === undefined ? {} : { change: options.change };
  const found = experiment.explain(scenario, { ...(options.quiet ? {} : { onProgress: progress.report }), ...asked });
  const other = source === undefined ? undefined : experiment.explain(experiment.without(scenario, source)).result;
  progress.done();
  const saved = other === undefined ? undefined : experiment.savings(found.result, other);
  if (options.change !== undefined && found.recording.followed.length === 0)
    throw new InputError(
      `no change ${options.change} reached a proxy; objects are named Kind namespace/name, others source=NAME, namespace=NAME, kind=KIND`,
    );
  if (options.json) {
    const { attribution, staleness, traffic } = found.result;
    const { slowest, followed } = found.recording;
    const value = {
      attribution,
      staleness: staleness.by,
      skew: staleness.skew,
      traffic,
      slowest,
      followed,
      ...(saved && { without: source, savings: saved }),
    };
    process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    return OK;
  }
  if (options.quiet) {
    process.stdout.write(`${report.headline(found.result)}\n`);
    return OK;
  }
  process.stdout.write(`${style.bold(scenario.name)}\n${report.explanation(found, style)}`);
  if (source !== undefined && saved !== undefined) {
    const blame = found.result.attribution.source.find(({ label }) => label === source);
    process.stdout.write(`\n${report.savingsText(source, saved, blame, style)}`);
  }
  return OK;
}
