/**
 * Simulations on other machines: BullMQ over Redis, for those who run one anyway. Both packages are optional and only
 * loaded here. A job is a work item by content, so it may be done twice (a worker that was killed, a sweep that was
 * restarted) and still counts once: both times it has the same result.
 */
import type { Queue } from 'bullmq';
import { hash128, toHex } from '../../engine/random/hash.js';
import { connect, type Data, QueueError } from './queue-connection.js';
import type { Runner, RunOptions } from './runner.js';
import type { Outcome, Task } from './task.js';

/** How often a job may lose its worker or fail before it is given up. */
export const ATTEMPTS = 5;
export const POLL_MS = 250;
/** Jobs that are in the queue at a time: a bound on what Redis holds. */
const WINDOW = 2_000;

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
  return `${study}-${hash128(JSON.stringify([source.sets, replication]))
    .map(toHex)
    .join('')}`;
}

export { QueueError };
