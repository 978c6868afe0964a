import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Gathered } from '../../src/import/gathered.js';
import { type Change, type ChangeCounts, changesOf } from '../../src/import/observed/changes.js';
import type { StateObject } from '../../src/import/observed/history.js';
import { readInputs } from '../../src/import/read-inputs.js';

const INPUTS = fileURLToPath(new URL('./inputs', import.meta.url));

/** Paths of sample inputs. */
export function inputs(...names: readonly string[]): string[] {
  return names.map((name) => join(INPUTS, name));
}

export interface Read {
  readonly gathered: Gathered;
  readonly state: readonly StateObject[];
  readonly changes: readonly Change[];
  readonly counts: ChangeCounts;
}

/** Reads files to the end of their history. */
export async function readFiles(...paths: readonly string[]): Promise<Read> {
  const gathered = new Gathered();
  const counts: ChangeCounts = { found: new Map(), ignored: new Map() };
  try {
    await readInputs(
      paths.map((path) => ({ name: basename(path), path })),
      gathered,
      undefined,
    );
    const state = gathered.history.state();
    return { gathered, state, changes: [...changesOf(gathered.history, counts)], counts };
  } finally {
    gathered.history.close();
  }
}

export function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'import-'));
}

/** The same of a text or bytes, as a file. */
export async function readText(content: string | Uint8Array, name = 'input'): Promise<Read> {
  const path = join(newFolder(), name);
  writeFileSync(path, content);
  return readFiles(path);
}

/** Why things were left out, with how often, over all files. */
export function leftOut({ gathered }: Read): Record<string, number> {
  const all: Record<string, number> = {};
  for (const { ignored } of gathered.accounts) for (const [why, count] of ignored) all[why] = (all[why] ?? 0) + count;
  return all;
}
