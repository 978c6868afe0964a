/** The report page's tables by label: when proxies were ready, whose staleness, who got what, which settings. */
import type { RunResult } from '../../measure/recorder/result.js';
import { factor, type Uncertainty, uncertaintyHeading, WORDS } from '../trust/trust.js';
import type { Setting } from '../view/environment.js';
import { number, seconds } from '../view/format.js';
import { readyLine } from '../view/readiness.js';
import { groupTable, type LabelTable, skewText, stalenessTables, typeTable } from '../view/whose.js';
import { escaped, htmlTable } from './text.js';

const SHOWN = 20;

export function readinessSection(result: RunResult): string {
  const line = readyLine(result);
  // A fleet has a section of its own.
  if (line === undefined || result.fleet !== undefined) return '';
  const { first, half, percent_99, last } = result.readiness;
  const shown = (at: number | null) => (at === null ? 'not in this run' : seconds(at));
  const rows = [
    ['the first proxy', shown(first)],
    ['half of them', shown(half)],
    ['99 % of them', shown(percent_99)],
    ['all of them', shown(last)],
  ];
  return `<section><h2>When proxies had their first configuration</h2><p>${escaped(line)}.</p>${htmlTable(['', 'after'], rows)}</section>`;
}

export function whoseSection(result: RunResult): string {
  const tables = stalenessTables(result, SHOWN);
  if (tables.length === 0) return '';
  const skew = skewText(result);
  const text = skew === undefined ? '' : `<p>${escaped(skew)}</p>`;
  return `<section><h2>Whose staleness</h2><p class="note">The same samples apart, the slowest first.</p>${tables.map(block).join('')}${text}</section>`;
}

export function trafficSection(result: RunResult): string {
  const tables = [typeTable(result), groupTable(result, SHOWN)].filter(({ rows }) => rows.length > 0);
  if (tables.length === 0) return '';
  return `<section><h2>Who got what</h2><p class="note">Messages of each type; a group is namespace/workload.</p>${tables.map(block).join('')}</section>`;
}

export function settingsSection(settings: readonly Setting[]): string {
  const rows = settings.map(({ name, value, origin }) => [name, value, origin]);
  return `<section><h2>Settings in force</h2>${htmlTable(['variable', 'value', 'from'], rows)}</section>`;
}

/** By what factor such figures were off on recordings; nothing where costs are plain numbers. */
export function worthSection(uncertainty: Uncertainty | undefined): string {
  if (uncertainty === undefined) return '';
  const rows = uncertainty.quantities.map(({ quantity, half, nine_of_ten, rows: figures }) => {
    return [WORDS[quantity], factor(half), factor(nine_of_ten), number(figures)];
  });
  const table = htmlTable(['', 'in half of the figures', 'in nine of ten', 'figures'], rows);
  return `<section><h2>How far to trust it</h2><p>${escaped(uncertaintyHeading(uncertainty))}</p>${table}</section>`;
}

function block({ title, head, rows, more }: LabelTable): string {
  const rest = more > 0 ? `<p class="note">… and ${number(more)} more in summary.json</p>` : '';
  return `<h3>${escaped(title)}</h3>${htmlTable(head, rows)}${rest}`;
}
