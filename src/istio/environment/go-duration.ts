/** Go's durations, in which istiod's settings are written. Read exactly, with integers, never through floating point. */

/** Longer texts are no numbers; the cap keeps bigint arithmetic cheap on hostile files. */
export const LONGEST = 64;

export const NANOS_PER: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const DURATION = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const DURATION_PART = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h)/g;

/** Nanoseconds in a Go duration, as `time.ParseDuration` reads it; undefined where Go reports an error. */
export function parseGoDuration(text: string): bigint | undefined {
  if (text.length > LONGEST) return undefined;
  if (/^[+-]?0$/.test(text)) return 0n;
  if (!DURATION.test(text)) return undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of text.matchAll(DURATION_PART)) {
    const scale = NANOS_PER[unit]!;
    total += BigInt(whole || '0') * scale;
    // Like Go, digits below a nanosecond are cut off in each part.
    if (fraction !== '') total += (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length);
  }
  const negative = text.startsWith('-');
  if (total > (negative ? 1n << 63n : (1n << 63n) - 1n)) return undefined;
  return negative ? -total : total;
}
