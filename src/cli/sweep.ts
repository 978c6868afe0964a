/** `pushsim sweep`: many settings of one scenario, in parts if need be, and what they trade off. */

import type { Part, runItems, runSweep } from '../experiment/sweep/run.js';
import type { SweepSpec } from '../experiment/sweep/spec.js';
import type { Store } from '../experiment/sweep/store.js';
import type { Runner } from '../experiment/work/runner.js';
import {
  fileNameOf,
  InputError,
  issuesText,
  OK,
  readScenarioFile,
  reasonOf,
  shownFile,
  UsageError,
  warningsText,
} from './common.js';
import { version } from './guide.js';
import { partOf, pointsOf, single } from './sweep-part.js';
import { onInterrupt, percentage, startRunner, wholeNumber, workProgress } from './work.js';

export interface SweepCommand {
  readonly file: string;
  readonly set: readonly string[] | undefined;
  readonly seed: string | undefined;
  readonly out: string | undefined;
  readonly workers: number | undefined;
  readonly replications: number | undefined;
  readonly untilPrecision: string | undefined;
  readonly shard: string | undefined;
  readonly index: number | undefined;
  readonly of: number | undefined;
  readonly queue: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

type RunItems = typeof runItems;
type SweepEnd = Awaited<ReturnType<typeof runSweep>>;

export async function sweep(options: SweepCommand): Promise<number> {
  const part = partOf(options);
  const spec = await loadSweep(options, part);
  if (part !== undefined && spec.untilPrecision !== undefined) {
    throw new UsageError(
      'a precision needs all results in one place: with --shard or --index give --replications only',
    );
  }
  const { itemCount } = await import('../experiment/sweep/spec.js');
  const folder = options.out ?? `results/${fileNameOf(spec.name)}`;
  const { manifest, store } = await openResults(folder, spec);
  const items = itemCount(spec, spec.replications);
  const ended = await simulate(options, spec, store, items, single(options, items) ?? part);
  const { missingItems } = await import('../experiment/sweep/merge.js');
  const missing = ended === undefined ? missingItems(manifest, store).length : 0;
  if (missing > 0) {
    const done = items - missing;
    if (!options.quiet) process.stderr.write(`${shownFile(folder)}: ${done} of ${items} simulations done\n`);
    if (options.json) process.stdout.write(`${JSON.stringify({ done, of: items })}\n`);
    return OK;
  }
  const { finishSweep } = await import('./sweep-files.js');
  const replications = ended?.replications ?? spec.replications;
  const { report, json, files } = await finishSweep(manifest, store, replications, ended?.precise);
  if (options.json) process.stdout.write(json);
  else if (!options.quiet) process.stdout.write(report);
  if (!options.quiet) process.stderr.write(`${shownFile(folder)}: ${files.join(', ')}\n`);
  return OK;
}

/** What is in the folder already stays and counts. */
async function openResults(folder: string, spec: SweepSpec) {
  const { manifestOf, openStore, StoreError } = await import('../experiment/sweep/store.js');
  const manifest = manifestOf(spec, version());
  try {
    return { manifest, store: openStore(folder, manifest) };
  } catch (error) {
    throw new InputError(
      error instanceof StoreError ? error.message : `${folder}: cannot be written: ${reasonOf(error)}`,
    );
  }
}

/** @returns how the whole sweep ended; undefined when only a part of it was asked for */
async function simulate(
  options: SweepCommand,
  spec: SweepSpec,
  store: Store,
  items: number,
  part: Part | undefined,
): Promise<SweepEnd | undefined> {
  const { partIndexes, runItems, runSweep } = await import('../experiment/sweep/run.js');
  const mine = partIndexes(items, part ?? { part: 0, of: 1 });
  const progress = workProgress(spec.name, options.quiet);
  const farewell = () =>
    `stopped with ${store.finished().length} of ${items} simulations done; the same command goes on from there`;
  const interrupt = onInterrupt(farewell);
  try {
    const run = await workers(options, spec, store, mine.length, progress.report, runItems);
    try {
      if (part === undefined) return await runSweep(spec, store, run.items);
      await run.items(mine);
      return undefined;
    } finally {
      await run.close();
    }
  } finally {
    progress.done();
    interrupt.dispose();
  }
}

/** Threads of this process, or whoever listens to the queue. */
async function workers(
  options: SweepCommand,
  spec: SweepSpec,
  store: Store,
  most: number,
  onProgress: (done: number, planned: number) => void,
  runItems: RunItems,
): Promise<{ readonly items: (indexes: readonly number[]) => Promise<number>; readonly close: () => Promise<void> }> {
  let runner: Runner;
  if (options.queue === undefined) runner = await startRunner(options.workers, most);
  else runner = await queueRunner(options.queue, spec.hash, options.quiet);
  return { items: (indexes) => runItems(spec, store, runner, indexes, { onProgress }), close: runner.close };
}

async function queueRunner(url: string, study: string, quiet: boolean): Promise<Runner> {
  const { openQueue, QueueError } = await import('../experiment/work/queue.js');
  try {
    return await openQueue(url, study, version(), (text) => void (quiet || process.stderr.write(`${text}\n`)));
  } catch (error) {
    if (error instanceof QueueError) throw new InputError(error.message);
    throw error;
  }
}

async function loadSweep(options: SweepCommand, part: Part | undefined): Promise<SweepSpec> {
  const { parseSweep } = await import('../experiment/sweep/load.js');
  const { readDesignCsv } = await import('../report/files/sweep-csv.js');
  const parsed = await parseSweep(readScenarioFile(options.file), {
    file: options.file,
    version: version(),
    sets: options.set ?? [],
    seed: options.seed,
    replications: wholeNumber('replications', options.replications, 1),
    untilPrecision: percentage('until-precision', options.untilPrecision),
    wanted: pointsOf(part),
    isQueued: options.queue !== undefined,
    readFile: readScenarioFile,
    readDesign: readDesignCsv,
  });
  if (!parsed.ok) throw new InputError(await issuesText(parsed.issues));
  if (!options.quiet) process.stderr.write(await warningsText(parsed.warnings));
  return parsed.spec;
}
