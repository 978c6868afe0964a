/** A measure: one number of a run's result by a name that thresholds, tables, files and options share. */
import type { RunResult } from '../recorder/result.js';

/** A share is a part of a whole, such as 0.25. */
export type MeasureUnit = 'seconds' | 'bytes' | 'share' | 'number';

export interface Measure {
  readonly name: string;
  readonly unit: MeasureUnit;
  /** What it means, in a sentence without a full stop. */
  readonly says: string;
  /** Null where the run had nothing to measure. */
  readonly read: (result: RunResult) => number | null;
  /** Where in the result the number is, when it is there as such. */
  readonly path?: readonly string[];
}

/** What is found in a result by following own properties only: labels are other people's names. */
export function valueAt(result: RunResult, path: readonly string[]): unknown {
  let value: unknown = result;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

export function numberAt(result: RunResult, path: readonly string[]): number | null {
  const value = valueAt(result, path);
  return typeof value === 'number' ? value : null;
}
