/**
 * The race without an engine: the same model and the same kind of heap (time, sequence, hole at the root), written out in
 * one function with no callbacks, handles, cancelling or checks. What remains to be gained by giving up all of those.
 */
import type { Draws } from './draws.js';
import type { Answer } from './merge-queue.js';

export function bareLoop(draws: Draws): Answer {
  const { count, gaps, keys, services } = draws;
  const isWaiting = new Uint8Array(200);
  const since = new Float64Array(200);
  const ring = new Int32Array(256);
  // Five events at most: one arrival, four completions. An arrival has the subject -1.
  const times = new Float64Array(8);
  const sequences = new Float64Array(8);
  const subjects = new Float64Array(8);
  let [head, tail, busy, arrived, begun, merged, completed, sojourn] = [0, 0, 0, 0, 0, 0, 0, 0];
  let [used, sequence] = [0, 0];
  let hole = false;

  const down = (time: number, order: number, subject: number): void => {
    let place = 1;
    let child = 2;
    while (child <= used) {
      const left = times[child]!;
      if (child < used) {
        const right = times[child + 1]!;
        if (right < left || (right === left && sequences[child + 1]! < sequences[child]!)) child++;
      }
      const other = times[child]!;
      if (time < other || (time === other && order < sequences[child]!)) break;
      times[place] = other;
      sequences[place] = sequences[child]!;
      subjects[place] = subjects[child]!;
      place = child;
      child = 2 * place;
    }
    times[place] = time;
    sequences[place] = order;
    subjects[place] = subject;
  };
  const push = (time: number, subject: number): void => {
    const order = sequence++;
    if (hole) {
      hole = false;
      down(time, order, subject);
      return;
    }
    let place = ++used;
    while (place > 1) {
      const parent = place >> 1;
      if (times[parent]! <= time) break;
      times[place] = times[parent]!;
      sequences[place] = sequences[parent]!;
      subjects[place] = subjects[parent]!;
      place = parent;
    }
    times[place] = time;
    sequences[place] = order;
    subjects[place] = subject;
  };

  push(gaps[0]!, -1);
  for (;;) {
    if (hole) {
      hole = false;
      const last = used--;
      if (last > 1) down(times[last]!, sequences[last]!, subjects[last]!);
    }
    if (used === 0) return { merged, completed, sojourn };
    const now = times[1]!;
    const subject = subjects[1]!;
    hole = true;
    let canBegin = false;
    if (subject === -1) {
      const key = keys[arrived++]!;
      if (isWaiting[key] === 1) {
        merged++;
      } else {
        isWaiting[key] = 1;
        since[key] = now;
        ring[tail++ & 255] = key;
        canBegin = busy < 4;
      }
    } else {
      busy--;
      completed++;
      sojourn += now - subject;
      canBegin = head !== tail;
    }
    if (canBegin) {
      const key = ring[head++ & 255]!;
      isWaiting[key] = 0;
      busy++;
      push(now + services[begun++]!, since[key]!);
    }
    if (subject === -1 && arrived < count) push(now + gaps[arrived]!, -1);
  }
}
