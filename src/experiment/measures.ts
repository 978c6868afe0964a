/**
 * The numbers an experiment works with: one run's result as a flat list of the catalogue's measures. Times are seconds,
 * sizes bytes.
 */
import { CATALOGUE } from '../measure/catalogue/catalogue.js';
import { findMeasure } from '../measure/catalogue/find.js';
import type { MeasureUnit } from '../measure/catalogue/measure.js';
import type { RunResult } from '../measure/recorder/result.js';
import { didYouMean } from '../scenario/units/nearest.js';

/** Null where a run had no samples to measure. */
export type Measures = Readonly<Record<string, number | null>>;

/** Every measure that every run has, in the order in which tables show them. */
export const MEASURES: readonly string[] = [...CATALOGUE.keys()];

/** What is shown when nobody asks for anything: what it costs, what it does, and what it feels like. */
export const USUAL_MEASURES = [
  'pilot_xds_pushes.total',
  'rounds',
  'staleness.p50',
  'staleness.p99',
  'staleness_to_last.p99',
  'pilot_proxy_convergence_time.p99',
  'cpu_seconds',
  'utilisation',
  'bytes_sent',
  'queue_depth_max',
] as const;

export function unitOf(measure: string): MeasureUnit {
  const found = findMeasure(measure);
  return found.ok ? found.measure.unit : 'number';
}

/** What to say about a name that is no measure; undefined for one that is. */
export function measureProblem(name: string): string | undefined {
  const found = findMeasure(name);
  if (found.ok) return undefined;
  return didYouMean(name, MEASURES) ?? didYouMean(found.near, found.candidates) ?? `expected ${found.expected}`;
}

/**
 * Of one run; `warm_up_s` is for whoever chose it to add.
 * @param more names with labels, which not every run has
 */
export function measuresOf(result: RunResult, more: readonly string[] = []): Measures {
  const values: Record<string, number | null> = {};
  for (const { name, read } of CATALOGUE.values()) if (name !== 'warm_up_s') values[name] = read(result);
  for (const name of more) {
    const found = findMeasure(name);
    if (found.ok) values[name] = found.measure.read(result);
  }
  return values;
}

/** The source, with those of the measures that not every run has asked for. */
export function withLabelled<T extends object>(source: T, measures: readonly string[]): T {
  const labelled = measures.filter((name) => !CATALOGUE.has(name));
  return labelled.length === 0 ? source : { ...source, measures: labelled };
}
