/** The files of `pushsim compare`: which there are, and what each is made from. */
import type { Comparison } from '../experiment/compare.js';
import { UsageError } from './common.js';
import { writeWhole } from './files.js';

interface Compared {
  readonly comparison: Comparison;
  readonly version: string;
  readonly failsUncertain: boolean;
}

const FILES = {
  'comparison.json': {
    short: 'json',
    text: async ({ comparison }: Compared) => (await import('../report/text/comparison.js')).comparisonJson(comparison),
  },
  'comparison.md': {
    short: 'markdown',
    text: async ({ comparison }: Compared) =>
      (await import('../report/text/comparison.js')).comparisonMarkdown(comparison),
  },
  'comparison.html': {
    short: 'html',
    text: async ({ comparison, version }: Compared) =>
      (await import('../report/html/comparison-html.js')).comparisonHtml(comparison, version),
  },
  'junit.xml': {
    short: 'junit',
    text: async ({ comparison: { gate = [], names }, failsUncertain }: Compared) =>
      (await import('../report/files/comparison-junit.js')).comparisonJunit(gate, names, failsUncertain),
  },
  'bench.txt': {
    short: 'benchstat',
    text: async ({ comparison, version }: Compared) =>
      (await import('../report/text/comparison.js')).comparisonBenchstat(comparison, version),
  },
} as const;

type FileName = keyof typeof FILES;
const NAMES = Object.keys(FILES) as FileName[];
/** Without `--write`. */
const ALWAYS: readonly FileName[] = ['comparison.json', 'comparison.md'];

/** The files asked for; checked before the simulation, not after it. */
export async function comparisonFiles(
  out: string | undefined,
  write: string | undefined,
): Promise<readonly FileName[]> {
  if (write === undefined) return out === undefined ? [] : ALWAYS;
  if (out === undefined) throw new UsageError('--write needs a folder: add --out DIR');
  const { didYouMean } = await import('../scenario/units/nearest.js');
  const known = NAMES.flatMap((name) => [FILES[name].short, name]);
  return write.split(',').map((text) => {
    const word = text.trim();
    const name = NAMES.find((each) => each === word || FILES[each].short === word);
    if (name !== undefined) return name;
    throw new UsageError(`--write does not know ${text} (${didYouMean(word, known) ?? `files: ${known.join(', ')}`})`);
  });
}

export async function writeComparison(
  out: string | undefined,
  names: readonly FileName[],
  compared: Compared,
): Promise<void> {
  if (out === undefined) return;
  for (const name of names) writeWhole(out, name, await FILES[name].text(compared));
}
