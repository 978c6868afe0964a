/**
 * Text in a cell that a spreadsheet would take for a formula: an apostrophe in front makes it text. Numbers are left
 * alone, whatever sign they have.
 */
const FORMULA = /^[=+\-@\t\r]/;

export function cell(value: string | number): string | number {
  if (typeof value === 'number' || !FORMULA.test(value) || isNumber(value)) return value;
  return `'${value}`;
}

/** What `cell` was given. */
export function fromCell(text: string): string {
  return text.startsWith("'") && FORMULA.test(text.slice(1)) ? text.slice(1) : text;
}

function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}
