/** Brings the finished items of several folders together: shards that ran on different machines. */
import type { Outcome } from '../work/task.js';
import { itemCount } from './spec.js';
import { existingStore, type Manifest, openStore, type Store, StoreError } from './store.js';

export interface Merged {
  readonly manifest: Manifest;
  readonly store: Store;
  /** Items of the manifest's replications that no folder holds, ascending. */
  readonly missing: readonly number[];
}

/**
 * Copies every item into `target`. Errors: StoreError when folders belong to different sweeps, or when two hold
 * different results for one item, which a deterministic simulator never produces.
 */
export function mergeStores(folders: readonly string[], target: string): Merged {
  const sources = folders.map((folder) => ({ folder, ...existingStore(folder) }));
  const [first] = sources;
  if (first === undefined) throw new StoreError('nothing to merge');
  const stranger = sources.find(({ manifest }) => manifest.hash !== first.manifest.hash);
  if (stranger !== undefined) throw new StoreError(`${first.folder} and ${stranger.folder} hold different sweeps`);
  const longest = sources.reduce((a, b) => (b.manifest.replications > a.manifest.replications ? b : a));
  const { manifest } = longest;
  const store = openStore(target, manifest);
  const from = new Map<number, { readonly folder: string; readonly outcome: Outcome }>();
  for (const { folder, store: source } of sources) {
    for (const index of source.finished()) {
      const outcome = source.read(index);
      if (outcome === undefined) continue;
      const known = from.get(index);
      if (known !== undefined && known.outcome.fingerprint !== outcome.fingerprint) {
        throw new StoreError(`${known.folder} and ${folder} hold different results for work item ${index}`);
      }
      if (known !== undefined) continue;
      from.set(index, { folder, outcome });
      if (source.folder !== target) store.write(index, outcome);
    }
  }
  return { manifest, store, missing: missingItems(manifest, store) };
}

/** Items of the manifest's replications that are not there. */
export function missingItems(manifest: Manifest, store: Store): readonly number[] {
  const finished = new Set(store.finished());
  return Array.from({ length: itemCount(manifest, manifest.replications) }, (_, index) => index).filter(
    (index) => !finished.has(index) || store.read(index) === undefined,
  );
}

/** How many replications of every point are there, counted from the first. */
export function completeReplications(manifest: Manifest, store: Store): number {
  const finished = new Set(store.finished());
  let index = 0;
  while (finished.has(index) && store.read(index) !== undefined) index += 1;
  return Math.floor(index / manifest.points.length);
}
