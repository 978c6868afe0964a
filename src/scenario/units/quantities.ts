/** Amounts as Kubernetes writes them, read exactly: `2Gi`, `500m`, `1e3`. */

import { LONGEST } from '../../istio/environment/go-duration.js';
import { bad, good, type Parsed } from './units.js';

const QUANTITY = /^([+-]?)(\d+)?(?:\.(\d*))?(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d{1,3})?$/;
const DECIMAL_SUFFIX: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY_SUFFIX: Readonly<Record<string, bigint>> = { Ki: 10n, Mi: 20n, Gi: 30n, Ti: 40n, Pi: 50n, Ei: 60n };

/**
 * A Kubernetes quantity in billionths (`1` is 1e9, `250m` 250e6), rounded up like Kubernetes below that; undefined
 * when it is none. Exponents beyond ±30 count as none: no amount of anything needs them.
 */
export function parseQuantity(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  const match = QUANTITY.exec(text);
  if (!match) return undefined;
  const [, sign, whole = '', fraction = '', suffix = ''] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(whole + fraction);
  let power = 9 - fraction.length + (DECIMAL_SUFFIX[suffix] ?? 0);
  if (/^[eE][+-]?\d/.test(suffix)) power += Number(suffix.slice(1));
  if (Math.abs(power) > 48 + LONGEST) return undefined;
  const shifted = digits << (BINARY_SUFFIX[suffix] ?? 0n);
  const magnitude = power >= 0 ? shifted * 10n ** BigInt(power) : ceilDivide(shifted, 10n ** BigInt(-power));
  return sign === '-' ? -magnitude : magnitude;
}

function ceilDivide(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b;
}

/** Whole bytes, zero or more, such as `200Ki` or `2Gi`. */
export function parseBytes(text: string): Parsed<number> {
  const nano = parseQuantity(text);
  const expected = 'an amount of bytes, such as 512, 200Ki or 2Gi';
  if (nano === undefined) return bad(expected, bytesHint(text));
  if (nano < 0n) return bad('an amount of zero or more bytes');
  if (nano % 1_000_000_000n !== 0n) {
    return bad(
      expected,
      text.endsWith('m') ? `m means thousandths; for mebibytes write ${text.slice(0, -1)}Mi` : undefined,
    );
  }
  const bytes = nano / 1_000_000_000n;
  if (bytes > BigInt(Number.MAX_SAFE_INTEGER)) return bad('fewer than 8Pi bytes');
  return good(Number(bytes));
}

function bytesHint(text: string): string | undefined {
  const loose = /^(\d+(?:\.\d+)?) *([kmgt])i?b$/i.exec(text);
  return loose ? `write ${loose[1]}${loose[2]!.toUpperCase()}i` : undefined;
}

/** The longest exact binary suffix: 2147483648 is `2Gi`, 1000 stays `1000`. Reads back to the same number. */
export function formatBytesExactly(bytes: number): string {
  for (const [suffix, power] of [
    ['Gi', 30],
    ['Mi', 20],
    ['Ki', 10],
  ] as const) {
    if (bytes !== 0 && bytes % 2 ** power === 0) return `${bytes / 2 ** power}${suffix}`;
  }
  return String(bytes);
}

/** More cores than any machine has: beyond it, a slip such as a missing `m`. */
const MOST_CORES = 4096n * 1_000_000_000n;

/** Cores, more than zero, such as `2`, `1.5` or `500m`. */
export function parseCores(text: string): Parsed<number> {
  const nano = parseQuantity(text);
  if (nano === undefined) return bad('an amount of CPU, such as 2, 1.5 or 500m');
  if (nano <= 0n) return bad('more than zero CPU');
  if (nano > MOST_CORES) return bad('at most 4096 cores', `thousandths are written with m: ${text}m`);
  return good(Number(nano) / 1e9);
}

/** `2`, `500m`, or billionths: reads back to the same number. */
export function formatCores(cores: number): string {
  const nano = BigInt(Math.round(cores * 1e9));
  if (nano % 1_000_000_000n === 0n) return String(nano / 1_000_000_000n);
  return nano % 1_000_000n === 0n ? `${nano / 1_000_000n}m` : `${nano}n`;
}
