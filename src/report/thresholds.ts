/** Thresholds against a result. A metric without samples fails: silence is no proof. */
import { PHASES } from '../measure/phases.js';
import type { Distribution, RunResult } from '../measure/result.js';
import type { Scenario, ThresholdSpec } from '../scenario/scenario.js';
import { meets } from '../scenario/thresholds.js';
import { bytes, number, seconds } from './format.js';

export interface Verdict {
  readonly threshold: ThresholdSpec;
  readonly passed: boolean;
  /** Absent when there was nothing to measure. */
  readonly value?: number;
}

export function judge(scenario: Scenario, result: RunResult): readonly Verdict[] {
  return scenario.thresholds.map((threshold): Verdict => {
    const value = measured(result, threshold.metric, threshold.statistic);
    return value === undefined ? { threshold, passed: false } : { threshold, value, passed: meets(value, threshold) };
  });
}

function measured(result: RunResult, metric: string, statistic: string): number | undefined {
  const found = lookUp(result, metric);
  if (found === undefined) return undefined;
  if ('total' in found) return statistic === 'total' ? found.total : undefined;
  if (statistic === 'count') return found.count;
  return found.count === 0 ? undefined : found[statistic as keyof Distribution];
}

function lookUp(result: RunResult, metric: string): Distribution | { readonly total: number } | undefined {
  if (metric === 'staleness') return result.staleness.per_proxy;
  if (metric === 'staleness_to_last') return result.staleness.to_last_proxy;
  if (metric === 'staleness_to_half') return result.staleness.to_half;
  if (metric === 'staleness_to_99_percent') return result.staleness.to_99_percent;
  const phase = PHASES.find((name) => metric === `staleness_${name}`);
  if (phase !== undefined) return result.staleness.phases[phase];
  return result.metrics[metric as keyof RunResult['metrics']];
}

/** The measured value in the unit of the metric. */
export function shownMeasured({ threshold, value }: Verdict): string {
  if (value === undefined) return 'no samples';
  if (threshold.statistic === 'count' || threshold.statistic === 'total') return number(value);
  return threshold.metric.endsWith('_bytes') ? bytes(value) : seconds(value);
}
