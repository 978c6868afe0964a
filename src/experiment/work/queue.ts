/**
 * Simulations on other machines: BullMQ over Redis, for those who run one anyway. Both packages are optional and only
 * loaded here. A job is a work item by content, so it may be done twice (a worker that was killed, a sweep that was
 * restarted) and still counts once: both times it has the same result.
 */
import type { Queue } from 'bullmq';
import { hash128, toHex } from '../../engine/random/hash.js';
import { printable } from '../../scenario/document/printable.js';
import { connect, type Data, QueueError } from './queue-connection.js';
import { dataOf, readOutcome } from './queue-data.js';
import type { Runner, RunOptions } from './runner.js';
import type { Outcome, Task } from './task.js';

/** How often a job may lose its worker or fail before it is given up. */
export const ATTEMPTS = 5;
export const POLL_MS = 250;
/** Jobs that are in the queue at a time: a bound on what Redis holds. */
const WINDOW = 2_000;
/** Polls between looks for jobs that the queue has lost. */
const LOOKS_EVERY = 20;

/** A runner whose simulations happen wherever `pushsim worker` listens. `study` keeps sweeps apart. */
export async function openQueue(
  url: string,
  study: string,
  version = '',
  said: (text: string) => void = () => {},
): Promise<Runner> {
  const { queue, keep, close } = await connect(url);
  return {
    workers: 0,
    async run(tasks, options) {
      try {
        return await runOnQueue(queue, keep, study, version, tasks, { ...options, said });
      } catch (error) {
        // What onDone throws (a full disk) has a code and is not the queue's.
        if (error instanceof QueueError || (error as { code?: unknown }).code !== undefined) throw error;
        throw new QueueError(`the queue fails: ${printable(String(error))}; the same command goes on from there`);
      }
    },
    close,
  };
}

async function runOnQueue(
  queue: Queue<Data, Outcome>,
  keep: (hash: string, text: string) => Promise<void>,
  study: string,
  version: string,
  tasks: readonly Task[],
  { onDone, signal, said }: RunOptions & { readonly said: (text: string) => void },
): Promise<readonly (Outcome | undefined)[]> {
  const outcomes = new Array<Outcome | undefined>(tasks.length).fill(undefined);
  const open = new Map<string, number>();
  const sent = new Set<string>();
  let next = 0;
  let polls = 0;
  const jobFor = async (index: number) => {
    const task = tasks[index]!;
    const { data, texts } = dataOf(task, version);
    for (const [hash, text] of texts) {
      if (!sent.has(hash)) await keep(hash, text);
      sent.add(hash);
    }
    return { name: 'simulate', data, opts: { jobId: idOf(study, task), attempts: ATTEMPTS } };
  };
  while ((next < tasks.length || open.size > 0) && signal?.aborted !== true) {
    const adding: { name: string; data: Data; opts: object }[] = [];
    while (next < tasks.length && open.size < WINDOW) {
      const job = await jobFor(next);
      open.set(job.opts.jobId, next);
      // A job that is there already, from before a restart, is not added again: that is what the id is for.
      adding.push(job);
      next += 1;
    }
    if (adding.length > 0) await queue.addBulk(adding);
    await collect(queue, open, (index, outcome) => {
      outcomes[index] = outcome;
      onDone?.(index, outcome);
    });
    if (open.size === 0) continue;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    // A queue that was emptied meanwhile has to be filled again: nobody else will.
    polls += 1;
    if (polls % LOOKS_EVERY !== 0) continue;
    await tellOfNoWorkers(queue, said);
    sent.clear();
    const lost: (typeof adding)[number][] = [];
    for (const [jobId, index] of open) if ((await queue.getJob(jobId)) === undefined) lost.push(await jobFor(index));
    if (lost.length > 0) await queue.addBulk(lost);
  }
  return outcomes;
}

/** Nobody would ever do the work, and nothing else says so. */
async function tellOfNoWorkers(queue: Queue<Data, Outcome>, said: (text: string) => void): Promise<void> {
  // Some services do not tell who is connected.
  const workers = await queue.getWorkersCount().catch(() => 1);
  if (workers === 0) said('no worker listens to the queue: start some with pushsim worker --queue URL');
}

/** Takes finished jobs out of the queue. Polling, because an event can be missed and a finished job cannot. */
async function collect(
  queue: Queue<Data, Outcome>,
  open: Map<string, number>,
  onDone: (index: number, outcome: Outcome) => void,
): Promise<void> {
  for (const job of await queue.getJobs(['completed'], 0, WINDOW)) {
    const index = job?.id === undefined ? undefined : open.get(job.id);
    if (index === undefined) continue;
    const outcome = readOutcome(job.returnvalue);
    await job.remove();
    // What is no result is done again.
    if (outcome === undefined) continue;
    onDone(index, outcome);
    open.delete(job.id!);
  }
  for (const job of await queue.getJobs(['failed'], 0, WINDOW)) {
    if (job?.id === undefined || !open.has(job.id)) continue;
    await job.remove();
    throw new QueueError(`a worker could not simulate: ${printable(String(job.failedReason).slice(0, 500))}`);
  }
}

/** BullMQ allows no colon in an id. */
function idOf(study: string, { source, replication }: Task): string {
  return `${study}-${hash128(JSON.stringify([source.sets, replication]))
    .map(toHex)
    .join('')}`;
}

export { QueueError };
