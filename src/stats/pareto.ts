/** Which of several systems are worth considering when there are several things to keep small. */
import { greatest, least } from './extremes.js';
import { meanInterval } from './interval.js';
import { moments } from './moments.js';
import { bonferroni } from './paired.js';

/** One system: for each objective (less is better) a value for each replication, the same replications everywhere. */
export type Measured = readonly (readonly number[])[];

/**
 * Indexes of the systems that no other dominates significantly. One dominates another when its mean is no worse in any
 * objective and its paired difference is certainly better in at least one, at `confidence` for all objectives together.
 * Noise therefore only ever widens the front. O(systems² × objectives × replications).
 */
export function paretoFront(systems: readonly Measured[], confidence: number): readonly number[] {
  const means = systems.map((system) => system.map((values) => moments(values).mean));
  return systems.flatMap((system, i) =>
    systems.some((other, j) => i !== j && dominates(other, system, means[j]!, means[i]!, confidence)) ? [] : [i],
  );
}

function dominates(
  a: Measured,
  b: Measured,
  meansA: readonly number[],
  meansB: readonly number[],
  confidence: number,
): boolean {
  if (meansA.some((mean, k) => mean > meansB[k]!)) return false;
  const each = bonferroni(confidence, a.length);
  return a.some((values, k) => {
    if (meansA[k] === meansB[k]) return false;
    const { mean, half } = meanInterval(
      values.map((value, r) => value - b[k]![r]!),
      each,
    );
    return mean + half < 0;
  });
}

/**
 * The knee of a front of two objectives: the point farthest below the straight line between its ends, with both axes
 * scaled to the front. There the next step along either axis begins to cost more than it brings. Undefined when fewer
 * than three points span both axes, or when none is below the line.
 *
 * @returns an index into `points`
 */
export function kneeOf(points: readonly (readonly [number, number])[]): number | undefined {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right, low, high] = [least(xs), greatest(xs), least(ys), greatest(ys)];
  if (points.length < 3 || left === right || low === high) return undefined;
  let best: number | undefined;
  let farthest = 0;
  for (const [i, [x, y]] of points.entries()) {
    // Ends of a falling front are (0, 1) and (1, 0): the line is x + y = 1.
    const below = 1 - (x - left) / (right - left) - (y - low) / (high - low);
    if (below > farthest + 1e-12) {
      farthest = below;
      best = i;
    }
  }
  return best;
}
