/** One engine in a process of its own, so that no other has shaped the machine code of the model: prints one JSON line. */
import { Bench } from 'tinybench';
import { CONTESTANTS, type Outcome } from './contestants.js';
import { drawRace } from './draws.js';

const [name, arrivals] = process.argv.slice(2);
const contestant = CONTESTANTS.find((each) => each.name === name)!;
const draws = drawRace(Math.min(Number(arrivals), contestant.arrivalsMax));
const run = await contestant.prepare();
let outcome: Outcome | undefined;

const bench = new Bench({ time: 0, iterations: 7, warmupTime: 0, warmupIterations: 3 });
bench.add(contestant.name, async () => {
  outcome = await run(draws);
});
const [task] = await bench.run();
if (task?.result.state !== 'completed') throw new Error(`${name}: ${JSON.stringify(task?.result)}`);
console.log(JSON.stringify({ milliseconds: task.result.latency.p50, count: draws.count, ...outcome }));
