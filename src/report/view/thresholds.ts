/**
 * Thresholds against a result. A metric without samples fails: silence is no proof. Of several replications the mean
 * is judged, because any single one may be lucky; all must have samples.
 */

import { isAboutMemory, MEMORY_FITS } from '../../experiment/memory.js';
import { findMeasure } from '../../measure/catalogue/find.js';
import { measureOf, meets } from '../../scenario/resolve/thresholds.js';
import type { Scenario, ThresholdSpec } from '../../scenario/scenario.js';
import type { JudgedResult } from '../files/json.js';
import { shownValue } from './sweep-format.js';

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

/**
 * In the order of the scenario. A heap larger than `resources.memory` is one more that failed, unless the scenario has a
 * threshold on memory of its own.
 */
export function judge(scenario: Scenario, result: JudgedResult): readonly Verdict[] {
  const verdicts = scenario.thresholds.map((threshold) => verdictOn(threshold, result));
  if (scenario.thresholds.some(isAboutMemory)) return verdicts;
  const memory = verdictOn(MEMORY_FITS, result);
  return memory.value === undefined || memory.passed ? verdicts : [...verdicts, memory];
}

function verdictOn(threshold: ThresholdSpec, result: JudgedResult): Verdict {
  const { replications } = result;
  if (replications !== undefined) return judgeMean(threshold, replications);
  const found = findMeasure(measureOf(threshold));
  const value = found.ok ? (found.measure.read(result) ?? undefined) : undefined;
  return value === undefined ? { threshold, passed: false } : { threshold, value, passed: meets(value, threshold) };
}

function judgeMean(threshold: ThresholdSpec, { n, measures }: NonNullable<JudgedResult['replications']>): Verdict {
  const name = measureOf(threshold);
  const found = Object.hasOwn(measures, name) ? measures[name] : undefined;
  if (found === null || found === undefined) return { threshold, passed: false };
  const { mean: value, half_width: half, n: measuredIn } = found;
  const without = n - measuredIn;
  const passed = without === 0 && meets(value, threshold);
  return { threshold, value, passed, over: { replications: n, without, half: half ?? 0 } };
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

function shown(threshold: ThresholdSpec, value: number): string {
  return shownValue(measureOf(threshold), value);
}
