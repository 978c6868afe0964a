/**
 * Times and rates as people write them: Go durations (the format of istiod's own settings) and events per time. They
 * are read exactly, with integers, never through floating point; what cannot be kept exactly is refused instead of
 * rounded, except where Go itself cuts off. Amounts are in `quantities.ts`.
 */
import type { Nanos } from '../../engine/time.js';
import { LONGEST, NANOS_PER, parseGoDuration } from '../../istio/environment/go-duration.js';

/** Either the value, or what would have been acceptable (to complete the sentence "expected …"). */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly expected: string; readonly hint?: string };

export const good = <T>(value: T): Parsed<T> => ({ ok: true, value });
export const bad = <T>(expected: string, hint?: string): Parsed<T> => ({
  ok: false,
  expected,
  ...(hint ? { hint } : {}),
});

const A_DURATION = 'a duration with a unit, such as 100ms, 2.5s or 1m30s';

/** A duration of zero or more that simulated time can hold: nanoseconds, below 2^53 (104 days). */
export function parseDuration(text: string): Parsed<Nanos> {
  const nanos = parseGoDuration(text);
  if (nanos === undefined) return bad(A_DURATION, durationHint(text));
  if (nanos < 0n) return bad('a duration of zero or more');
  if (nanos > BigInt(Number.MAX_SAFE_INTEGER)) return bad('a duration below 104 days, the longest simulated time');
  return good(Number(nanos) as Nanos);
}

function durationHint(text: string): string | undefined {
  if (/^[+-]?\d+(\.\d+)?$/.test(text)) return `write the unit: ${text}s or ${text}ms`;
  if (/^\d+ *d(ays?)?$/i.test(text)) return 'the largest unit is h: one day is 24h';
  const loose = /^(\d+(?:\.\d+)?) *(ms|millis|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hours?)$/i.exec(text);
  if (!loose) return undefined;
  const unit = loose[2]!.toLowerCase();
  return `write ${loose[1]}${unit.startsWith('mil') || unit === 'ms' ? 'ms' : unit[0]}`;
}

const DURATION_STEPS: readonly (readonly [string, bigint])[] = [
  ['h', 3_600_000_000_000n],
  ['m', 60_000_000_000n],
  ['s', 1_000_000_000n],
  ['ms', 1_000_000n],
  ['us', 1_000n],
  ['ns', 1n],
];

/** The shortest exact writing: `2.5s`, `1m30s`, `100us`. Reads back to the same number. */
export function formatDuration(nanos: number): string {
  let rest = BigInt(nanos);
  if (rest === 0n) return '0s';
  const sign = rest < 0n ? '-' : '';
  if (rest < 0n) rest = -rest;
  let text = '';
  for (const [unit, size] of DURATION_STEPS) {
    if (rest < size) continue;
    const whole = rest / size;
    if (size >= NANOS_PER.m!) {
      text += `${whole}${unit}`;
      rest %= size;
      continue;
    }
    const digits = (rest % size)
      .toString()
      .padStart(size.toString().length - 1, '0')
      .replace(/0+$/, '');
    return `${sign}${text}${whole}${digits && `.${digits}`}${unit}`;
  }
  return sign + text;
}

/** The mean gap between events of a rate such as `3/s`, `90/m` or `1/250ms`: whole nanoseconds, to the nearest. */
export function parseRate(text: string): Parsed<Nanos> {
  const expected = 'a rate, such as 3/s, 90/m or 1/250ms';
  const match = text.length > LONGEST ? null : /^ *(\d{1,15})(?:\.(\d{1,15}))? *\/ *(\S+) *$/.exec(text);
  if (!match) return bad(expected, /^\d+(\.\d+)?$/.test(text) ? `say per what: ${text}/s` : undefined);
  const [, whole = '0', fraction = '', per = ''] = match;
  const nanos = NANOS_PER[per] ?? parseGoDuration(per);
  if (nanos === undefined || nanos <= 0n) return bad(expected);
  const scaled = BigInt(whole + fraction);
  if (scaled === 0n) return bad('a rate above zero');
  const gap = (2n * nanos * 10n ** BigInt(fraction.length) + scaled) / (2n * scaled);
  if (gap < 1n) return bad('a rate of at most one event per nanosecond');
  if (gap > BigInt(Number.MAX_SAFE_INTEGER)) return bad('a rate of at least one event in 104 days');
  return good(Number(gap) as Nanos);
}

/** A rate with this mean gap, per second, minute or hour where that is exact. Reads back to the same gap. */
export function formatRate(gap: number): string {
  for (const unit of ['s', 'm', 'h'] as const) {
    const text = `${Math.round(Number(NANOS_PER[unit]) / gap)}/${unit}`;
    const back = parseRate(text);
    if (back.ok && back.value === gap) return text;
  }
  return `1/${formatDuration(gap)}`;
}
