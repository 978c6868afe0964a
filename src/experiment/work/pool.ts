/** A pool of threads that simulate. */
import { Piscina } from 'piscina';
import type { Outcome, Task } from './task.js';

export interface Pool {
  readonly run: (task: Task) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/** From TypeScript sources the threads need the loader that the main thread has; from `dist` they need nothing. */
const SOURCES = import.meta.url.endsWith('.ts');

export function createPool(workers: number): Pool {
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
    run: (task) => pool.run(task),
    // Only ever called when idle: ending threads that are just being started has crashed Node itself.
    close: async () => void (await pool.close()),
  };
}
