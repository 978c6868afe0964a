/** What each factor of an experiment does by itself, averaged over whatever the others do. */
import { type Interval, meanInterval } from './interval.js';
import { leastSquares } from './least-squares.js';
import { moments } from './moments.js';

/** One value for each replication of each point of a design: `values[point][replication]`. */
export type Response = readonly (readonly number[])[];

/**
 * For each level of one factor, how far its points are from the average of all points. `levels[point]` is the number of
 * the level. Each replication answers by itself, so what all points of a replication share cancels out.
 */
export function levelEffects(levels: readonly number[], response: Response, confidence: number): readonly Interval[] {
  const count = Math.max(-1, ...levels) + 1;
  const replications = response[0]?.length ?? 0;
  return Array.from({ length: count }, (_, level) =>
    meanInterval(
      Array.from({ length: replications }, (_, r) => {
        const all = response.map((values) => values[r]!);
        return moments(all.filter((_, point) => levels[point] === level)).mean - moments(all).mean;
      }),
      confidence,
    ),
  );
}

/**
 * For numeric factors: the change of the response from the low end of each factor's range to the high end, by a plane
 * through all points. `coordinates[point][factor]` runs from 0 to 1. Undefined when the design cannot tell factors apart.
 */
export function slopeEffects(
  coordinates: readonly (readonly number[])[],
  response: Response,
  confidence: number,
): readonly Interval[] | undefined {
  const replications = response[0]?.length ?? 0;
  const rows = coordinates.map((row) => [1, ...row]);
  const slopes: (readonly number[])[] = [];
  for (let r = 0; r < replications; r++) {
    const solution = leastSquares(
      rows,
      response.map((values) => values[r]!),
    );
    if (solution === undefined) return undefined;
    slopes.push(solution);
  }
  return (coordinates[0] ?? []).map((_, factor) =>
    meanInterval(
      slopes.map((solution) => solution[factor + 1]!),
      confidence,
    ),
  );
}
