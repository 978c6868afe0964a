/** Where a sweep's objectives are high and low, and what each factor does to them. */

import * as Plot from '@observablehq/plot';
import type { SweepResult } from '../../experiment/sweep/analyse.js';
import { greatest, least } from '../../stats/extremes.js';
import { shownValue } from '../view/sweep-format.js';
import { ACCENT, INK, MUTED, svg, tickFormat } from './sweep-svg.js';

/** The objective over two factors, averaged over all the others; darker is more. */
export function heatMap({ manifest, points }: SweepResult, objective: string, down: number, across: number): string {
  const measure = manifest.measures.indexOf(objective);
  const [rows, columns] = [manifest.factors[down]!, manifest.factors[across]!];
  const cells = rows.levels.flatMap((y) =>
    columns.levels.flatMap((x) => {
      const means = points.flatMap(({ levels, intervals }) => {
        const interval = intervals[measure];
        return levels[down] === y && levels[across] === x && interval !== undefined ? [interval.mean] : [];
      });
      return means.length === 0 ? [] : [{ x, y, value: means.reduce((sum, mean) => sum + mean, 0) / means.length }];
    }),
  );
  const values = cells.map(({ value }) => value);
  const middle = (least(values) + greatest(values)) / 2;
  return svg({
    width: 440,
    height: 60 + 42 * rows.levels.length,
    marginLeft: 70,
    marginBottom: 45,
    x: { type: 'band', domain: [...columns.levels], label: columns.label },
    y: { type: 'band', domain: [...rows.levels], label: rows.label },
    color: { scheme: 'YlGnBu', type: 'linear' },
    marks: [
      Plot.cell(cells, { x: 'x', y: 'y', fill: 'value', inset: 0.5 }),
      Plot.text(cells, {
        x: 'x',
        y: 'y',
        text: (cell: (typeof cells)[number]) => shownValue(objective, cell.value),
        fill: (cell: (typeof cells)[number]) => (cell.value > middle ? 'white' : INK),
        fontSize: 11,
      }),
    ],
  });
}

/** What each level does by itself, with its interval; 0 is the average of all points. */
export function effectChart({ effects }: SweepResult, objective: string): string {
  const bars = effects
    .filter((effect) => effect.objective === objective)
    .map(({ factor, level, change: { mean, half } }) => {
      const spread = Number.isFinite(half) ? half : 0;
      return { name: `${factor} ${level}`, mean, low: mean - spread, high: mean + spread };
    });
  if (bars.length === 0) return '';
  return svg({
    width: 470,
    height: 60 + 20 * bars.length,
    marginLeft: 8 + 6.6 * greatest(bars.map(({ name }) => name.length)),
    marginBottom: 40,
    x: { label: `change of ${objective}`, tickFormat: tickFormat(objective), ticks: 3, grid: true },
    y: { type: 'band', domain: bars.map(({ name }) => name), label: null },
    marks: [
      Plot.ruleX([0], { stroke: MUTED }),
      Plot.ruleY(bars, { y: 'name', x1: 'low', x2: 'high', stroke: MUTED, strokeWidth: 2 }),
      Plot.dot(bars, { y: 'name', x: 'mean', r: 4, fill: ACCENT }),
    ],
  });
}
