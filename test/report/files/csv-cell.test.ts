import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cell, fromCell } from '../../../src/report/files/csv-cell.js';

test.each(['=1+1', '+cmd', '-cmd', '@SUM(A1)', '\t=1', '\r=1', '+1/-1'])('%j is text, and is read back', (text) => {
  expect(cell(text)).toBe(`'${text}`);
  expect(fromCell(`'${text}`)).toBe(text);
});

test.each([-1, 0, '-1', '+2', '-1e3', 'cart', "'quoted'", ''])('%j stays as it is', (value) => {
  expect(cell(value)).toBe(value);
});

test('whatever is written is read back', () => {
  fc.assert(
    fc.property(
      fc.string().filter((text) => !/^'[=+\-@\t\r]/.test(text)),
      (text) => fromCell(String(cell(text))) === text,
    ),
  );
});
