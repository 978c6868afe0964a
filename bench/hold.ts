/**
 * The hold test: with N events pending, every event schedules itself again after a random delay of up to 2 N units, so
 * that the place at which it is inserted is random. One event is one pop and one schedule. Prints one JSON line.
 */
import FlatQueue from 'flatqueue';
import { Bench } from 'tinybench';
import TinyQueue from 'tinyqueue';
import { Simulation } from '../src/engine/simulation.js';
import { drawHold } from './draws.js';

const [name, pendingText] = process.argv.slice(2);
const pending = Number(pendingText);
const uniforms = drawHold();
const span = 2 * pending * 1_000_000;
let drawn = 0;
const delay = (): number => Math.floor(uniforms[drawn++ & 65_535]! * span);

/** Executes so many events. */
type Hold = (events: number) => void;

function pushsim(): Hold {
  const simulation = new Simulation();
  let end = 0;
  const again = (subject: number): void => {
    simulation.after(delay(), again, subject);
    if (simulation.executed === end) simulation.stop();
  };
  for (let subject = 0; subject < pending; subject++) simulation.after(delay(), again, subject);
  return (events) => {
    end = simulation.executed + events;
    simulation.run();
  };
}

function tinyqueue(): Hold {
  const queue = new TinyQueue<{ time: number; sequence: number; run: () => void }>(
    [],
    (a, b) => a.time - b.time || a.sequence - b.sequence,
  );
  let [now, sequence] = [0, 0];
  const again = (): void => queue.push({ time: now + delay(), sequence: sequence++, run: again });
  for (let subject = 0; subject < pending; subject++) again();
  return (events) => {
    for (let left = events; left > 0; left--) {
      const entry = queue.pop()!;
      now = entry.time;
      entry.run();
    }
  };
}

function flatqueue(): Hold {
  const queue = new FlatQueue<() => void>();
  let now = 0;
  const again = (): void => queue.push(again, now + delay());
  for (let subject = 0; subject < pending; subject++) again();
  return (events) => {
    for (let left = events; left > 0; left--) {
      now = queue.peekValue()!;
      queue.pop()!();
    }
  };
}

const EVENTS = pending > 10_000 ? 1_000_000 : 2_000_000;
const hold = { pushsim, tinyqueue, flatqueue }[name as 'pushsim' | 'tinyqueue' | 'flatqueue']();
hold(Math.max(EVENTS, 2 * pending));
const bench = new Bench({ time: 0, iterations: 9, warmupTime: 0, warmupIterations: 2 });
bench.add(name!, () => hold(EVENTS));
const [task] = await bench.run();
if (task?.result.state !== 'completed') throw new Error(`${name}: ${JSON.stringify(task?.result)}`);
console.log(JSON.stringify({ perSecond: (EVENTS / task.result.latency.p50) * 1000 }));
