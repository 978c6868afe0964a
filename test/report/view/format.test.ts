import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar, bytes, count, number, percent, seconds, span, sparkline } from '../../../src/report/view/format.js';

test.each([
  [0, '0 s'],
  [0.000000012, '12.0 ns'],
  [0.00083, '830 µs'],
  [0.0009999, '1.00 ms'],
  [0.0481, '48.1 ms'],
  [0.9996, '1.00 s'],
  [1.25, '1.25 s'],
  [99.96, '100 s'],
  [150, '2m 30s'],
  [3_725, '1h 02m'],
])('%d seconds are %s', (value, text) => {
  expect(seconds(value)).toBe(text);
});

test.each([
  [60, '60 s'],
  [1.5, '1.50 s'],
  [600, '10m 00s'],
])('a run of %d seconds lasts %s', (value, text) => {
  expect(span(value)).toBe(text);
});

test.each([
  [0, '0 B'],
  [512, '512 B'],
  [1023, '1.00 KiB'],
  [51_200, '50.0 KiB'],
  [2 ** 30 * 1.25, '1.25 GiB'],
])('%d bytes are %s', (value, text) => {
  expect(bytes(value)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1510, '1,510'],
  [1234567, '1,234,567'],
  [12.345, '12.3'],
  [1234.5, '1,235'],
])('%d is written %s', (value, text) => {
  expect(number(value)).toBe(text);
});

test('plural follows the number', () => {
  expect([count(1, 'proxy', 'proxies'), count(2, 'proxy', 'proxies'), count(0, 'core')]).toEqual([
    '1 proxy',
    '2 proxies',
    '0 cores',
  ]);
});

test('percent keeps a digit where it matters', () => {
  expect([percent(0.005), percent(0.104), percent(1)]).toEqual(['0.5 %', '10 %', '100 %']);
});

describe('sparklines', () => {
  test('go from nothing to the largest', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20)).toBe('▁▂▃▄▅▆▇█');
  });

  test('of nothing but zeros are flat, not broken', () => {
    expect(sparkline([0, 0], 20)).toBe('▁▁');
  });

  test('never hide the peak and never grow beyond their width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 500 }),
        fc.integer({ min: 1, max: 80 }),
        (values, width) => {
          const line = sparkline([...values, 2000], width);
          expect(line).toHaveLength(Math.min(width, values.length + 1));
          expect(line.endsWith('█')).toBe(true);
        },
      ),
    );
  });
});

test('a bar shows anything above zero and is never longer than itself', () => {
  expect([bar(0, 4), bar(0.001, 4), bar(0.5, 4), bar(7, 4)]).toEqual(['░░░░', '█░░░', '██░░', '████']);
});
