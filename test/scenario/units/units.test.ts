import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseGoDuration } from '../../../src/istio/environment/go-duration.js';
import {
  formatBytesExactly,
  formatCores,
  parseBytes,
  parseCores,
  parseQuantity,
} from '../../../src/scenario/units/quantities.js';
import { formatDuration, formatRate, parseDuration, parseRate } from '../../../src/scenario/units/units.js';

const MS = 1_000_000n;
const S = 1_000n * MS;

describe('durations read like time.ParseDuration', () => {
  // The cases of Go's own table of good strings, retold.
  test.each<[string, bigint]>([
    ['0', 0n],
    ['5s', 5n * S],
    ['30s', 30n * S],
    ['1478s', 1478n * S],
    ['-5s', -5n * S],
    ['+5s', 5n * S],
    ['-0', 0n],
    ['+0', 0n],
    ['5.0s', 5n * S],
    ['5.6s', 5600n * MS],
    ['5.s', 5n * S],
    ['.5s', 500n * MS],
    ['1.0s', S],
    ['1.00s', S],
    ['1.004s', 1004n * MS],
    ['1.0040s', 1004n * MS],
    ['100.00100s', 100_001n * MS],
    ['10ns', 10n],
    ['11us', 11_000n],
    ['12µs', 12_000n],
    ['12μs', 12_000n],
    ['13ms', 13n * MS],
    ['14s', 14n * S],
    ['15m', 15n * 60n * S],
    ['16h', 16n * 3600n * S],
    ['3h30m', 12_600n * S],
    ['10.5s4m', 250_500n * MS],
    ['-2m3.4s', -123_400n * MS],
    ['1h2m3s4ms5us6ns', 3_723_004_005_006n],
    ['39h9m14.425s', 140_954_425n * MS],
    ['52763797000ns', 52_763_797_000n],
    ['0.3333333333333333333h', 1_199_999_999_999n],
    ['9223372036854775807ns', (1n << 63n) - 1n],
    ['-9223372036854775808ns', -(1n << 63n)],
    ['0.100000000000000000000h', 360n * S],
    ['1.5ns', 1n],
  ])('%s', (text, nanos) => {
    expect(parseGoDuration(text)).toBe(nanos);
  });

  test.each([
    '',
    '3',
    '-',
    's',
    '.',
    '-.',
    '.s',
    '+.s',
    '1d',
    '1 s',
    '10s garbage',
    '1,000s',
    '1M',
    '3000000h',
    '9223372036854775808ns',
    '0x1s',
    '1e3s',
    '٣s',
  ])('%j is refused, as in Go', (text) => {
    expect(parseGoDuration(text)).toBeUndefined();
  });

  test('every duration is written so that it reads back to itself', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }), (nanos) => {
        const parsed = parseDuration(formatDuration(Number(nanos)));
        expect(parsed).toEqual({ ok: true, value: Number(nanos) });
      }),
    );
  });

  test.each<[number, string]>([
    [0, '0s'],
    [2_500_000_000, '2.5s'],
    [90_000_000_000, '1m30s'],
    [3_600_000_000_000, '1h'],
    [100_000, '100us'],
    [61_000_000_001, '1m1.000000001s'],
  ])('%d ns is written %s', (nanos, text) => {
    expect(formatDuration(nanos)).toBe(text);
  });

  test.each([
    ['5', 'write the unit: 5s or 5ms'],
    ['5 minutes', 'write 5m'],
    ['100 ms', 'write 100ms'],
    ['2d', 'the largest unit is h: one day is 24h'],
  ])('%j is answered with %j', (text, hint) => {
    expect(parseDuration(text)).toMatchObject({ ok: false, hint });
  });

  test('a million digits are refused', () => {
    expect(parseDuration('1'.repeat(1_000_000)).ok).toBe(false);
  });
});

describe('quantities read like those of Kubernetes', () => {
  test.each<[string, bigint]>([
    ['1', 1_000_000_000n],
    ['0.5', 500_000_000n],
    ['.5', 500_000_000n],
    ['500m', 500_000_000n],
    ['1n', 1n],
    ['1u', 1000n],
    ['1k', 1_000_000_000_000n],
    ['1Ki', 1_024_000_000_000n],
    ['1.5Ki', 1_536_000_000_000n],
    ['1E', 10n ** 27n],
    ['1e3', 1_000_000_000_000n],
    ['1E3', 1_000_000_000_000n],
    ['12e-3', 12_000_000n],
    ['-1', -1_000_000_000n],
    // Below a billionth Kubernetes rounds up.
    ['0.1n', 1n],
  ])('%s', (text, nano) => {
    expect(parseQuantity(text)).toBe(nano);
  });

  test.each(['', '.', 'Ki', '1kb', '2GB', '1 Gi', '1e', '1ee3', '1e999', 'Infinity', '0x10'])(
    '%j is refused',
    (text) => {
      expect(parseQuantity(text)).toBeUndefined();
    },
  );

  test('memory in thousandths of a byte is answered with what was meant', () => {
    expect(parseBytes('128m')).toMatchObject({ ok: false, hint: 'm means thousandths; for mebibytes write 128Mi' });
    expect(parseBytes('2GB')).toMatchObject({ ok: false, hint: 'write 2Gi' });
  });

  test('bytes and cores are written so that they read back to themselves', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 50), fc.integer({ min: 1, max: 4_096_000 }), (bytes, milli) => {
        expect(parseBytes(formatBytesExactly(bytes))).toEqual({ ok: true, value: bytes });
        expect(parseCores(formatCores(milli / 1000))).toEqual({ ok: true, value: milli / 1000 });
      }),
    );
  });

  test('no CPU at all is refused, and so are more cores than there are', () => {
    expect(parseCores('0').ok).toBe(false);
    expect(parseCores('-1').ok).toBe(false);
    expect(parseCores('5000')).toMatchObject({ ok: false, hint: 'thousandths are written with m: 5000m' });
  });
});

describe('rates', () => {
  test.each<[string, number]>([
    ['3/s', 333_333_333],
    ['1/250ms', 250_000_000],
    ['90/m', 666_666_667],
    ['2.5/s', 400_000_000],
    ['1/h', 3_600_000_000_000],
  ])('%s has a mean gap of %d ns', (text, gap) => {
    expect(parseRate(text)).toEqual({ ok: true, value: gap });
  });

  test.each(['3', '0/s', '-1/s', '3/x', '/s', '3/0s', '3 per s'])('%j is refused', (text) => {
    expect(parseRate(text).ok).toBe(false);
  });

  test('every gap is written as a rate that reads back to it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }), (gap) => {
        expect(parseRate(formatRate(gap))).toEqual({ ok: true, value: gap });
      }),
    );
  });

  test('common rates stay readable', () => {
    expect(formatRate(333_333_333)).toBe('3/s');
    expect(formatRate(666_666_667)).toBe('90/m');
  });
});
