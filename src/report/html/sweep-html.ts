/** A sweep as one self-contained page: no scripts, nothing fetched. */
import type { SweepResult } from '../../experiment/sweep/analyse.js';
import { count } from '../view/format.js';
import { shownConfidence, shownInterval, shownPoint } from '../view/sweep-format.js';
import { effectChart, heatMap } from './sweep-charts.js';
import { frontChart } from './sweep-front.js';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;color:#1f2933;max-width:960px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p{margin:.4rem 0}.row{display:flex;flex-wrap:wrap;gap:1rem}
figure{margin:0}figcaption{font-size:.85rem;color:#52606d}table{border-collapse:collapse;font-size:.85rem}
td,th{white-space:nowrap;padding:.25rem .6rem;border-bottom:1px solid #e4e7eb;text-align:right}td:first-child,th:first-child{text-align:left}
div.wide{overflow-x:auto}tr.front td{font-weight:600}svg{max-width:100%;height:auto}small{color:#52606d}`;

export function sweepHtml(result: SweepResult): string {
  const { manifest, replications, points } = result;
  const front = points.filter(({ onFront }) => onFront);
  const knee = points.find((point) => point.knee);
  const parts = [
    `<h1>${escaped(manifest.name)}</h1>`,
    `<p>${escaped(manifest.description)}</p>`,
    `<p><small>${count(points.length, 'point')} × ${count(replications, 'replication')} of ${escaped(manifest.scenarioName)} · ${shownConfidence(manifest.confidence)} intervals · pushsim ${escaped(manifest.pushsim)} · ${manifest.hash.slice(0, 12)}</small></p>`,
  ];
  if (manifest.objectives.length >= 2) {
    parts.push(
      '<h2>What is worth choosing</h2>',
      `<p>Red: the ${count(front.length, 'point')} that no other one beats for certain. Grey: the rest. Lines are intervals.</p>`,
      frontChart(result),
    );
  }
  if (knee !== undefined) {
    parts.push(`<p><b>Knee:</b> ${escaped(shownPoint(manifest.factors, knee.levels))}</p>`);
  }
  const [down, across] = twoLargest(result);
  if (down !== undefined && across !== undefined) {
    const others = manifest.factors.length > 2 ? ', averaged over the other factors' : '';
    const maps = manifest.objectives.map((objective) =>
      figure(heatMap(result, objective, down, across), `${objective}${others}`),
    );
    parts.push('<h2>Where it is high and low</h2>', `<div class="row">${maps.join('')}</div>`);
  }
  const effects = manifest.objectives
    .map((objective) => figure(effectChart(result, objective), objective))
    .filter((text) => text !== '');
  if (effects.length > 0)
    parts.push('<h2>What each knob does by itself</h2>', `<div class="row">${effects.join('')}</div>`);
  parts.push('<h2>All points</h2>', pointTable(result));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(manifest.name)}</title><style>${STYLE}</style></head>
<body>
${parts.filter((part) => part !== '').join('\n')}
</body></html>
`;
}

/** The two factors with the most levels, if this is a grid: rows, then columns. */
function twoLargest({ manifest: { design, factors } }: SweepResult): readonly (number | undefined)[] {
  if (design !== 'grid') return [];
  const order = factors.map((_, i) => i).filter((i) => factors[i]!.levels.length > 1);
  return order.sort((a, b) => factors[b]!.levels.length - factors[a]!.levels.length || a - b).slice(0, 2);
}

/** By the first objective, so that the front reads as a walk along it. */
function pointTable({ manifest, points }: SweepResult): string {
  const { factors, objectives, measures } = manifest;
  const at = objectives.map((objective) => measures.indexOf(objective));
  const sorted = [...points].sort(
    (a, b) => (a.intervals[at[0]!]?.mean ?? 0) - (b.intervals[at[0]!]?.mean ?? 0) || a.point - b.point,
  );
  const head = ['point', ...factors.map(({ label }) => label), ...objectives, ''];
  const rows = sorted.slice(0, 1_000).map(({ point, levels, intervals, onFront, knee }) => {
    const values = objectives.map((objective, k) => {
      const interval = intervals[at[k]!];
      return interval === undefined ? 'no samples' : shownInterval(objective, interval);
    });
    const cells = [String(point), ...levels, ...values, knee ? 'knee' : onFront ? 'front' : ''];
    return `<tr${onFront ? ' class="front"' : ''}>${cells.map((cell) => `<td>${escaped(cell)}</td>`).join('')}</tr>`;
  });
  return `<div class="wide"><table><thead><tr>${head.map((cell) => `<th>${escaped(cell)}</th>`).join('')}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
}

function figure(svg: string, caption: string): string {
  return svg === '' ? '' : `<figure>${svg}<figcaption>${escaped(caption)}</figcaption></figure>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
