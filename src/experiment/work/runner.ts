/**
 * Runs many simulations, on this thread or on others. Results are placed by index, so how many threads there are and
 * which one finishes first changes nothing in them.
 */
import { type Outcome, runTask, type Task } from './task.js';

export interface RunOptions {
  /** Told of each result as it comes, in any order; what it throws ends the whole. */
  readonly onDone?: ((index: number, outcome: Outcome) => void) | undefined;
  /** No new simulation is started after this aborts; those under way are finished and reported. */
  readonly signal?: AbortSignal | undefined;
}

export interface Runner {
  readonly workers: number;
  /** In the order of the tasks; holes where `signal` came first. Errors: the first one that a simulation throws. */
  run(tasks: readonly Task[], options?: RunOptions): Promise<readonly (Outcome | undefined)[]>;
  close(): Promise<void>;
}

/** On this thread, one after the other. */
export function inlineRunner(): Runner {
  return { workers: 1, run: (tasks, options) => pump(tasks, 1, options, nextTurn(runTask)), close: async () => {} };
}

/** Between simulations the event loop runs, so that signals are heard. */
function nextTurn(run: (task: Task) => Outcome): (task: Task) => Promise<Outcome> {
  return async (task) => {
    await new Promise((resolve) => setImmediate(resolve));
    return run(task);
  };
}

/** On `workers` threads of their own. They start with the first task. */
export async function threadRunner(workers: number, limitMs?: number): Promise<Runner> {
  const { createPool } = await import('./pool.js');
  const pool = createPool(workers, limitMs);
  return {
    workers,
    // One task more than threads, so that a thread that ends need not wait for this one.
    run: (tasks, options) => pump(tasks, workers + 1, options, pool.run),
    close: pool.close,
  };
}

async function pump(
  tasks: readonly Task[],
  lanes: number,
  { onDone, signal }: RunOptions = {},
  run: (task: Task) => Promise<Outcome>,
): Promise<readonly (Outcome | undefined)[]> {
  const outcomes = new Array<Outcome | undefined>(tasks.length).fill(undefined);
  let next = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (next < tasks.length && !failed && signal?.aborted !== true) {
      const index = next++;
      try {
        const outcome = await run(tasks[index]!);
        outcomes[index] = outcome;
        onDone?.(index, outcome);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: Math.min(lanes, tasks.length) }, lane));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  return outcomes;
}
