/**
 * Thresholds against a result. A metric without samples fails: silence is no proof. Of several replications the mean
 * is judged, because any single one may be lucky; all must have samples.
 */
import { fleetMeasures, missingSubsets } from '../../experiment/measures.js';
import type { Distribution, RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import { meets } from '../../scenario/resolve/thresholds.js';
import type { Scenario, ThresholdSpec } from '../../scenario/scenario.js';
import type { JudgedResult } from '../files/json.js';
import { bytes, number, seconds } from './format.js';

export interface Verdict {
  readonly threshold: ThresholdSpec;
  readonly passed: boolean;
  /** Absent when there was nothing to measure. */
  readonly value?: number;
  /** When `value` is the mean of several replications. */
  readonly over?: Over;
}

interface Over {
  readonly replications: number;
  /** Of them, how many had no samples. */
  readonly without: number;
  /** Half-width of the confidence interval of the mean. */
  readonly half: number;
}

export function judge(scenario: Scenario, result: JudgedResult): readonly Verdict[] {
  const { replications } = result;
  return scenario.thresholds.map((threshold): Verdict => {
    if (replications !== undefined) return judgeMean(threshold, replications);
    const value = measured(result, threshold.metric, threshold.statistic);
    return value === undefined ? { threshold, passed: false } : { threshold, value, passed: meets(value, threshold) };
  });
}

function judgeMean(threshold: ThresholdSpec, { n, measures }: NonNullable<JudgedResult['replications']>): Verdict {
  const found = measures[`${threshold.metric}.${threshold.statistic}`];
  if (found === null || found === undefined) return { threshold, passed: false };
  const { mean: value, half_width: half, n: measuredIn } = found;
  const without = n - measuredIn;
  const passed = without === 0 && meets(value, threshold);
  return { threshold, value, passed, over: { replications: n, without, half: half ?? 0 } };
}

function measured(result: RunResult, metric: string, statistic: string): number | undefined {
  const found = lookUp(result, metric);
  if (found === undefined) return undefined;
  if ('total' in found) return statistic === 'total' ? found.total : undefined;
  if (statistic === 'count') return found.count;
  return found.count === 0 ? undefined : found[statistic as keyof Distribution];
}

function lookUp(result: RunResult, metric: string): Distribution | { readonly total: number } | undefined {
  const ofFleet = fleetMeasures(result)[metric];
  if (ofFleet !== undefined) return ofFleet;
  if (metric === 'missing_subsets') return { total: missingSubsets(result) };
  if (metric === 'staleness') return result.staleness.per_proxy;
  if (metric === 'staleness_to_last') return result.staleness.to_last_proxy;
  if (metric === 'staleness_to_half') return result.staleness.to_half;
  if (metric === 'staleness_to_99_percent') return result.staleness.to_99_percent;
  const phase = PHASES.find((name) => metric === `staleness_${name}`);
  if (phase !== undefined) return result.staleness.phases[phase];
  return result.metrics[metric as keyof RunResult['metrics']];
}

/** The measured value in the unit of the metric; of replications with the interval of the mean. */
export function shownMeasured({ threshold, value, over }: Verdict): string {
  if (value === undefined) return 'no samples';
  if (over === undefined || over.replications === 1) return shown(threshold, value);
  const { replications, without, half } = over;
  if (without > 0) return `no samples in ${without} of ${replications} replications`;
  const spread = half > 0 ? ` ± ${shown(threshold, half)}` : '';
  const open = meets(value - half, threshold) !== meets(value + half, threshold);
  return `${shown(threshold, value)}${spread}, mean of ${replications}${open ? '; more of them could turn it' : ''}`;
}

function shown({ metric, statistic }: ThresholdSpec, value: number): string {
  if (statistic === 'count' || statistic === 'total') return number(value);
  if (metric === 'imbalance') return number(value);
  return metric.endsWith('_bytes') || metric === 'heap' ? bytes(value) : seconds(value);
}
