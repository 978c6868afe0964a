/** The rules beneath a difference, and the list of where they come from. */

import type { Effect } from '../../experiment/verify/ablation.js';
import type { VersionRule } from '../../experiment/verify/behaviour.js';
import type { Cause, Difference } from '../../experiment/verify/causes.js';
import type { FigureName } from '../../experiment/verify/version-figures.js';
import { greatest } from '../../stats/extremes.js';
import { wrapped } from '../text/wrap.js';
import { count, number } from './format.js';
import { signed, valueText } from './version-values.js';

const WIDTH = 118;
const INDENT = 4;
/** Amounts stand in a column of this width. */
const AMOUNT = 11;
/** More than so many causes of one figure are summed up. */
const MOST = 6;
/** A remainder below this share of the difference is rounding. */
const NEGLIGIBLE = 0.005;

/** @param told rules whose sentence stands above already; those told here are added */
export function causeLines(row: Difference<FigureName>, told: Set<string>): string[] {
  const { causes, smaller, remainder } = row;
  const amount = (value: number) => signed(value, (size) => valueText(row.figure, size));
  const [shown, rest] = [causes.slice(0, MOST), causes.slice(MOST)];
  const lines = shown.flatMap((cause) => causeText(cause, amount, told));
  const others = [...rest.flatMap(({ rules }) => rules), ...smaller.rules];
  if (others.length > 0) {
    const sum = rest.reduce((total, cause) => total + cause.amount, smaller.amount);
    const names = others.length > 6 ? '' : `: ${others.map(({ rule }) => rule.id).join(', ')}`;
    lines.push(...item(amount(sum), `${count(others.length, 'smaller rule')}${names}`));
  }
  if (Math.abs(remainder) > NEGLIGIBLE * Math.abs(row.to - row.from)) {
    const chance = Math.abs(remainder) <= row.half ? ' (no more than chance)' : '';
    lines.push(...item(amount(remainder), `not explained by these rules${chance}`));
  }
  return lines;
}

function causeText({ amount: sum, rules }: Cause, amount: (value: number) => string, told: Set<string>): string[] {
  const [only] = rules;
  if (rules.length === 1 && only !== undefined) return item(amount(sum), ruleText(only.rule, told));
  const lines = item(amount(sum), 'together, as one changes what another does:');
  for (const effect of rules.slice(0, MOST)) {
    lines.push(...item('', ruleText(effect.rule, told, ` (${alone(effect, amount)})`), 2));
  }
  if (rules.length > MOST) lines.push(...item('', `and ${count(rules.length - MOST, 'more rule')}`, 2));
  return lines;
}

function alone({ alone: first, last }: Effect, amount: (value: number) => string): string {
  return `alone ${amount(first.mean)}, after all others ${amount(last.mean)}`;
}

function ruleText({ id, says }: VersionRule, told: Set<string>, amounts = ''): string {
  if (told.has(id)) return id + amounts;
  told.add(id);
  return `${id}${amounts}: ${says}`;
}

function item(amount: string, text: string, deeper = 0): string[] {
  const lead = INDENT + AMOUNT + 2 + deeper;
  return unbroken(text, WIDTH - lead).map((line, i) => {
    return `${(i === 0 ? `${' '.repeat(INDENT)}${amount.padStart(AMOUNT)}` : '').padEnd(lead)}${line}`;
  });
}

/** Wrapped, but never between a number and its unit. */
function unbroken(text: string, width: number): string[] {
  const tied = text.replace(/(\d) (?=(%|[mµn]?s|bytes|[KMG]?i?B)\b|%)/g, '$1\u0000');
  return wrapped(tied, width).map((line) => line.replaceAll('\u0000', ' '));
}

/** Every rule named above with its place in Istio, or the numbers it consists of. */
export function ruleSources(setUps: readonly { readonly rows: readonly Difference<FigureName>[] }[]): string[] {
  const named = new Map<string, VersionRule>();
  for (const { rows } of setUps) {
    for (const { causes, smaller } of rows) {
      for (const { rule } of [...causes.flatMap(({ rules }) => rules), ...smaller.rules]) named.set(rule.id, rule);
    }
  }
  if (named.size === 0) return [];
  const width = greatest([...named.keys()].map((id) => id.length)) + 2;
  const rules = [...named.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return [
    'Where the rules come from (functions of istiod; numbers of the cost profiles were fitted to recordings)',
    ...rules.flatMap((rule) => {
      const numbers = rule.numbers.map(({ path, from, to }) => `${path} ${number(from)} → ${number(to)}`);
      const text = [rule.source, ...(numbers.length > 0 ? [numbers.join(', ')] : [])].join('; ');
      return wrapped(text, WIDTH - 2 - width).map((line, i) => `  ${(i === 0 ? rule.id : '').padEnd(width)}${line}`);
    }),
  ];
}
