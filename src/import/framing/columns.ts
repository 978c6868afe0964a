/** Where on their lines things begin. */
import { BLANK, NEWLINE, RETURN } from './value-scan.js';

/** Of a byte that its line begins with; else -1. */
export function columnOf(bytes: Buffer, lineStart: number, at: number): number {
  return indentOf(bytes, lineStart) === at - lineStart ? at - lineStart : -1;
}

/** Of the line that ends at this byte; -1 when it goes on. */
export function openingColumn(bytes: Buffer, lineStart: number, at: number): number {
  const ends = at >= bytes.length || bytes[at] === NEWLINE || bytes[at] === RETURN;
  return ends ? indentOf(bytes, lineStart) : -1;
}

function indentOf(bytes: Buffer, lineStart: number): number {
  let at = lineStart;
  while (bytes[at] === BLANK) at += 1;
  return at - lineStart;
}
