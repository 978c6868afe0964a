/**
 * A worker queue (`pkg/queue`): one goroutine that runs handlers first in first out, unbounded, without merging.
 */
import { assert } from '../../engine/assert.js';
import { Goroutine, PARKED, type Processor } from '../../engine/cpu/processor.js';
import { Ring } from '../../engine/ring.js';
import type { Nanos } from '../../engine/time.js';
import type { ShardLock } from '../model/shard-lock.js';

export interface Worker {
  /** The task happens when its CPU time `cost` has been consumed, all of it while holding `lock`, if there is one. */
  add(task: () => void, cost: Nanos, lock?: ShardLock): void;
}

interface Task {
  readonly run: () => void;
  readonly cost: Nanos;
  readonly lock: ShardLock | undefined;
}

export function createWorker(name: string, processor: Processor): Worker {
  const tasks = new Ring<Task>();
  let current: Task | undefined;
  let waitsFor: Task | undefined;
  let hasLock = false;

  const goroutine = new Goroutine(name, () => {
    for (;;) {
      current?.run();
      current?.lock?.written();
      current = undefined;
      const task = waitsFor ?? tasks.shift();
      if (task === undefined) return PARKED;
      if (task.lock !== undefined && !isOurs(task.lock)) {
        waitsFor = task;
        return PARKED;
      }
      waitsFor = undefined;
      current = task;
      if (task.cost > 0) return task.cost;
    }
  });

  function isOurs(lock: ShardLock): boolean {
    if (waitsFor === undefined) return lock.write(waiter);
    const has = hasLock;
    hasLock = false;
    return has;
  }

  const waiter = {
    granted(): void {
      assert(waitsFor !== undefined, 'a lock is given to who waits for it');
      hasLock = true;
      processor.wake(goroutine);
    },
  };

  return {
    add(run, cost, lock) {
      tasks.push({ run, cost, lock });
      processor.wake(goroutine);
    },
  };
}

/** The worker queues of one istiod by name; each is there from its first handler on. */
export class WorkerQueues {
  private readonly workers = new Map<string, Worker>();

  constructor(private readonly processor: Processor) {}

  of(name: string): Worker {
    let known = this.workers.get(name);
    if (known === undefined) {
      known = createWorker(name, this.processor);
      this.workers.set(name, known);
    }
    return known;
  }
}
