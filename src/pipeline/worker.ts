/**
 * A worker queue (`pkg/queue`): one goroutine that runs handlers first in first out, unbounded, without merging.
 */
import { Goroutine, PARKED, type Processor } from '../engine/processor.js';
import { Ring } from '../engine/ring.js';
import type { Nanos } from '../engine/time.js';

export interface Worker {
  /** The task happens when its CPU time `cost` has been consumed. */
  add(task: () => void, cost: Nanos): void;
}

export function createWorker(name: string, processor: Processor): Worker {
  const tasks = new Ring<{ readonly run: () => void; readonly cost: Nanos }>();
  let current: (() => void) | undefined;

  const goroutine = new Goroutine(name, () => {
    for (;;) {
      current?.();
      const task = tasks.shift();
      current = task?.run;
      if (task === undefined) return PARKED;
      if (task.cost > 0) return task.cost;
    }
  });

  return {
    add(run, cost) {
      tasks.push({ run, cost });
      processor.wake(goroutine);
    },
  };
}
