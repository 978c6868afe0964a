/** The other end of the queue: takes simulations, gives results. */
import type { Job } from 'bullmq';
import { ATTEMPTS, POLL_MS } from './queue.js';
import { connect, type Data, QUEUE } from './queue-connection.js';
import { contentHash, readData } from './queue-data.js';
import type { Runner } from './runner.js';
import type { Outcome, Task } from './task.js';

/** A worker that has not been heard of for this long is dead, and its job goes to another one. */
const LOCK_MS = 4_000;
const STALLED_MS = 1_500;
export interface ServeOptions {
  readonly version: string;
  readonly signal: AbortSignal;
  /** Return when nothing is waiting any more, instead of waiting for more. */
  readonly untilIdle: boolean;
  readonly said: (text: string) => void;
}

/** The content of its files, checked against their hashes: nothing is read from this machine's disk. */
async function withFiles(
  { task, files }: Data,
  kept: (hash: string) => Promise<string | null>,
): Promise<Task | undefined> {
  const texts: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [path, hash] of Object.entries(files)) {
    const text = await kept(hash);
    if (text === null || contentHash(text) !== hash) return undefined;
    texts[path] = text;
  }
  return { ...task, source: { ...task.source, files: texts, foreign: true } };
}

/** Simulates what the queue holds. @returns how many simulations it did */
export async function serveQueue(url: string, runner: Runner, options: ServeOptions): Promise<number> {
  const { bullmq, connection, queue, kept, close } = await connect(url);
  let done = 0;
  const work = async (job: Job<Data, Outcome>): Promise<Outcome> => {
    const data = readData(job.data);
    if (data === undefined) throw new bullmq.UnrecoverableError('what is in the queue is no task of this program');
    const { version } = data;
    if (version !== '' && version !== options.version) {
      throw new bullmq.UnrecoverableError(`the worker is pushsim ${options.version}, the sweep ${version}`);
    }
    const task = await withFiles(data, kept);
    if (task === undefined) throw new bullmq.UnrecoverableError('a file of the task is not in the queue');
    const [outcome] = await runner.run([task]).catch((error: unknown) => {
      // Done again it would take as long again.
      if (error instanceof Error && error.name === 'TimeLimitError') throw new bullmq.UnrecoverableError(error.message);
      throw error;
    });
    if (outcome === undefined) throw new Error('stopped');
    done += 1;
    return outcome;
  };
  const worker = new bullmq.Worker<Data, Outcome>(QUEUE, work, {
    connection,
    concurrency: runner.workers,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_MS,
    maxStalledCount: ATTEMPTS,
  });
  worker.on('error', (error) => options.said(`queue: ${error.message}`));
  options.said(`waiting for work on ${QUEUE}, ${runner.workers} at a time`);
  while (!options.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (!options.untilIdle || done === 0) continue;
    const { waiting = 0, active = 0, prioritized = 0 } = await queue.getJobCounts('waiting', 'active', 'prioritized');
    if (waiting + active + prioritized === 0) break;
  }
  // Waits for the simulations under way: nothing is left half done.
  await worker.close();
  await close();
  return done;
}
