/** The answer of `pushsim compare`: in words, as a table, and in the shapes that pull requests and benchstat take. */
import { type Comparison, type Direction, directionOf, type MeasureComparison } from '../../experiment/compare.js';
import type { GateResult } from '../../experiment/gate.js';
import { unitOf } from '../../experiment/measures.js';
import { writtenInterval } from '../files/sweep-json.js';
import { count, percent } from '../view/format.js';
import { gateCells, MARKS, writtenGate } from '../view/gate.js';
import { markdownTable, shownChange, shownConfidence, shownInterval } from '../view/sweep-format.js';
import { table } from './table.js';
import { wrapped } from './wrap.js';

const WIDTH = 100;

export function comparisonText(comparison: Comparison): string {
  const lines = [...wrapped(comparisonHeading(comparison), WIDTH)];
  for (const i of comparison.names.slice(1).keys()) {
    const { head, rows } = comparisonRows(comparison, i);
    lines.push('', ...wrapped(verdict(comparison, i), WIDTH), '');
    lines.push(...table([...head], rows).map((line) => `  ${line}`));
  }
  lines.push('', ...wrapped(footnote(comparison), WIDTH), ...gateLines(comparison));
  return `${lines.join('\n')}\n`;
}

/** The verdicts, and the gate's. */
export function comparisonShort(comparison: Comparison): string {
  const verdicts = comparison.names.slice(1).map((_, i) => verdict(comparison, i));
  return `${[...verdicts, ...(comparison.gate ?? []).map(gateLine)].join('\n')}\n`;
}

function gateLines({ gate = [] }: Comparison): string[] {
  return gate.length === 0 ? [] : ['', 'Gate', ...gate.map((result) => `  ${gateLine(result)}`)];
}

function gateLine(result: GateResult): string {
  const [condition = '', name = '', measured = '', verdictText = ''] = gateCells(result);
  return `${MARKS[result.verdict]} fail on ${condition}: ${name} ${measured === '' ? '' : `${measured}, `}${verdictText}`;
}

export function comparisonMarkdown(comparison: Comparison): string {
  const { names, gate = [] } = comparison;
  const parts = names.slice(1).map((_, i) => {
    const { head, rows } = comparisonRows(comparison, i);
    const cells = rows.map((row) => row.map((cell, k) => (k === 0 ? `\`${cell}\`` : cell)));
    return [`**${verdict(comparison, i)}**`, '', ...markdownTable(head, cells), ''].join('\n');
  });
  const judged = gate.map((result) => [MARKS[result.verdict], ...gateCells(result)]);
  const gates =
    judged.length === 0 ? '' : `${markdownTable(['', 'fails on', 'scenario', 'measured', ''], judged).join('\n')}\n\n`;
  return `${gates}${parts.join('\n')}\n${comparisonHeading(comparison)} ${footnote(comparison)}\n`;
}

/** A row for each measure, of one scenario against the first. */
export function comparisonRows({ names, measures }: Comparison, other: number) {
  const head = ['', names[0]!, names[other + 1]!, 'difference', '', 'pairing saved'];
  return { head, rows: measures.map((measure) => differenceRow(measure, other)) };
}

export function comparisonHeading({ names, replications, confidence, common, precise }: Comparison): string {
  const pairs = common ? 'with the same random numbers' : 'with independent random numbers';
  const together = names.length > 2 ? ', all differences of a measure together (Bonferroni)' : '';
  const missed = precise === false ? ' The wanted precision was not reached.' : '';
  return `${count(replications, 'replication')} each, ${pairs}; means ± half-width of ${shownConfidence(confidence)} intervals${together}.${missed}`;
}

function footnote({ common }: Comparison): string {
  const saved = common
    ? '"Pairing saved": the share of the variance of the difference that the common random numbers removed; at 90 % ten times as many independent replications would be needed.'
    : '';
  return `~ no certain difference. ${saved}`.trim();
}

function differenceRow({ measure, intervals, differences }: MeasureComparison, other: number): string[] {
  const [a, b] = [intervals[0], intervals[other + 1]];
  const shown = (interval: typeof a) => (interval === undefined ? 'no samples' : shownInterval(measure, interval));
  const found = differences[other];
  if (found === undefined || a === undefined) return [measure, shown(a), shown(b), '', '', ''];
  const { difference, varianceReduction } = found;
  const direction = directionOf(difference);
  const sign = difference.mean > 0 ? '+' : '';
  const change = direction === 'same' ? '=' : sign + shownInterval(measure, difference);
  const relative = direction === 'unsure' ? '~' : direction === 'same' ? '' : shownChange(difference.mean, a.mean);
  const saved =
    varianceReduction === 0
      ? ''
      : varianceReduction < 0
        ? `-${percent(-varianceReduction)}`
        : percent(varianceReduction);
  return [measure, shown(a), shown(b), change, relative, saved];
}

/** One sentence: better, worse, a trade, or nothing certain. Every measure is better when it is lower. */
export function verdict({ names, measures, replications }: Comparison, other: number): string {
  const [base = '', name = ''] = [names[0], names[other + 1]];
  if (replications < 2) return `${name} against ${base}: one replication says nothing about chance.`;
  const of = (wanted: Direction) =>
    measures.flatMap(({ measure, differences, intervals }) => {
      const found = differences[other];
      if (found === undefined || directionOf(found.difference) !== wanted) return [];
      const change = shownChange(found.difference.mean, intervals[0]?.mean ?? 0).replace(/^[+-]/, '');
      return [`${measure}${change && ` by ${change}`}`];
    });
  const [lower, higher] = [of('lower'), of('higher')];
  if (lower.length > 0 && higher.length > 0) {
    return `${name} is a trade: it lowers ${listed(lower)}, and raises ${listed(higher)}.`;
  }
  if (lower.length > 0)
    return `${name} is better than ${base}: it lowers ${listed(lower)}, and raises nothing for certain.`;
  if (higher.length > 0)
    return `${name} is worse than ${base}: it raises ${listed(higher)}, and lowers nothing for certain.`;
  const same = measures.every(({ differences }) => {
    const found = differences[other];
    return found === undefined || directionOf(found.difference) === 'same';
  });
  if (same) return `${name} does exactly what ${base} does, in every measure and every replication.`;
  return `Between ${name} and ${base} there is no certain difference; more replications may find one.`;
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/**
 * One line for each replication in the format of Go's benchmarks: `benchstat -col /scenario FILE` compares the
 * scenarios. Benchstat does not know of pairs, so its p-values are more cautious than the intervals here.
 */
export function comparisonBenchstat({ names, measures, outcomes }: Comparison, version: string): string {
  const units = measures.map(({ measure }) => ({ measure, unit: benchUnit(measure) }));
  const lines = [`pushsim: ${version}`, ...units.map(({ unit }) => `Unit ${unit} better=lower`), ''];
  for (const [i, name] of names.entries()) {
    const slug = name.replace(/[^\w.=:,-]+/g, '_');
    for (const { measures: values } of outcomes[i] ?? []) {
      const pairs = units.flatMap(({ measure, unit }) => {
        const value = values[measure];
        return value === null || value === undefined ? [] : [`${value} ${unit}`];
      });
      // The last number of a name means cores to benchstat: without one it would take it from the scenario's name.
      lines.push(`BenchmarkIstiod/scenario=${slug}-1 1 ${pairs.join(' ')}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function benchUnit(measure: string): string {
  const unit = unitOf(measure);
  const name = measure
    .replace(/^pilot_/, '')
    .replaceAll('.', '-')
    .replace(/_seconds\b|_bytes\b|-total$/g, '');
  if (unit === 'seconds') return `${name}-sec`;
  return unit === 'bytes' ? `${name}-bytes` : name;
}

export function comparisonJson({ measures, outcomes: _outcomes, gate, ...rest }: Comparison): string {
  const written = measures.map(({ measure, intervals, differences }) => ({
    measure,
    scenarios: intervals.map(writtenInterval),
    differences: differences.map((found) =>
      found === undefined
        ? null
        : {
            ...writtenInterval(found.difference),
            direction: directionOf(found.difference),
            correlation: found.correlation,
            variance_reduction: found.varianceReduction,
          },
    ),
  }));
  const judged = gate === undefined ? {} : { gate: writtenGate(gate) };
  return `${JSON.stringify({ ...rest, measures: written, ...judged }, null, 2)}\n`;
}
