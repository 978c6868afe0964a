/**
 * The model that every engine runs: the push queue in miniature. An arrival whose key waits already merges into it; four
 * servers take waiting keys first-in first-out. One arrival and one completion for each server are scheduled at a time.
 */
import type { Draws } from './draws.js';

export interface Answer {
  readonly merged: number;
  readonly completed: number;
  /** Sum over all services of the time from the first arrival of the key to the end, in nanoseconds: exact. */
  readonly sojourn: number;
}

export interface MergeQueue {
  arrive(now: number): void;
  /** `since` is what was given to `completeIn`. */
  complete(now: number, since: number): void;
  answer(): Answer;
}

const SERVERS = 4;
const KEYS = 200;

export function mergeQueue(
  draws: Draws,
  arriveIn: (delay: number) => void,
  completeIn: (delay: number, since: number) => void,
): MergeQueue {
  const { count, gaps, keys, services } = draws;
  const isWaiting = new Uint8Array(KEYS);
  const since = new Float64Array(KEYS);
  const ring = new Int32Array(256);
  let [head, tail, busy, arrived, begun, merged, completed, sojourn] = [0, 0, 0, 0, 0, 0, 0, 0];
  const begin = (): void => {
    const key = ring[head++ & 255]!;
    isWaiting[key] = 0;
    busy++;
    completeIn(services[begun++]!, since[key]!);
  };
  return {
    arrive: (now) => {
      const key = keys[arrived++]!;
      if (isWaiting[key] === 1) {
        merged++;
      } else {
        isWaiting[key] = 1;
        since[key] = now;
        ring[tail++ & 255] = key;
        if (busy < SERVERS) begin();
      }
      if (arrived < count) arriveIn(gaps[arrived]!);
    },
    complete: (now, from) => {
      busy--;
      completed++;
      sojourn += now - from;
      if (head !== tail) begin();
    },
    answer: () => ({ merged, completed, sojourn }),
  };
}
