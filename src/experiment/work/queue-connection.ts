/** Where a queue is: the connection to Redis, and the two optional packages. */
import type { ConnectionOptions, Queue } from 'bullmq';
import type { Outcome, Task } from './task.js';

/** The queue cannot be used; the message says why, for its user. */
export class QueueError extends Error {
  override readonly name = 'QueueError';
}

export const QUEUE = 'pushsim';

/** A task with the hashes of its files in place of their content, which is in Redis once. */
export interface Data {
  readonly task: Task;
  readonly files: Readonly<Record<string, string>>;
  readonly version: string;
}

export interface Connected {
  readonly bullmq: typeof import('bullmq');
  readonly connection: ConnectionOptions;
  readonly queue: Queue<Data, Outcome>;
  /** Keeps a text for whoever knows its hash. */
  readonly keep: (hash: string, text: string) => Promise<void>;
  readonly kept: (hash: string) => Promise<string | null>;
  readonly close: () => Promise<void>;
}

/** Errors: QueueError when the address is none, nobody answers there, or the packages are not installed. */
export async function connect(url: string): Promise<Connected> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url))
    throw new QueueError(`${shownUrl(url)} is no queue: it should look like redis://HOST:PORT`);
  const [bullmq, { Redis }] = await load();
  const redis = new Redis(url, { maxRetriesPerRequest: null, lazyConnect: true, connectTimeout: 5_000 });
  let last = '';
  redis.on('error', (error: Error) => {
    last = error.message;
  });
  try {
    await redis.connect();
  } catch (error) {
    redis.disconnect();
    throw new QueueError(
      `${shownUrl(url)} does not answer: ${last || (error instanceof Error ? error.message : String(error))}`,
    );
  }
  const connection = redis as unknown as ConnectionOptions;
  const queue = new bullmq.Queue<Data, Outcome>(QUEUE, { connection });
  const close = async (): Promise<void> => {
    await queue.close();
    redis.disconnect();
  };
  const keep = async (hash: string, text: string): Promise<void> =>
    void (await redis.set(FILES + hash, text, 'EX', KEPT_S, 'NX'));
  const kept = (hash: string): Promise<string | null> => redis.get(FILES + hash);
  return { bullmq, connection, queue, keep, kept, close };
}

const FILES = 'pushsim:file:';
/** A week: longer than any sweep. */
const KEPT_S = 7 * 86_400;

/** Without the password: messages end in logs. */
function shownUrl(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//…@');
}

async function load() {
  try {
    return await Promise.all([import('bullmq'), import('ioredis')]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new QueueError('a queue needs two optional packages: npm install bullmq@6.7.0 ioredis@5.11.1');
  }
}
