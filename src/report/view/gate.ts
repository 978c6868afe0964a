/** Verdicts on `--fail-on` conditions as rows, the same in every output. */
import type { GateResult } from '../../experiment/gate.js';
import { percent } from './format.js';
import { shownValue } from './sweep-format.js';

export const MARKS = { failed: '✗', passed: '✓', 'cannot be said': '?' } as const;

/** `+7.1 %`, `+120 ms`, `2.12 s`; empty without samples. */
export function shownGateMeasure({ condition, measured }: GateResult): string {
  if (measured === undefined) return '';
  const sign = condition.of === 'value' || measured <= 0 ? '' : '+';
  if (condition.of !== 'relative') return sign + shownValue(condition.measure, measured);
  if (!Number.isFinite(measured)) return 'from nothing';
  return measured < 0 ? `-${percent(-measured)}` : `${sign}${percent(measured)}`;
}

/** Condition, scenario, what was measured, verdict and why. */
export function gateCells(result: GateResult): readonly string[] {
  const { condition, name, verdict, why } = result;
  return [condition.text, name, shownGateMeasure(result), why === '' ? verdict : `${verdict}: ${why}`];
}

export function writtenGate(results: readonly GateResult[]) {
  return results.map(({ condition, name, verdict, measured, why }) => ({
    condition: condition.text,
    measure: condition.measure,
    scenario: name,
    of: condition.of,
    limit: condition.limit,
    measured: measured === undefined || !Number.isFinite(measured) ? null : measured,
    verdict,
    ...(why === '' ? {} : { why }),
  }));
}
