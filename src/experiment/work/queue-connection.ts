/** Where a queue is: the connection to Redis, and the two optional packages. */
import type { ConnectionOptions, Queue } from 'bullmq';
import type { Outcome, Task } from './task.js';

/** The queue cannot be used; the message says why, for its user. */
export class QueueError extends Error {}

export const QUEUE = 'pushsim';

export interface Data {
  readonly task: Task;
  readonly version: string;
}

export interface Connected {
  readonly bullmq: typeof import('bullmq');
  readonly connection: ConnectionOptions;
  readonly queue: Queue<Data, Outcome>;
  readonly close: () => Promise<void>;
}

/** Errors: QueueError when the address is none, nobody answers there, or the packages are not installed. */
export async function connect(url: string): Promise<Connected> {
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
