/** `pushsim compare --releases`: what an upgrade changes on one mesh. */
import type { ComparedReleases } from '../../experiment/compare-releases.js';
import { count, percent } from '../view/format.js';
import { alsoChanged, expectations } from '../view/upgrade.js';
import { causeLines, ruleSources } from '../view/version-causes.js';
import { signed, valueText } from '../view/version-values.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 118;

export interface Upgrade {
  readonly scenario: string;
  /** As written. */
  readonly releases: readonly [string, string];
  readonly compared: ComparedReleases;
}

/** In one line, what of it moves. */
export function upgradeVerdict({ scenario, releases: [from, to], compared: { rows } }: Upgrade): string {
  const figures = rows.map(({ figure }) => figure.label).join(', ');
  return `${scenario}: ${from} to ${to}: ${rows.length === 0 ? 'no difference' : `different: ${figures}`}\n`;
}

export function upgradeText({ scenario, releases, compared }: Upgrade): string {
  const [from, to] = releases;
  const { rows, same, idleRules } = compared;
  const told = new Set<string>();
  const body = table(
    ['', from, to, 'difference', ''],
    rows.map(({ figure, from: a, to: b, half }) => {
      const shown = (value: number) => valueText(figure, value);
      const chance = half > 0 ? ` ± ${shown(half)}` : '';
      const relative = a === 0 ? '' : `(${signed(b / a - 1, percent)})`;
      return [figure.label, shown(a), shown(b), `${signed(b - a, shown)}${chance}`, relative];
    }),
  );
  return [
    `${scenario}: what to expect when you upgrade from ${from} to ${to}`,
    ...expectations(compared).flatMap((text) => item(text)),
    ...(rows.length === 0 ? [] : ['', body[0] ?? '']),
    ...rows.flatMap((row, i) => [body[i + 1] ?? '', ...causeLines(row, told)]),
    '',
    ...alikeLines(same),
    ...(idleRules > 0 ? [`The releases also differ in ${count(idleRules, 'rule')} without effect on this mesh.`] : []),
    ...costLines(releases, compared),
    ...alsoLines(from, to),
    '',
    ...ruleSources([{ rows }]),
    '',
  ].join('\n');
}

function alikeLines(same: ComparedReleases['same']): string[] {
  if (same.length === 0) return [];
  const text = same.map(({ figure, value }) => `${figure.label} ${valueText(figure, value)}`).join(', ');
  return wrapped(`No difference beyond chance: ${text}.`, WIDTH);
}

function costLines([from, to]: readonly [string, string], { costsOf }: ComparedReleases): string[] {
  const borrowed = [from, to].flatMap((name, i) =>
    costsOf[i] === undefined ? [] : [`${name} those of ${costsOf[i]}`],
  );
  if (borrowed.length === 0) return [];
  return wrapped(`CPU costs were not measured in all releases: ${borrowed.join(', ')}.`, WIDTH);
}

function alsoLines(from: string, to: string): string[] {
  const also = alsoChanged(from, to);
  return also.length === 0
    ? []
    : ['', 'Changed as well, and not part of the model', ...also.flatMap((text) => item(text))];
}

function item(text: string): string[] {
  return wrapped(text, WIDTH - 4).map((line, i) => `${i === 0 ? '  · ' : '    '}${line}`);
}
