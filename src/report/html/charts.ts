/** The still pictures of the report page, as SVG text at two widths: one for a desk, one for a phone. */

import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import type { Recording } from '../../measure/recorder/recording.js';
import type { AttributionRow, RunResult } from '../../measure/recorder/result.js';
import { PHASES } from '../../measure/staleness/phases.js';
import { greatest } from '../../stats/extremes.js';
import type { Histogram } from '../../stats/histogram.js';
import { number, seconds } from '../view/format.js';
import { COLOURS, INK, MUTED } from './style.js';

type Options = NonNullable<Parameters<typeof Plot.plot>[0]>;

const WIDTHS = { wide: 920, narrow: 330 } as const;

/** The same chart drawn for both widths; the page shows the one that fits. */
export function twice(label: string, options: (width: number, narrow: boolean) => Options): string {
  return Object.entries(WIDTHS)
    .map(([name, width]) => {
      const { document } = parseHTML('<html><body></body></html>');
      const style = { fontFamily: 'inherit', fontSize: '12px', color: INK, background: 'none' };
      const made = Plot.plot({ document, style, width, ...options(width, name === 'narrow') });
      const { outerHTML } = made as unknown as { outerHTML: string };
      const svg = outerHTML.slice(outerHTML.indexOf('<svg'));
      return `<div class="${name}">${svg.replace('<svg ', `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="${label}" `)}</div>`;
    })
    .join('');
}

const SHARES = [...Array.from({ length: 99 }, (_, i) => (i + 1) / 100), 0.995, 0.999, 1];

/** Share of samples at or below each time. */
export function distributionChart({ staleness, convergence }: Recording): string {
  const curve = (of: Histogram, name: string) =>
    of.count === 0 ? [] : SHARES.map((q) => ({ x: Math.max(of.quantile(q) / 1e9, 1e-6), q, name }));
  const curves = [...curve(convergence, 'istiod measures'), ...curve(staleness, 'the change saw')];
  return twice('Shares of samples by time', (_, narrow) => ({
    height: narrow ? 240 : 280,
    marginLeft: 46,
    marginRight: 24,
    marginBottom: 42,
    x: {
      type: 'log',
      label: 'time →',
      labelOffset: 38,
      tickFormat: (value: number) => short(value),
      ticks: narrow ? 3 : 6,
      grid: true,
    },
    y: { label: '↑ share', tickFormat: '%', domain: [0, 1], grid: true },
    marks: [
      Plot.line(curves, {
        x: 'x',
        y: 'q',
        z: 'name',
        stroke: ({ name }: { name: string }) => (name === 'the change saw' ? COLOURS[1] : COLOURS[0]),
        strokeWidth: 2.2,
        curve: 'step-before',
      }),
      Plot.ruleY([0.99], { stroke: MUTED, strokeDasharray: '2,3' }),
      Plot.text(['p99'], { x: null, y: 0.99, frameAnchor: 'left', dx: 4, dy: 9, text: (d: string) => d, fill: MUTED }),
    ],
  }));
}

/** Mean time of each phase, one bar made of seven. */
export function phaseChart({ staleness }: RunResult): string {
  const parts = PHASES.map((phase, i) => ({ phase, mean: staleness.phases[phase].mean, i }));
  const widest = greatest(parts.map(({ mean }) => mean));
  return twice('Mean time by phase', (_, narrow) => ({
    height: 7 * 26 + 8,
    marginTop: 4,
    marginBottom: 4,
    marginLeft: 84,
    marginRight: 74,
    x: { label: null, axis: null, domain: [0, widest || 1] },
    y: { label: null, domain: [...PHASES], tickSize: 0 },
    marks: [
      Plot.barX(parts, { x: 'mean', y: 'phase', fill: COLOURS[0], insetTop: 3, insetBottom: 3 }),
      Plot.text(parts, {
        x: 'mean',
        y: 'phase',
        text: ({ mean }: { mean: number }) => seconds(mean),
        textAnchor: 'start',
        dx: 6,
        fontWeight: narrow ? 400 : 500,
      }),
    ],
  }));
}

/** Messages by cause: solid what nobody else asked for, pale what others asked for as well. */
export function attributionChart(blames: readonly AttributionRow[], label: string): string {
  const shown = blames.filter(({ alone, together }) => alone + together > 0).slice(0, 8);
  const parts = shown.flatMap(({ label: name, alone, together }) => [
    { name, from: 0, to: alone, how: 'alone' },
    { name, from: alone, to: alone + together, how: 'together' },
  ]);
  const total = (name: string) => shown.find((blame) => blame.label === name)!;
  const cut = (name: string, narrow: boolean) => (narrow && name.length > 24 ? `…${name.slice(-23)}` : name);
  return twice(label, (width, narrow) => {
    const left = Math.min(
      narrow ? 150 : 330,
      14 + 7.6 * greatest(shown.map(({ label: name }) => cut(name, narrow).length)),
    );
    return {
      height: shown.length * 24 + 8,
      marginTop: 4,
      marginBottom: 4,
      marginLeft: left,
      marginRight: 70,
      width,
      x: { axis: null, label: null },
      y: {
        label: null,
        domain: shown.map(({ label: name }) => name),
        tickFormat: (name: string) => cut(name, narrow),
        tickSize: 0,
      },
      marks: [
        Plot.barX(
          parts.filter(({ from, to }) => to > from),
          {
            x1: 'from',
            x2: 'to',
            y: 'name',
            fill: ({ how }: { how: string }) => (how === 'alone' ? COLOURS[0] : '#a9cbe3'),
            stroke: COLOURS[0],
            strokeWidth: 0.8,
            insetTop: 3,
            insetBottom: 3,
          },
        ),
        Plot.text(shown, {
          x: ({ alone, together }: AttributionRow) => alone + together,
          y: 'label',
          text: ({ label: name }: AttributionRow) => number(total(name).alone + total(name).together),
          textAnchor: 'start',
          dx: 6,
        }),
      ],
    };
  });
}

/** Ticks such as `10 ms`: powers of ten without decimals. */
function short(value: number): string {
  if (value >= 1) return `${+value.toPrecision(2)} s`;
  return value >= 0.001 ? `${+(value * 1e3).toPrecision(2)} ms` : `${+(value * 1e6).toPrecision(2)} µs`;
}
