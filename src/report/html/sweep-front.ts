/** The objectives of a sweep against each other: what is worth choosing. */

import * as Plot from '@observablehq/plot';
import type { SweepResult } from '../../experiment/sweep/analyse.js';
import { greatest, least } from '../../stats/extremes.js';
import { shownPoint, shownValue } from '../view/sweep-format.js';
import { ACCENT, INK, MUTED, svg, tickFormat } from './sweep-svg.js';

/** `staleness.p99 (s)`: the axis itself carries the unit in its ticks. */
function axis(measure: string, values: readonly number[]) {
  const [low, high] = [least(values), greatest(values)];
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
export function frontChart(result: SweepResult): string {
  const [a = '', b = ''] = result.manifest.objectives;
  const dots = dotsOf(result, a, b);
  if (dots.length === 0) return '';
  const values = (of: 'x' | 'y') => dots.map((dot) => dot[of]);
  const [x, y] = [axis(a, values('x')), axis(b, values('y'))];
  return svg({
    width: 900,
    height: 480,
    marginLeft: 80,
    marginBottom: 45,
    marginRight: 30,
    marginTop: 30,
    x,
    y,
    marks: [...intervalMarks(dots, x.type, y.type), ...pointMarks(dots)],
  });
}

/** Points without a value of both objectives are none. */
function dotsOf({ manifest, points }: SweepResult, a: string, b: string): readonly Dot[] {
  const [ia, ib] = [manifest.measures.indexOf(a), manifest.measures.indexOf(b)];
  return points.flatMap(({ levels, intervals, onFront: front, knee }): Dot[] => {
    const [ofA, ofB] = [intervals[ia], intervals[ib]];
    if (ofA === undefined || ofB === undefined) return [];
    const [x, y] = [ofA.mean, ofB.mean];
    const [hx, hy] = [ofA, ofB].map(({ half }) => (Number.isFinite(half) ? half : 0)) as [number, number];
    const title = `${shownPoint(manifest.factors, levels)}\n${a} ${shownValue(a, x)}\n${b} ${shownValue(b, y)}`;
    return [{ x, y, x1: x - hx, x2: x + hx, y1: y - hy, y2: y + hy, front, knee, title }];
  });
}

type AxisType = 'log' | 'linear';

/** A log axis has no place for an end below zero: the line then begins at the point. */
function intervalMarks(dots: readonly Dot[], xType: AxisType, yType: AxisType) {
  const positive = (low: number, middle: number, type: AxisType) => (type === 'log' && low <= 0 ? middle : low);
  const style = { stroke: MUTED, strokeOpacity: 0.6 };
  return [
    Plot.ruleX(dots, { x: 'x', y1: (d: Dot) => positive(d.y1, d.y, yType), y2: 'y2', ...style }),
    Plot.ruleY(dots, { y: 'y', x1: (d: Dot) => positive(d.x1, d.x, xType), x2: 'x2', ...style }),
  ];
}

function pointMarks(dots: readonly Dot[]) {
  const front = dots.filter((dot) => dot.front).sort((p, q) => p.x - q.x || q.y - p.y);
  const others = dots.filter((dot) => !dot.front);
  const knee = dots.filter((dot) => dot.knee);
  const place = { x: 'x', y: 'y' } as const;
  return [
    Plot.line(front, { ...place, stroke: ACCENT, strokeOpacity: 0.5, curve: 'linear' }),
    Plot.dot(others, { ...place, r: 3, fill: MUTED, title: 'title' }),
    Plot.dot(front, { ...place, r: 4, fill: ACCENT, title: 'title' }),
    Plot.dot(knee, { ...place, r: 8, symbol: 'diamond', fill: 'none', stroke: INK, strokeWidth: 2, title: 'title' }),
    Plot.text(knee, { ...place, text: () => 'knee', dy: -16, fontWeight: 'bold' }),
  ];
}
