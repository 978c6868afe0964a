/**
 * Simulations on other machines: BullMQ over Redis, for those who run one anyway. Both packages are optional and only
 * loaded here. A job is a work item by content, so it may be done twice (a worker that was killed, a sweep that was
 * restarted) and still counts once: both times it has the same result.
 */
import type { ConnectionOptions, Job, Queue } from 'bullmq';
import { hash128, toHex } from '../engine/hash.js';
import type { Runner, RunOptions } from './runner.js';
import type { Outcome, Task } from './task.js';

/** The queue cannot be used; the message says why, for its user. */
export class QueueError extends Error {}

const QUEUE = 'pushsim';
/** A worker that has not been heard of for this long is dead, and its job goes to another one. */
const LOCK_MS = 10_000;
const STALLED_MS = 5_000;
/** How often a job may lose its worker or fail before it is given up. */
const ATTEMPTS = 5;
const POLL_MS = 250;
/** Jobs that are in the queue at a time: a bound on what Redis holds. */
const WINDOW = 2_000;

interface Data {
  readonly task: Task;
  readonly version: string;
}

/** A runner whose simulations happen wherever `pushsim worker` listens. `study` keeps sweeps apart. */
export async function openQueue(url: string, study: string, version = ''): Promise<Runner> {
  const { queue, close } = await connect(url);
  return {
    workers: 0,
    run: (tasks, options) => runOnQueue(queue, study, version, tasks, options),
    close,
  };
}

async function runOnQueue(
  queue: Queue<Data, Outcome>,
  study: string,
  version: string,
  tasks: readonly Task[],
  { onDone, signal }: RunOptions = {},
): Promise<readonly (Outcome | undefined)[]> {
  const outcomes = new Array<Outcome | undefined>(tasks.length).fill(undefined);
  const open = new Map<string, number>();
  let next = 0;
  while ((next < tasks.length || open.size > 0) && signal?.aborted !== true) {
    const adding: { name: string; data: Data; opts: object }[] = [];
    while (next < tasks.length && open.size < WINDOW) {
      const task = tasks[next]!;
      const jobId = idOf(study, task);
      open.set(jobId, next);
      // A job that is there already, from before a restart, is not added again: that is what the id is for.
      adding.push({ name: 'simulate', data: { task, version }, opts: { jobId, attempts: ATTEMPTS } });
      next += 1;
    }
    if (adding.length > 0) await queue.addBulk(adding);
    await collect(queue, open, (index, outcome) => {
      outcomes[index] = outcome;
      onDone?.(index, outcome);
    });
    if (open.size > 0) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return outcomes;
}

/** Takes finished jobs out of the queue. Polling, because an event can be missed and a finished job cannot. */
async function collect(
  queue: Queue<Data, Outcome>,
  open: Map<string, number>,
  onDone: (index: number, outcome: Outcome) => void,
): Promise<void> {
  for (const job of await queue.getJobs(['completed'], 0, WINDOW)) {
    const index = job?.id === undefined ? undefined : open.get(job.id);
    if (index === undefined || job.returnvalue === null) continue;
    onDone(index, job.returnvalue);
    open.delete(job.id!);
    await job.remove();
  }
  for (const job of await queue.getJobs(['failed'], 0, WINDOW)) {
    if (job?.id === undefined || !open.has(job.id)) continue;
    await job.remove();
    throw new QueueError(`a worker could not simulate: ${job.failedReason}`);
  }
}

/** BullMQ allows no colon in an id. */
function idOf(study: string, { source, replication }: Task): string {
  return `${study}-${hash128(JSON.stringify([source.sets, replication])).map(toHex).join('')}`;
}

export interface ServeOptions {
  readonly version: string;
  readonly signal: AbortSignal;
  /** Return when nothing is waiting any more, instead of waiting for more. */
  readonly untilIdle: boolean;
  readonly said: (text: string) => void;
}

/** Simulates what the queue holds. @returns how many simulations it did */
export async function serveQueue(url: string, runner: Runner, options: ServeOptions): Promise<number> {
  const { bullmq, connection, queue, close } = await connect(url);
  let done = 0;
  const work = async (job: Job<Data, Outcome>): Promise<Outcome> => {
    const { task, version } = job.data;
    if (version !== '' && version !== options.version) {
      throw new bullmq.UnrecoverableError(`the worker is pushsim ${options.version}, the sweep ${version}`);
    }
    const [outcome] = await runner.run([task]);
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

async function connect(url: string) {
  if (!/^rediss?:\/\//.test(url)) throw new QueueError(`${url} is no queue: it should look like redis://HOST:PORT`);
  const [bullmq, { Redis }] = await load();
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, connectTimeout: 5_000 });
  redis.on('error', () => {});
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new QueueError(`${url} does not answer: ${error instanceof Error ? error.message : String(error)}`);
  }
  const connection = redis as unknown as ConnectionOptions;
  const queue = new bullmq.Queue<Data, Outcome>(QUEUE, { connection });
  const close = async (): Promise<void> => {
    await queue.close();
    redis.disconnect();
  };
  return { bullmq, connection, queue, close };
}

async function load() {
  try {
    return await Promise.all([import('bullmq'), import('ioredis')]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new QueueError('a queue needs two optional packages: npm install bullmq@6.7.0 ioredis@5.11.1');
  }
}
