/** `--replications`, `--until-precision`, `--warm-up` and `--batches` of `pushsim run`. */
import type { BatchedMeasure } from '../experiment/steady.js';
import type { ScenarioSource } from '../experiment/work/task.js';
import type { ReplicationSummary } from '../report/files/json.js';
import type { Scenario } from '../scenario/scenario.js';
import { UsageError } from './common.js';
import { onInterrupt, percentage, startRunner, wholeNumber, workProgress } from './work.js';

export interface ReplicationOptions {
  readonly replications: number | undefined;
  readonly untilPrecision: string | undefined;
  readonly warmUp: string | undefined;
  readonly batches: number | undefined;
  readonly workers: number | undefined;
  readonly quiet: boolean;
}

const CONFIDENCE = 0.95;
/** The two numbers by which istiod is tuned, and the one its users feel. */
const PRECISE = ['pilot_xds_pushes.total', 'pilot_proxy_convergence_time.p99', 'staleness.p99'];

export interface ReplicationSection {
  readonly text: string;
  readonly json: { readonly replications?: ReplicationSummary; readonly batches?: readonly BatchedMeasure[] };
}

/** Whether anything here was asked for; checks it before anything is simulated. */
export function asksForReplications(options: ReplicationOptions, scenario: Scenario): boolean {
  const { replications, untilPrecision, warmUp, batches } = options;
  wholeNumber('replications', replications, 1);
  wholeNumber('batches', batches, 2);
  percentage('until-precision', untilPrecision);
  if (warmUp !== undefined && warmUp !== 'auto') {
    throw new UsageError('--warm-up takes auto; a fixed time is --set run.warmUp=10s');
  }
  return (
    (replications ?? scenario.run.replications) > 1 ||
    untilPrecision !== undefined ||
    batches !== undefined ||
    warmUp !== undefined
  );
}

/** @param source what the scenario was read from: threads read it themselves */
export async function replicationSection(
  options: ReplicationOptions,
  scenario: Scenario,
  source: ScenarioSource,
): Promise<ReplicationSection> {
  const replications = options.replications ?? scenario.run.replications;
  const report = await import('../report/view/sweep-replications.js');
  const parts: string[] = [];
  let json: ReplicationSection['json'] = {};
  const relative = percentage('until-precision', options.untilPrecision);
  if (replications > 1 || relative !== undefined || options.warmUp !== undefined) {
    const { MOST_REPLICATIONS, replicate } = await import('../experiment/replicate.js');
    const until =
      relative === undefined
        ? undefined
        : { relative, measures: PRECISE, confidence: CONFIDENCE, most: MOST_REPLICATIONS };
    const runner = await startRunner(options.workers, relative === undefined ? replications : MOST_REPLICATIONS);
    const progress = workProgress(scenario.name, options.quiet);
    const interrupt = onInterrupt(() => 'stopped');
    try {
      const warmUp = options.warmUp === 'auto' ? ('auto' as const) : undefined;
      const { outcomes, precise } = await replicate(runner, [{ ...source, warmUp }], {
        replications,
        until,
        onDone: progress.report,
      });
      const found = { outcomes: outcomes[0] ?? [], confidence: CONFIDENCE, precise };
      parts.push(`${found.outcomes.length} replications`, ...report.replicationLines(found).map((line) => `  ${line}`));
      json = { replications: report.replicationJson(found) };
    } finally {
      progress.done();
      interrupt.dispose();
      await runner.close();
    }
  }
  if (options.batches !== undefined) {
    const { batchedRun } = await import('../experiment/steady.js');
    const measures = batchedRun(scenario, CONFIDENCE, options.batches);
    if (parts.length > 0) parts.push('');
    parts.push('One long run in batches', ...report.batchLines(measures, CONFIDENCE).map((line) => `  ${line}`));
    json = { ...json, batches: measures };
  }
  return { text: `${parts.join('\n')}\n`, json };
}
