/** `pushsim import`: files of a cluster → a scenario that replays it. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Source } from '../import/framing/source.js';
import type { FormatName } from '../import/recognise.js';
import { InputError, OK, reasonOf, STDIN, USER_ERROR, UsageError } from './common.js';
import { withCosts } from './import-costs.js';
import { createProgress } from './progress.js';

export interface ImportArguments {
  readonly file: readonly string[];
  readonly out: string;
  readonly as: string | undefined;
  readonly anonymise: boolean;
  readonly key: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function importFiles(options: ImportArguments): Promise<number> {
  const { out, anonymise, key } = options;
  if (key !== undefined && !anonymise) throw new UsageError('--key is for --anonymise');
  if (existsSync(out) && !statSync(out).isDirectory()) throw new UsageError(`--out ${out} is a file, not a folder`);
  const sources = options.file.map(sourceOf);
  const [{ importCluster }, { FORMATS }, { Pseudonyms }, { importReport }, { importJson }] = await Promise.all([
    import('../import/import-cluster.js'),
    import('../import/recognise.js'),
    import('../import/anonymise.js'),
    import('../report/text/import.js'),
    import('../report/files/import-json.js'),
  ]);
  const as = options.as as FormatName | undefined;
  if (as !== undefined && !FORMATS.includes(as)) throw new UsageError(`--as ${as} is none of ${FORMATS.join(', ')}`);
  const pseudonyms = anonymise ? new Pseudonyms(key === undefined ? undefined : keyOf(key)) : undefined;
  const progress = options.quiet ? undefined : createProgress('reading');
  const found = await importCluster(sources, {
    folder: out,
    as,
    pseudonyms,
    progress: (_, bytes, size) => progress?.report(size > 0 ? Math.min(1, bytes / size) : 0),
  });
  progress?.done();
  const imported = (await withCosts(found, out)) ?? found;
  if (options.json) process.stdout.write(importJson(imported));
  else if (!options.quiet) process.stdout.write(importReport(imported, out));
  if (imported.files.length > 0) return OK;
  process.stderr.write('nothing of a cluster was found in these files\n');
  return USER_ERROR;
}

export function sourceOf(file: string): Source {
  if (file === STDIN) return { name: 'stdin', path: undefined };
  try {
    if (statSync(file).isDirectory())
      throw new InputError(`${file}: is a folder; name its files, such as ${file.replace(/\/$/, '')}/*`);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot be read: ${reasonOf(error)}`);
  }
  return { name: basename(file), path: file };
}

function keyOf(file: string): Buffer {
  try {
    const key = readFileSync(file);
    if (key.length < 16)
      throw new InputError(`${file}: a key has at least 16 bytes, such as head -c 32 /dev/urandom gives`);
    return key;
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(`${file}: cannot be read: ${reasonOf(error)}`);
  }
}
