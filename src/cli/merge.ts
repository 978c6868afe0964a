/** `pushsim merge`: shards of a sweep, from several machines, into one result. */
import { InputError, OK, shownFile, UsageError } from './common.js';

export interface MergeCommand {
  readonly folder: readonly string[];
  readonly out: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function merge({ folder, out, json, quiet }: MergeCommand): Promise<number> {
  const target = out ?? (folder.length === 1 ? folder[0] : undefined);
  if (target === undefined) throw new UsageError('several folders need one to merge into: add --out DIR');
  const [{ completeReplications, mergeStores }, { StoreError }, { finishSweep }] = await Promise.all([
    import('../experiment/sweep/merge.js'),
    import('../experiment/sweep/store.js'),
    import('./sweep-files.js'),
  ]);
  try {
    const { manifest, store, missing } = mergeStores(folder, target);
    if (missing.length > 0) {
      const shown = missing.slice(0, 10).join(', ') + (missing.length > 10 ? ', …' : '');
      const next = `what is there was kept in ${shownFile(target)}; pushsim sweep FILE --out ${shownFile(target)} does the rest`;
      throw new InputError(`${missing.length} work items are missing (${shown})\n${next}`);
    }
    const made = await finishSweep(manifest, store, completeReplications(manifest, store), undefined);
    if (json) process.stdout.write(made.json);
    else if (!quiet) process.stdout.write(made.report);
    if (!quiet) process.stderr.write(`${shownFile(target)}: ${made.files.join(', ')}\n`);
    return OK;
  } catch (error) {
    if (error instanceof StoreError) throw new InputError(error.message);
    throw error;
  }
}
