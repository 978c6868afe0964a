/**
 * A folder with one file for each finished work item. A file appears whole or not at all (it is written beside its
 * place and renamed), so a sweep can be killed at any instant and loses the items in flight, no more. Several processes
 * may share a folder: two that do the same item write the same bytes.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Outcome } from '../work/task.js';
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
  return items(folder);
}

/** For merging. Errors: StoreError when there is no sweep in the folder. */
export function existingStore(folder: string): { readonly manifest: Manifest; readonly store: Store } {
  const manifest = readManifest(folder);
  if (manifest === undefined) throw new StoreError(`${folder} holds no sweep (there is no ${MANIFEST} in it)`);
  return { manifest, store: items(folder) };
}

function readManifest(folder: string): Manifest | undefined {
  const text = readIfThere(join(folder, MANIFEST));
  if (text === undefined) return undefined;
  const manifest = parsed<Manifest>(text);
  if (manifest?.format === 1 && Array.isArray(manifest.points)) return manifest;
  throw new StoreError(`${join(folder, MANIFEST)} is not a manifest of this version of pushsim`);
}

function items(folder: string): Store {
  const pathOf = (index: number) => join(folder, 'items', String(Math.floor(index / PER_FOLDER)), `${index}.json`);
  return {
    folder,
    read(index) {
      const text = readIfThere(pathOf(index));
      // What cannot be read (a disk that lost power) is as good as not done.
      const outcome = text === undefined ? undefined : parsed<Outcome>(text);
      return typeof outcome?.fingerprint === 'string' ? outcome : undefined;
    },
    write(index, outcome) {
      writeWhole(pathOf(index), `${JSON.stringify(outcome)}\n`);
    },
    finished() {
      return list(join(folder, 'items'))
        .flatMap((part) => list(join(folder, 'items', part)))
        .flatMap((name) => (/^\d+\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
        .sort((a, b) => a - b);
    },
  };
}

export function writeWhole(path: string, text: string): void {
  const beside = join(dirname(path), `.${process.pid}.${path.slice(dirname(path).length + 1)}.tmp`);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(beside, text);
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
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function parsed<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
