/** A comparison as one self-contained page: the verdict, the gate, every measure with its interval drawn. */
import type { Comparison, MeasureComparison } from '../../experiment/compare.js';
import type { GateResult } from '../../experiment/gate.js';
import type { Interval } from '../../stats/interval.js';
import { comparisonHeading, comparisonRows, verdict } from '../text/comparison.js';
import { gateCells, MARKS } from '../view/gate.js';
import { COLOURS, STYLE } from './style.js';
import { escaped, htmlTable } from './text.js';

export function comparisonHtml(comparison: Comparison, version: string): string {
  const { names, gate } = comparison;
  const title = names.join(' and ');
  const others = names.slice(1).map((name, i) => {
    const { head, rows } = comparisonRows(comparison, i);
    const charts = comparison.measures.map((measure) => intervalRow(measure, i)).join('');
    return `<section><h2>${escaped(name)} against ${escaped(names[0] ?? '')}</h2><p class="answer">${escaped(verdict(comparison, i))}</p><h3>Change, as a share of ${escaped(names[0] ?? '')}</h3><dl class="changes">${charts}</dl>${htmlTable(head, rows)}</section>`;
  });
  const body = [
    `<h1>${escaped(title)}</h1><p class="lead">${escaped(comparisonHeading(comparison))}</p>`,
    gate === undefined || gate.length === 0
      ? ''
      : `<section><h2>Gate</h2>${htmlTable(['fails on', 'scenario', 'measured', ''], gate.map(gateRow))}</section>`,
    ...others,
    `<footer>pushsim ${escaped(version)}<br>Simulated: compare with a measurement before you rely on it.</footer>`,
  ];
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${escaped(title)} · pushsim</title><link rel="icon" href="data:,"><style>${STYLE}${OWN}</style></head><body><main>`,
    body.join('\n'),
    '</main></body></html>\n',
  ].join('\n');
}

function gateRow(result: GateResult): readonly string[] {
  const [condition = '', ...others] = gateCells(result);
  return [`${MARKS[result.verdict]} ${condition}`, ...others];
}

const OWN =
  '.changes{grid-template-columns:minmax(9rem,max-content) 1fr}.changes dd{text-align:left}.changes svg{width:100%;height:18px;display:block}';
/** The chart reaches so far to both sides: twice as much, or nothing left. */
const REACH = 1;

function intervalRow({ measure, intervals, differences }: MeasureComparison, other: number): string {
  const base = intervals[0]?.mean;
  const found = differences[other];
  if (base === undefined || base === 0 || found === undefined) return '';
  return `<dt>${escaped(measure)}</dt><dd>${bar(found.difference, Math.abs(base))}</dd>`;
}

function bar({ mean, half }: Interval, base: number): string {
  const x = (value: number) => 300 + 295 * Math.max(-REACH, Math.min(REACH, value / base));
  const spread = Number.isFinite(half) ? half : REACH * base;
  const certain = Math.abs(mean) > spread || (mean === 0 && half === 0);
  const colour = certain ? COLOURS[0] : '#8a97a3';
  const [low, high] = [x(mean - spread), x(mean + spread)].map((at) => at.toFixed(1));
  return `<svg viewBox="0 0 600 18" preserveAspectRatio="none" role="img" aria-label="${certain ? 'certain' : 'uncertain'}"><line x1="300" x2="300" y1="0" y2="18" stroke="#c5ced6"/><line x1="${low}" x2="${high}" y1="9" y2="9" stroke="${colour}" stroke-width="6"/><line x1="${x(mean).toFixed(1)}" x2="${x(mean).toFixed(1)}" y1="3" y2="15" stroke="${colour}" stroke-width="3"/></svg>`;
}
