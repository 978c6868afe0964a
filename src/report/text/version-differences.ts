/** What differs between two versions on the same set-up: figures side by side, beneath each the rules that cause it. */
import type { Difference } from '../../experiment/verify/causes.js';
import type { ComparedFigure, ComparedSetUp, SameFigure } from '../../experiment/verify/versions.js';
import { count, number, percent } from '../view/format.js';
import { causeLines, ruleSources } from '../view/version-causes.js';
import { signed, valueText } from '../view/version-values.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 118;

export function versionDifferences(setUps: readonly ComparedSetUp[], versions: readonly [string, string]): string {
  const lines = setUps.flatMap((setUp) => [...setUpLines(setUp, versions), '']);
  return [...lines, ...ruleSources(setUps), '', ...verdict(setUps, versions)].join('\n');
}

function setUpLines(compared: ComparedSetUp, versions: readonly [string, string]): string[] {
  const { setUp, rows, same, idleRules } = compared;
  const lines = [title(compared), ...setUp.notes.flatMap((note) => wrapped(note, WIDTH))];
  if (rows.length > 0) {
    const [head = '', ...body] = table(heads(versions, rows), rows.map(cells));
    // A rule's sentence is for where it is first needed; its name is enough afterwards.
    const told = new Set<string>();
    lines.push('', head, ...rows.flatMap((row, i) => [body[i] ?? '', ...causeLines(row, told)]), '');
  }
  const alike = same.filter(({ byChance }) => !byChance);
  const nearly = same.filter(({ byChance }) => byChance);
  if (alike.length > 0) lines.push(...wrapped(`The same in both: ${alike.map(sameText).join(', ')}.`, WIDTH));
  if (nearly.length > 0) {
    lines.push(...wrapped(`No difference beyond chance: ${nearly.map(sameText).join(', ')}.`, WIDTH));
  }
  if (idleRules > 0) {
    lines.push(
      `The versions also differ in ${count(idleRules, 'rule')} that ${idleRules === 1 ? 'plays' : 'play'} no part here.`,
    );
  }
  return lines;
}

function title({ setUp: { recordings, setUp } }: ComparedSetUp): string {
  const { proxies, mesh, ops, xds } = setUp;
  const names = recordings.length > 4 ? [...recordings.slice(0, 3), `${recordings.length - 3} more`] : recordings;
  const all = proxies.sidecars + proxies.gateways;
  return `${names.join(', ')}: ${count(all, 'proxy', 'proxies')}, ${count(mesh.services, 'service')}, ${count(ops.length, 'operation')}, ${xds === 'delta' ? 'delta xDS' : 'SotW'}`;
}

function heads([from, to]: readonly [string, string], rows: readonly ComparedFigure[]): string[] {
  const predicted = ['', from, to, 'difference', ''];
  return rows.some(({ measured }) => measured !== undefined)
    ? [...predicted, `real ${from}`, `real ${to}`, '']
    : predicted;
}

function cells(row: ComparedFigure): string[] {
  const { figure, from, to, half, measured } = row;
  const relative = from === 0 || from === to ? '' : `(${signed(to / from - 1, percent)})`;
  const chance = half > 0 ? ` ± ${valueText(figure, half)}` : '';
  const predicted = [valueText(figure, from), valueText(figure, to), `${difference(row)}${chance}`, relative];
  if (measured === undefined) return [figure.label, ...predicted];
  const mark = measured.agrees === undefined ? '' : measured.agrees ? '✓' : '✗';
  return [figure.label, ...predicted, valueText(figure, measured.from), valueText(figure, measured.to), mark];
}

function difference({ figure, from, to }: Difference): string {
  return signed(to - from, (size) => valueText(figure, size));
}

function sameText({ figure, value }: SameFigure): string {
  return `${figure.label} ${valueText(figure, value)}`;
}

function verdict(setUps: readonly ComparedSetUp[], [from, to]: readonly [string, string]): string[] {
  const judged = setUps.flatMap(({ rows, same }) => [...rows, ...same]).map(({ measured }) => measured?.agrees);
  const [right, wrong] = [judged.filter((agrees) => agrees === true), judged.filter((agrees) => agrees === false)];
  if (right.length + wrong.length === 0) return [];
  const text = `Real runs of both ${from} and ${to} tell the direction of ${count(right.length + wrong.length, 'count and size', 'counts and sizes')} above, those that are the same in both included: ${number(right.length)} go the predicted way${wrong.length === 0 ? '' : `, ${number(wrong.length)} marked ✗ do not`}.`;
  const copies = setUps.some(({ setUp, rows }) => {
    return !setUp.measured?.sameMultiplicities && rows.some(({ measured }) => measured?.agrees === false);
  });
  const why = copies ? ' Where one recording received updates several times, copies that came apart may be why.' : '';
  return [...wrapped(text + why, WIDTH), ''];
}
