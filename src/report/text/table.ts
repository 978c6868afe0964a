/** Tables without lines: a title row, columns aligned, two spaces between. */
import Table from 'cli-table3';

const NOTHING = [
  'top',
  'top-mid',
  'top-left',
  'top-right',
  'bottom',
  'bottom-mid',
  'bottom-left',
  'bottom-right',
] as const;
const INNER = ['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'] as const;

const chars = Object.fromEntries([...NOTHING, ...INNER, 'middle'].map((name) => [name, name === 'middle' ? '  ' : '']));

/** The first column is words, the others numbers, unless said otherwise. Lines come without trailing blanks. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns?: ('left' | 'right')[],
): string[] {
  const made = new Table({
    chars,
    // Otherwise the library colours head and borders even in a pipe.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    colAligns: aligns ?? head.map((_, i) => (i === 0 ? 'left' : 'right')),
  });
  made.push([...head], ...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
