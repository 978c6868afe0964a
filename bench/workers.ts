/**
 * How much faster is a sweep on more threads? One thread and several take turns at the same work in one process, so that
 * whatever else the machine does meets both; the ratio of each pair is what counts, and the median of those.
 *
 *   npx tsx bench/workers.ts [THREADS]
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { type Runner, threadRunner } from '../src/experiment/runner.js';
import type { Task } from '../src/experiment/task.js';

const ROUNDS = 7;
const REPLICATIONS = 16;

const file = new URL('../scenarios/sweeps/busy-afternoon.yaml', import.meta.url).pathname;
const text = readFileSync(file, 'utf8');
const tasks: Task[] = ['100ms', '500ms'].flatMap((after) => {
  const source = { text, file, sets: ['run.duration=10s', `istiod.env.PILOT_DEBOUNCE_AFTER=${after}`] };
  return Array.from({ length: REPLICATIONS }, (_, replication) => ({ source, replication }));
});

async function timed(runner: Runner): Promise<number> {
  const start = performance.now();
  await runner.run(tasks);
  return performance.now() - start;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const threads = Number(process.argv[2] ?? Math.min(2, availableParallelism()));
const one = await threadRunner(1);
const several = await threadRunner(threads);
// Threads start, load and warm up before anything is timed.
for (const runner of [one, several]) await timed(runner);
const pairs: { readonly alone: number; readonly together: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  // Who goes first changes, or a machine that slows down would favour one of them.
  const first = round % 2 === 0 ? one : several;
  const a = await timed(first);
  const b = await timed(first === one ? several : one);
  pairs.push(first === one ? { alone: a, together: b } : { alone: b, together: a });
}
await one.close();
await several.close();
const perSecond = (ms: number) => ((tasks.length / ms) * 1000).toFixed(1);
console.log(`1 thread    ${perSecond(median(pairs.map(({ alone }) => alone)))} simulations/s`);
console.log(`${threads} threads   ${perSecond(median(pairs.map(({ together }) => together)))} simulations/s`);
console.log(
  `speed-up    ${median(pairs.map(({ alone, together }) => alone / together)).toFixed(2)} × (median of ${ROUNDS} pairs: ${pairs.map(({ alone, together }) => (alone / together).toFixed(2)).join(' ')})`,
);
