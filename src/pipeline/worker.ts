/**
 * A worker queue (`pkg/queue`): one goroutine that runs handlers first in first out, unbounded, without merging.
 */
import { Goroutine, PARKED, type Processor } from '../engine/processor.js';
import { Ring } from '../engine/ring.js';
import type { Nanos } from '../engine/time.js';

export interface Worker {
  add(task: () => void): void;
}

/** `cost` is the CPU of one task; the task itself happens when it has been consumed. */
export function createWorker(name: string, processor: Processor, cost: Nanos): Worker {
  const tasks = new Ring<() => void>();
  let current: (() => void) | undefined;

  const goroutine = new Goroutine(name, () => {
    for (;;) {
      current?.();
      current = tasks.shift();
      if (current === undefined) return PARKED;
      if (cost > 0) return cost;
    }
  });

  return {
    add(task) {
      tasks.push(task);
      processor.wake(goroutine);
    },
  };
}
