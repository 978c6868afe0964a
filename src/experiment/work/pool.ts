/** A pool of threads that simulate. */
import { Piscina } from 'piscina';
import type { Outcome, Task } from './task.js';

export interface Pool {
  readonly run: (task: Task) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/** From TypeScript sources the threads need the loader that the main thread has; from `dist` they need nothing. */
const SOURCES = import.meta.url.endsWith('.ts');

/** A simulation that takes longer is ended. */
export class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/** @param limitMs the longest that a task may take on the wall; its thread is ended then */
export function createPool(workers: number, limitMs?: number): Pool {
  const pool = new Piscina<Task, Outcome>({
    filename: new URL(SOURCES ? './simulate-task.ts' : './simulate-task.js', import.meta.url).href,
    name: 'simulateTask',
    minThreads: 1,
    maxThreads: workers,
    idleTimeout: 60_000,
    // By its address: a job may have been started in a folder without packages.
    execArgv: SOURCES ? ['--import', import.meta.resolve('tsx')] : [],
  });
  return {
    run: async (task) => {
      if (limitMs === undefined) return pool.run(task);
      const signal = AbortSignal.timeout(limitMs);
      try {
        return await pool.run(task, { signal });
      } catch (error) {
        if (signal.aborted)
          throw new TimeLimitError('the simulation took longer than this worker lets it (--time-limit)');
        throw error;
      }
    },
    // Only ever called when idle: ending threads that are just being started has crashed Node itself.
    close: async () => void (await pool.close()),
  };
}
