/**
 * A folder with one file for each finished work item. A file appears whole or not at all (it is written beside its
 * place and renamed), so a sweep can be killed at any instant and loses the items in flight, no more. Several processes
 * may share a folder: two that do the same item write the same bytes.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Outcome } from '../work/task.js';
import { itemText, readItem } from './outcome-file.js';
import type { SweepSpec } from './spec.js';

const MANIFEST = 'sweep.json';
/** So that no folder holds a hundred thousand files. */
const PER_FOLDER = 1_000;

/** What a folder is about: all that the results need, so that they can be merged where the sweep file is not. */
export type Manifest = Omit<SweepSpec, 'base'> & { readonly format: 1; readonly pushsim: string };

export function manifestOf(spec: SweepSpec, version: string): Manifest {
  const { base: _base, ...rest } = spec;
  return { format: 1, pushsim: version, ...rest };
}

/** The shape of what results are made of; the rest is text for people. */
const ManifestShape = z.looseObject({
  format: z.literal(1),
  hash: z.string(),
  name: z.string(),
  description: z.string(),
  scenarioName: z.string(),
  design: z.enum(['grid', 'latinHypercube', 'screening', 'file']),
  factors: z.array(z.looseObject({ path: z.string(), label: z.string(), levels: z.array(z.string()) })),
  points: z.array(
    z.looseObject({
      levels: z.array(z.string()),
      sets: z.array(z.string()),
      coordinates: z.array(z.number()).optional(),
    }),
  ),
  objectives: z.array(z.string()),
  measures: z.array(z.string()),
  replications: z.int().min(1),
  confidence: z.number(),
});

/** The folder holds something else. */
export class StoreError extends Error {}

export interface Store {
  readonly folder: string;
  read(index: number): Outcome | undefined;
  write(index: number, outcome: Outcome): void;
  /** Indexes of all finished items, ascending. */
  finished(): readonly number[];
}

/** Opens a folder for a sweep; makes it when there is none. Errors: StoreError when it belongs to another sweep. */
export function openStore(folder: string, manifest: Manifest): Store {
  const known = readManifest(folder);
  if (known !== undefined && known.hash !== manifest.hash) {
    throw new StoreError(
      `${folder} holds results of another sweep (or of this one before a change): choose another folder, or remove it`,
    );
  }
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  if (known === undefined || JSON.stringify(known) !== JSON.stringify(manifest))
    writeWhole(join(folder, MANIFEST), text);
  return items(folder, manifest.hash);
}

/** For merging. Errors: StoreError when there is no sweep in the folder. */
export function existingStore(folder: string): { readonly manifest: Manifest; readonly store: Store } {
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new StoreError(`${folder} holds no sweep (there is no ${MANIFEST} in it)`);
  return { manifest, store: items(folder, manifest.hash) };
}

function readManifest(folder: string): Manifest | undefined {
  const text = readIfThere(join(folder, MANIFEST));
  if (text === undefined) return undefined;
  const read = parsed(text);
  // As it stands in the file: results repeat it in its own order.
  if (ManifestShape.safeParse(read).success) return read as Manifest;
  throw new StoreError(`${join(folder, MANIFEST)} is not a manifest of this version of pushsim`);
}

function items(folder: string, sweep: string): Store {
  const pathOf = (index: number) => join(folder, 'items', String(Math.floor(index / PER_FOLDER)), `${index}.json`);
  return {
    folder,
    read(index) {
      const text = readIfThere(pathOf(index));
      return text === undefined ? undefined : readItem(text, sweep, index);
    },
    write(index, outcome) {
      writeWhole(pathOf(index), itemText(sweep, index, outcome));
    },
    finished() {
      return list(join(folder, 'items'))
        .flatMap((part) => list(join(folder, 'items', part)))
        .flatMap((name) => (/^(?:0|[1-9]\d{0,9})\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
        .sort((a, b) => a - b);
    },
  };
}

/** A file that nobody else has made: processes of one id may share a folder over the network. */
function createBeside(path: string): string {
  for (let n = 0; ; n++) {
    const beside = join(dirname(path), `.${process.pid}.${n}.tmp`);
    try {
      writeFileSync(beside, '', { flag: 'wx' });
      return beside;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

export function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const beside = createBeside(path);
  try {
    // Also after a power cut there is all of it or nothing.
    writeFileSync(beside, text, { flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    // A stray file among the folders is none of ours.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
