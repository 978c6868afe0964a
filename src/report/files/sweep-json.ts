/** A finished sweep as JSON, with what it was made from. Holds no clock and no path of this machine. */
import type { SweepResult } from '../../experiment/sweep/analyse.js';
import type { Interval } from '../../stats/interval.js';

export function sweepJson({ manifest, replications, points, effects, unmeasured }: SweepResult): string {
  const { format: _format, points: _points, replications: _least, ...provenance } = manifest;
  const written = {
    provenance,
    replications,
    unmeasured,
    points: points.map(({ point, levels, intervals, onFront, knee }) => ({
      point,
      levels: Object.fromEntries(manifest.factors.map(({ path }, i) => [path, levels[i]])),
      front: onFront,
      knee,
      measures: Object.fromEntries(manifest.measures.map((measure, i) => [measure, writtenInterval(intervals[i])])),
    })),
    effects: effects.map(({ change, ...effect }) => ({ ...effect, change: writtenInterval(change) })),
  };
  return `${JSON.stringify(written, null, 2)}\n`;
}

/** JSON has no Infinity: what one replication cannot tell is null. */
export function writtenInterval(interval: Interval | undefined) {
  if (interval === undefined) return null;
  const { n, mean, sd, half } = interval;
  return { n, mean, sd, half_width: Number.isFinite(half) ? half : null };
}
