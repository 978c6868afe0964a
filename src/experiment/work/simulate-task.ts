/** What runs in a thread of the pool. */
import { type Outcome, runTask, type Task } from './task.js';

export function simulateTask(task: Task): Outcome {
  return runTask(task);
}
