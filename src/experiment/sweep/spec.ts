/** A sweep after reading: which points there are, how each is made from the scenario, and what to keep small. */
import { withLabelled } from '../measures.js';
import type { ScenarioSource } from '../work/task.js';

export interface Factor {
  /** As `--set` takes it. */
  readonly path: string;
  /** The last step of the path where that tells it apart. */
  readonly label: string;
  /** Its levels in the order they are shown; of a factor that runs over a range, empty. */
  readonly levels: readonly string[];
}

export interface Point {
  /** The level of each factor as text; empty where the design leaves the scenario as it is. */
  readonly levels: readonly string[];
  /** `path=value` texts that make it. */
  readonly sets: readonly string[];
  /** Where it lies between the low and the high end of each factor, 0 to 1; absent unless all factors are numbers. */
  readonly coordinates?: readonly number[];
}

export type DesignKind = 'grid' | 'latinHypercube' | 'screening' | 'file';

export interface SweepSpec {
  readonly name: string;
  readonly description: string;
  readonly scenarioName: string;
  /** With the sets of the whole sweep; each point adds its own. */
  readonly base: ScenarioSource;
  readonly design: DesignKind;
  readonly factors: readonly Factor[];
  readonly points: readonly Point[];
  /** Measures to keep small; the first two span the front. */
  readonly objectives: readonly string[];
  /** Columns of the results: the objectives, then others. */
  readonly measures: readonly string[];
  readonly replications: number;
  readonly confidence: number;
  /** Wanted relative half-width of every objective at every point; then `replications` is the least. */
  readonly untilPrecision: number | undefined;
  /**
   * Of everything that decides what a work item computes: equal hashes mean interchangeable items. The number of
   * replications is not part of it.
   */
  readonly hash: string;
}

export function pointSource(spec: SweepSpec, point: number): ScenarioSource {
  const base = withLabelled(spec.base, spec.measures);
  return { ...base, sets: [...base.sets, ...spec.points[point]!.sets] };
}

/**
 * Work items are numbered replication by replication, so that more replications add numbers at the end and change none.
 */
export function itemOf(
  spec: { readonly points: readonly unknown[] },
  index: number,
): { point: number; replication: number } {
  const points = spec.points.length;
  return { point: index % points, replication: Math.floor(index / points) };
}

export function itemCount(spec: { readonly points: readonly unknown[] }, replications: number): number {
  return spec.points.length * replications;
}
