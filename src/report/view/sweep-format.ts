/** Measures, intervals and points of experiments as people read them. */
import { unitOf } from '../../experiment/measures.js';
import type { Interval } from '../../stats/interval.js';
import { bytes, number, percent, seconds } from './format.js';

/** `1.25 s`, `20.5 KiB`, `42 %` or `1,234`, as the measure asks for. */
export function shownValue(measure: string, value: number): string {
  const unit = unitOf(measure);
  if (unit === 'seconds') return seconds(value);
  if (unit === 'share') return value < 0 ? `-${share(-value)}` : share(value);
  return unit === 'bytes' ? (value < 0 ? `-${bytes(-value)}` : bytes(value)) : number(value);
}

/** Small ones keep their digits: `0.014 %`. */
function share(value: number): string {
  return value > 0 && value < 0.01 ? `${(value * 100).toPrecision(2)} %` : percent(value);
}

/** Of the mean: a spread below this is rounding in the last digit of a number, not chance. */
const DUST = 1e-9;

/** `2.12 s ± 13.0 ms`; a mean of one replication has no interval. */
export function shownInterval(measure: string, { mean, half }: Interval): string {
  const spread = Number.isFinite(half) ? ` ± ${half <= DUST * Math.abs(mean) ? '0' : shownValue(measure, half)}` : '';
  return shownValue(measure, mean) + spread;
}

/** `+12.3 %`, or nothing to say when there is nothing to compare with. */
export function shownChange(change: number, from: number): string {
  if (from === 0) return change === 0 ? '0 %' : '';
  const percent = (change / Math.abs(from)) * 100;
  return `${percent > 0 ? '+' : ''}${Math.abs(percent) >= 99.5 ? percent.toFixed(0) : percent.toFixed(1)} %`;
}

/** `PILOT_DEBOUNCE_AFTER=1s PILOT_DEBOUNCE_MAX=10s` */
export function shownPoint(factors: readonly { readonly label: string }[], levels: readonly string[]): string {
  return factors.map(({ label }, i) => `${label}=${levels[i] === '' ? '(as is)' : levels[i]}`).join(' ');
}

export function shownConfidence(confidence: number): string {
  return `${Number((confidence * 100).toFixed(3))} %`;
}

/** A table of GitHub's Markdown; the first column is words, the others numbers. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`, ...rows.map(line)];
}
