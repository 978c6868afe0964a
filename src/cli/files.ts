/** Result files: each appears whole or not at all, by writing beside it and renaming. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonReport, type Summary } from '../report/json.js';
import { didYouMean } from '../scenario/nearest.js';
import { InputError, reasonOf, UsageError } from './common.js';

const WRITERS = {
  'summary.json': async (summaries: readonly Summary[]) => jsonReport(summaries),
  'metrics.csv': async (summaries: readonly Summary[]) => (await import('../report/csv.js')).metricsCsv(summaries),
  'timeline.csv': async (summaries: readonly Summary[]) => (await import('../report/csv.js')).timelineCsv(summaries),
} as const;

type FileName = keyof typeof WRITERS;

/** The files asked for; checked before the simulation, not after it. */
export function filesToWrite(out: string | undefined, write: string | undefined): readonly FileName[] {
  const names = Object.keys(WRITERS) as FileName[];
  if (write === undefined) return out === undefined ? [] : names;
  if (out === undefined) throw new UsageError('--write needs a folder: add --out DIR');
  return write.split(',').map((text) => {
    const name = names.find((known) => known === text.trim());
    if (name !== undefined) return name;
    throw new UsageError(`--write does not know ${text} (${didYouMean(text, names) ?? `files: ${names.join(', ')}`})`);
  });
}

export async function writeFiles(
  folder: string,
  names: readonly FileName[],
  summaries: readonly Summary[],
): Promise<void> {
  const texts = await Promise.all(names.map((name) => WRITERS[name](summaries)));
  for (const [i, name] of names.entries()) writeWhole(folder, name, texts[i] ?? '');
}

function writeWhole(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  const beside = join(folder, `.${name}.${process.pid}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    throw new InputError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}
