/** What a person reads after `pushsim sweep`: the points worth choosing, the knee, and what each knob does. */
import type { Effect, SweepResult } from '../../experiment/sweep/analyse.js';
import { count } from '../view/format.js';
import { shownConfidence, shownInterval, shownPoint, shownValue } from '../view/sweep-format.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 100;
const MOST_ROWS = 40;

export function sweepReport(result: SweepResult, precise: boolean | undefined): string {
  const { manifest, replications, points, unmeasured } = result;
  const confidence = shownConfidence(manifest.confidence);
  const lines = [manifest.name, ...wrapped(manifest.description, WIDTH)];
  lines.push(
    `${count(points.length, 'point')} × ${count(replications, 'replication')} of ${manifest.scenarioName}; ` +
      `mean ± half-width of the ${confidence} interval`,
  );
  if (precise === false) lines.push('the wanted precision was not reached');
  if (replications < 2) lines.push('one replication says nothing about chance: add --replications 10');
  const front = points.filter(({ onFront }) => onFront);
  lines.push('', title(result));
  lines.push(...indented(frontTable(result)));
  if (front.length > MOST_ROWS) lines.push(`  … and ${front.length - MOST_ROWS} more in summary.csv`);
  if (unmeasured > 0) {
    lines.push(`  left out: ${count(unmeasured, 'point')} with replications that measured nothing`);
  }
  const knee = points.find((point) => point.knee);
  if (knee !== undefined) {
    const [x = '', y = ''] = manifest.objectives;
    const text =
      `Knee: ${shownPoint(manifest.factors, knee.levels)}. On either side of it the next step gives up more of one ` +
      `objective (${x}, ${y}) than it gains of the other, measured against the length of the front.`;
    lines.push('', ...wrapped(text, WIDTH));
  }
  for (const objective of manifest.objectives) lines.push(...effectLines(result, objective));
  return `${lines.join('\n')}\n`;
}

function title({ manifest, points }: SweepResult): string {
  const on = points.filter(({ onFront }) => onFront).length;
  return `Pareto front of ${manifest.objectives.join(' and ')}: ${on} of ${count(points.length, 'point')}, ◆ the knee`;
}

/** By the first objective, best first. */
function frontTable({ manifest, points }: SweepResult): string[] {
  const { factors, objectives, measures } = manifest;
  const at = objectives.map((objective) => measures.indexOf(objective));
  const front = points.filter(({ onFront }) => onFront);
  front.sort((a, b) => (a.intervals[at[0]!]?.mean ?? 0) - (b.intervals[at[0]!]?.mean ?? 0) || a.point - b.point);
  const rows: { values: string; levels: string[][]; cells: string[]; knee: boolean }[] = [];
  for (const { knee, levels, intervals } of front) {
    const cells = objectives.map((objective, k) => {
      const interval = intervals[at[k]!];
      return interval === undefined ? 'no samples' : shownInterval(objective, interval);
    });
    const values = JSON.stringify(at.map((k) => intervals[k]));
    const last = rows.at(-1);
    // Settings that cannot be told apart share a line: where a knob has no say, that is one thing to read, not three.
    if (last?.values === values) {
      for (const [k, level] of levels.entries()) if (!last.levels[k]!.includes(level)) last.levels[k]!.push(level);
      last.knee ||= knee;
    } else rows.push({ values, levels: levels.map((level) => [level]), cells, knee });
  }
  const shown = rows
    .slice(0, MOST_ROWS)
    .map(({ levels, cells, knee }) => [
      knee ? '◆' : '',
      ...levels.map((some) => some.map((level) => level || '(as is)').join(', ')),
      ...cells,
    ]);
  const head = ['', ...factors.map(({ label }) => label), ...objectives];
  return table(head, shown);
}

function effectLines({ manifest, effects }: SweepResult, objective: string): string[] {
  const of = effects.filter((effect) => effect.objective === objective);
  if (of.length === 0) return [];
  const how = manifest.design === 'grid' ? 'against the average of all points' : 'from the low end to the high end';
  return [
    '',
    `What each knob does to ${objective} by itself, ${how} (* certain at ${shownConfidence(manifest.confidence)})`,
    ...indented(table(['', '', 'change', '± ', ''], of.map(effectRow), ['left', 'left', 'right', 'right', 'left'])),
  ];
}

function effectRow({ factor, level, objective, change }: Effect): string[] {
  const sure = Number.isFinite(change.half) && Math.abs(change.mean) > change.half;
  const sign = change.mean > 0 ? '+' : '';
  return [
    factor,
    level,
    sign + shownValue(objective, change.mean),
    Number.isFinite(change.half) ? shownValue(objective, change.half) : '',
    sure ? '*' : '',
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => line && `  ${line}`);
}
