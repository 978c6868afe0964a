/** Result files: each appears whole or not at all, by writing beside it and renaming. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonReport, type Summary } from '../report/files/json.js';
import { didYouMean } from '../scenario/units/nearest.js';
import { InputError, reasonOf, UsageError } from './common.js';
import { type FinishedRun, RUN_FILES, type RunFileName, runFiles } from './run-files.js';

const WRITERS = {
  'summary.json': async (summaries: readonly Summary[]) => jsonReport(summaries),
  'metrics.csv': async (summaries: readonly Summary[]) =>
    (await import('../report/files/csv.js')).metricsCsv(summaries),
  'timeline.csv': async (summaries: readonly Summary[]) =>
    (await import('../report/files/csv.js')).timelineCsv(summaries),
} as const;

type SummaryFile = keyof typeof WRITERS;
type FileName = SummaryFile | RunFileName;

/** The files asked for; checked before the simulation, not after it. */
export function filesToWrite(out: string | undefined, write: string | undefined): readonly FileName[] {
  const always = Object.keys(WRITERS) as SummaryFile[];
  if (write === undefined) return out === undefined ? [] : always;
  if (out === undefined) throw new UsageError('--write needs a folder: add --out DIR');
  const asked = Object.keys(RUN_FILES) as RunFileName[];
  const shorts = asked.map((name): string => RUN_FILES[name].short);
  const names: readonly FileName[] = [...always, ...asked];
  const known = [...shorts, ...names];
  return write.split(',').map((text) => {
    const word = text.trim();
    const name = asked[shorts.indexOf(word)] ?? names.find((each) => each === word);
    if (name !== undefined) return name;
    throw new UsageError(`--write does not know ${text} (${didYouMean(word, known) ?? `files: ${known.join(', ')}`})`);
  });
}

export async function writeFiles(
  folder: string,
  names: readonly FileName[],
  runs: readonly FinishedRun[],
): Promise<void> {
  const summaries = runs.map(({ summary }) => summary);
  const [short, long] = [names.filter(isSummaryFile), names.filter((name) => !isSummaryFile(name))];
  const texts = await Promise.all(short.map(async (name) => [name, await WRITERS[name](summaries)] as const));
  for (const [name, text] of [...texts, ...(await runFiles(long, runs))]) writeWhole(folder, name, text);
}

function isSummaryFile(name: FileName): name is SummaryFile {
  return Object.hasOwn(WRITERS, name);
}

/** Makes the folder and tries it, before hours of simulation end there. */
export function prepareFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const trial = join(folder, `.${randomUUID()}.tmp`);
    writeFileSync(trial, 'x'.repeat(4096));
    rmSync(trial);
  } catch (error) {
    throw new InputError(`${folder}: cannot be written: ${reasonOf(error)}`);
  }
}

export function writeWhole(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  const beside = join(folder, `.${randomUUID()}.tmp`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(beside, text);
    renameSync(beside, path);
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    throw new InputError(`${path}: cannot be written: ${reasonOf(error)}`);
  }
}
