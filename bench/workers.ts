/**
 * How much faster is a sweep on more threads? One thread and several take turns at the same work in one process, so that
 * whatever else the machine does meets both. The fastest round of each is the one that was disturbed least, and their
 * ratio is the figure to quote. A loop that only adds is timed the same way between them: what the machine itself gives
 * to more threads at this moment, which on a shared one is less than it has cores.
 *
 *   npx tsx bench/workers.ts [THREADS]
 */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type Runner, threadRunner } from '../src/experiment/work/runner.js';
import type { Task } from '../src/experiment/work/task.js';

const ROUNDS = 25;
const REPLICATIONS = 8;

const file = new URL('../scenarios/sweeps/busy-afternoon.yaml', import.meta.url).pathname;
const text = readFileSync(file, 'utf8');
const tasks: Task[] = ['100ms', '500ms'].flatMap((after) => {
  const source = { text, file, sets: ['run.duration=5s', `istiod.env.PILOT_DEBOUNCE_AFTER=${after}`] };
  return Array.from({ length: REPLICATIONS }, (_, replication) => ({ source, replication }));
});

async function timed(runner: Runner): Promise<number> {
  const start = performance.now();
  await runner.run(tasks);
  return performance.now() - start;
}

const SPIN = `const { parentPort } = require('node:worker_threads');
parentPort.on('message', () => {
  let sum = 0;
  for (let i = 0; i < 2e8; i++) sum += i;
  parentPort.postMessage(sum);
});`;

/** Milliseconds until all of these have added up. */
async function spun(workers: readonly Worker[]): Promise<number> {
  const start = performance.now();
  const ends = workers.map((worker) => new Promise((resolve) => worker.once('message', resolve)));
  for (const worker of workers) worker.postMessage('go');
  await Promise.all(ends);
  return performance.now() - start;
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const threads = Number(process.argv[2] ?? Math.min(2, availableParallelism()));
const one = await threadRunner(1);
const several = await threadRunner(threads);
// Threads start, load and warm up before anything is timed.
for (const runner of [one, several]) await timed(runner);
const spinners = Array.from({ length: threads }, () => new Worker(SPIN, { eval: true }));
await spun(spinners);
const bare: { readonly alone: number; readonly together: number }[] = [];
const pairs: { readonly alone: number; readonly together: number }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  bare.push({ alone: await spun(spinners.slice(0, 1)), together: await spun(spinners) });
  // Who goes first changes, or a machine that slows down would favour one of them.
  const first = round % 2 === 0 ? one : several;
  const a = await timed(first);
  const b = await timed(first === one ? several : one);
  pairs.push(first === one ? { alone: a, together: b } : { alone: b, together: a });
}
await one.close();
await several.close();
await Promise.all(spinners.map((spinner) => spinner.terminate()));
const perSecond = (ms: number) => `${((tasks.length / ms) * 1000).toFixed(1)} simulations/s`;
const least = (values: readonly number[]) => Math.min(...values);
const [alone, together] = [pairs.map((pair) => pair.alone), pairs.map((pair) => pair.together)];
const ratios = pairs.map((pair) => pair.alone / pair.together);
console.log(`1 thread    ${perSecond(least(alone))} at best, ${perSecond(median(alone))} as a median of ${ROUNDS}`);
console.log(`${threads} threads   ${perSecond(least(together))} at best, ${perSecond(median(together))} as a median`);
console.log(
  `speed-up    ${(least(alone) / least(together)).toFixed(2)} × at best, ${median(ratios).toFixed(2)} × as a median of pairs`,
);
const bareRatios = bare.map((pair) => (threads * pair.alone) / pair.together);
const bareBest = (threads * least(bare.map((pair) => pair.alone))) / least(bare.map((pair) => pair.together));
console.log(
  `bare loop   ${bareBest.toFixed(2)} × at best, ${median(bareRatios).toFixed(2)} × as a median: the ceiling just now`,
);
