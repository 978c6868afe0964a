/** Factors that run over a range: from a place between 0 and 1 to a value as a scenario writes it, and back. */
import { exp, ln } from '../../engine/random/ln-exp.js';
import { parseBytes, parseQuantity } from '../../scenario/units/quantities.js';
import { formatDuration, parseDuration } from '../../scenario/units/units.js';
import type { RangeYaml } from './grammar.js';

type Kind = 'duration' | 'bytes' | 'number';

/** Durations in nanoseconds, sizes in bytes, others as they are; undefined for what is no quantity. */
export function numeric(text: string): { readonly kind: Kind; readonly value: number } | undefined {
  // Before durations: a bare 0 is both.
  if (/^-?\d+(\.\d+)?$/.test(text)) return { kind: 'number', value: Number(text) };
  const duration = parseDuration(text);
  if (duration.ok && !/^\d+m$/.test(text)) return { kind: 'duration', value: duration.value };
  if (/[KMGTPE]i$/.test(text)) {
    const size = parseBytes(text);
    if (size.ok) return { kind: 'bytes', value: size.value };
  }
  const quantity = parseQuantity(text);
  return quantity === undefined ? undefined : { kind: 'number', value: Number(quantity) / 1e9 };
}

export interface ResolvedRange {
  readonly low: string;
  readonly high: string;
  /** The value at a place from 0 to 1. */
  readonly at: (place: number) => string;
}

/** @returns what is wrong, when something is */
export function resolveRange({ from, to, scale, whole }: RangeYaml): ResolvedRange | string {
  const low = numeric(String(from));
  const high = numeric(String(to));
  if (low === undefined || high === undefined) return 'two durations or two quantities, such as 100ms and 10s';
  if (low.kind !== high.kind) return 'two ends in the same kind of unit';
  if (low.value >= high.value) return 'an end above its beginning';
  if (scale === 'log' && low.value <= 0) return 'a beginning above zero, for a log scale';
  const { kind } = low;
  const write = (value: number): string => {
    if (kind === 'duration') return formatDuration(toDigits(value, 1_000));
    if (kind === 'bytes' || whole) return String(Math.round(value));
    return String(Math.round(value * 1_000) / 1_000);
  };
  const at = (place: number) => {
    if (whole && scale === 'linear') {
      // Every whole number gets an equal share of the range.
      const steps = Math.floor(high.value) - Math.ceil(low.value) + 1;
      return write(Math.min(Math.floor(high.value), Math.ceil(low.value) + Math.floor(place * steps)));
    }
    if (scale === 'linear') return write(low.value + place * (high.value - low.value));
    const bottom = ln(low.value);
    return write(exp(bottom + place * (ln(high.value) - bottom)));
  };
  return { low: String(from), high: String(to), at };
}

/** Nobody sets a debounce of 147.382915 ms: three digits of the leading unit are kept. */
function toDigits(value: number, digits: number): number {
  let unit = 1;
  while (value / unit >= digits) unit *= 10;
  return Math.round(value / unit) * unit;
}
