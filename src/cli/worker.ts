/** `pushsim worker`: takes simulations from a queue until it is told to stop. */
import { InputError, OK, UsageError } from './common.js';
import { version } from './guide.js';
import { wholeNumber } from './work.js';

export interface WorkerCommand {
  readonly queue: string;
  readonly workers: number | undefined;
  readonly untilIdle: boolean;
  readonly timeLimit: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function worker({ queue, workers, untilIdle, timeLimit, json, quiet }: WorkerCommand): Promise<number> {
  const { QueueError } = await import('../experiment/work/queue-connection.js');
  const { serveQueue } = await import('../experiment/work/queue-worker.js');
  const threads = wholeNumber('workers', workers, 1) ?? 1;
  // In threads even for one: this thread must keep telling Redis that the work is alive.
  const { threadRunner } = await import('../experiment/work/runner.js');
  const runner = await threadRunner(threads, await milliseconds(timeLimit));
  const stop = new AbortController();
  const end = () => stop.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  try {
    const said = quiet ? () => {} : (text: string) => void process.stderr.write(`${text}\n`);
    const done = await serveQueue(queue, runner, { version: version(), signal: stop.signal, untilIdle, said });
    said(`${done} simulations done`);
    if (json) process.stdout.write(`${JSON.stringify({ simulations: done })}\n`);
    return OK;
  } catch (error) {
    if (error instanceof QueueError) throw new InputError(error.message);
    throw error;
  } finally {
    await runner.close();
  }
}

/** Node's timers end at 2^31 ms. */
const LONGEST_MS = 2 ** 31 - 1;

async function milliseconds(limit: string): Promise<number> {
  const { parseDuration } = await import('../scenario/units/units.js');
  const parsed = parseDuration(limit);
  const ms = parsed.ok ? Math.ceil(parsed.value / 1e6) : 0;
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new UsageError('--time-limit needs a duration from 1ms to 596h, such as 30m');
}
