/** What a finished sweep says: intervals, the front of points worth choosing, its knee, and what each factor does. */
import { levelEffects, slopeEffects } from '../../stats/effects.js';
import { type Interval, meanInterval } from '../../stats/interval.js';
import { kneeOf, paretoFront } from '../../stats/pareto.js';
import { valuesOf } from '../replicate.js';
import type { Outcome } from '../work/task.js';
import type { Manifest } from './store.js';

export interface PointSummary {
  readonly point: number;
  readonly levels: readonly string[];
  /** In the order of the sweep's measures; undefined where no replication had samples. */
  readonly intervals: readonly (Interval | undefined)[];
  readonly onFront: boolean;
  readonly knee: boolean;
}

export interface Effect {
  readonly factor: string;
  readonly objective: string;
  /** `level` against the average of all points; or, where levels are places in a range, low end against high end. */
  readonly level: string;
  readonly change: Interval;
}

export interface SweepResult {
  readonly manifest: Manifest;
  readonly replications: number;
  readonly points: readonly PointSummary[];
  readonly effects: readonly Effect[];
  /** Points in which some replication measured nothing of an objective: they cannot be on the front. */
  readonly unmeasured: number;
}

export function analyseSweep(manifest: Manifest, outcomes: readonly (readonly Outcome[])[]): SweepResult {
  const { objectives, measures, confidence, points } = manifest;
  const replications = outcomes[0]?.length ?? 0;
  const values = outcomes.map((of) => objectives.map((objective) => valuesOf(of, objective)));
  const complete = points.flatMap((_, i) => (values[i]!.every((of) => of.length === replications) ? [i] : []));
  const front = paretoFront(
    complete.map((i) => values[i]!),
    confidence,
  ).map((k) => complete[k]!);
  const intervals = outcomes.map((of) =>
    measures.map((measure) => {
      const found = valuesOf(of, measure);
      return found.length === 0 ? undefined : meanInterval(found, confidence);
    }),
  );
  const mean = (point: number, objective: number) =>
    intervals[point]![measures.indexOf(objectives[objective]!)]?.mean ?? 0;
  const knee = objectives.length === 2 ? kneeOf(front.map((i) => [mean(i, 0), mean(i, 1)] as const)) : undefined;
  return {
    manifest,
    replications,
    points: points.map(({ levels }, point) => ({
      point,
      levels,
      intervals: intervals[point]!,
      onFront: front.includes(point),
      knee: knee !== undefined && front[knee] === point,
    })),
    effects: complete.length === points.length ? mainEffects(manifest, values) : [],
    unmeasured: points.length - complete.length,
  };
}

/** Only where the design treats factors fairly: a grid by levels, others by slopes. */
function mainEffects(manifest: Manifest, values: readonly (readonly (readonly number[])[])[]): readonly Effect[] {
  const { design, factors, points, objectives, confidence } = manifest;
  return objectives.flatMap((objective, k) => {
    const response = values.map((of) => of[k]!);
    if (design === 'grid') {
      return factors.flatMap(({ label, levels }, f) => {
        if (levels.length < 2) return [];
        const effects = levelEffects(
          points.map((point) => levels.indexOf(point.levels[f]!)),
          response,
          confidence,
        );
        return effects.map((change, l): Effect => ({ factor: label, objective, level: levels[l]!, change }));
      });
    }
    const coordinates = points.flatMap((point) => (point.coordinates === undefined ? [] : [point.coordinates]));
    const slopes = coordinates.length === points.length ? slopeEffects(coordinates, response, confidence) : undefined;
    return (slopes ?? []).map((change, f): Effect => {
      const { label, levels } = factors[f]!;
      const level = design === 'screening' ? `${levels[0]} → ${levels[1]}` : 'low → high';
      return { factor: label, objective, level, change };
    });
  });
}
