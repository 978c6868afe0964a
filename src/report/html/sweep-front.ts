/** The objectives of a sweep against each other: what is worth choosing. */
import * as Plot from '@observablehq/plot';
import type { SweepResult } from '../../experiment/sweep/analyse.js';
import { shownPoint, shownValue } from '../view/sweep-format.js';
import { ACCENT, INK, MUTED, svg, tickFormat } from './sweep-svg.js';

/** `staleness.p99 (s)`: the axis itself carries the unit in its ticks. */
function axis(measure: string, values: readonly number[]) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  // Over more than three decades a linear axis shows only the largest; else it shows the knee where it is.
  const log = low > 0 && high / low > 1_000;
  const type = log ? ('log' as const) : ('linear' as const);
  return {
    type,
    label: measure,
    tickFormat: tickFormat(measure),
    ticks: 5,
    nice: true,
    grid: true,
    ...(log ? {} : { zero: low < high / 2 }),
  };
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly x1: number;
  readonly x2: number;
  readonly y1: number;
  readonly y2: number;
  readonly front: boolean;
  readonly knee: boolean;
  readonly title: string;
}

/** Every point with its intervals; the front is a line, its knee a diamond with its name. */
export function frontChart({ manifest, points }: SweepResult): string {
  const [a = '', b = ''] = manifest.objectives;
  const [ia, ib] = [manifest.measures.indexOf(a), manifest.measures.indexOf(b)];
  const dots = points.flatMap(({ levels, intervals, onFront, knee }): Dot[] => {
    const [x, y] = [intervals[ia], intervals[ib]];
    if (x === undefined || y === undefined) return [];
    const [hx, hy] = [x, y].map(({ half }) => (Number.isFinite(half) ? half : 0)) as [number, number];
    const title = `${shownPoint(manifest.factors, levels)}\n${a} ${shownValue(a, x.mean)}\n${b} ${shownValue(b, y.mean)}`;
    return [
      {
        x: x.mean,
        y: y.mean,
        x1: x.mean - hx,
        x2: x.mean + hx,
        y1: y.mean - hy,
        y2: y.mean + hy,
        front: onFront,
        knee,
        title,
      },
    ];
  });
  if (dots.length === 0) return '';
  const front = dots.filter((dot) => dot.front).sort((p, q) => p.x - q.x || q.y - p.y);
  const knee = dots.filter((dot) => dot.knee);
  const others = dots.filter((dot) => !dot.front);
  const x = axis(
    a,
    dots.map((dot) => dot.x),
  );
  const y = axis(
    b,
    dots.map((dot) => dot.y),
  );
  const positive = (low: number, middle: number, type: string) => (type === 'log' && low <= 0 ? middle : low);
  return svg({
    width: 900,
    height: 480,
    marginLeft: 80,
    marginBottom: 45,
    marginRight: 30,
    marginTop: 30,
    x,
    y,
    marks: [
      Plot.ruleX(dots, {
        x: 'x',
        y1: (d: Dot) => positive(d.y1, d.y, y.type),
        y2: 'y2',
        stroke: MUTED,
        strokeOpacity: 0.6,
      }),
      Plot.ruleY(dots, {
        y: 'y',
        x1: (d: Dot) => positive(d.x1, d.x, x.type),
        x2: 'x2',
        stroke: MUTED,
        strokeOpacity: 0.6,
      }),
      Plot.line(front, { x: 'x', y: 'y', stroke: ACCENT, strokeOpacity: 0.5, curve: 'linear' }),
      Plot.dot(others, { x: 'x', y: 'y', r: 3, fill: MUTED, title: 'title' }),
      Plot.dot(front, { x: 'x', y: 'y', r: 4, fill: ACCENT, title: 'title' }),
      Plot.dot(knee, {
        x: 'x',
        y: 'y',
        r: 8,
        symbol: 'diamond',
        fill: 'none',
        stroke: INK,
        strokeWidth: 2,
        title: 'title',
      }),
      Plot.text(knee, { x: 'x', y: 'y', text: () => 'knee', dy: -16, fontWeight: 'bold' }),
    ],
  });
}
