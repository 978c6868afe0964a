/**
 * The engines of the race, each running the same model in the way its documentation suggests. Those that are not
 * installed say so instead of running: they are development tools of this folder, not of the product.
 */
import FlatQueue from 'flatqueue';
import TinyQueue from 'tinyqueue';
import { Simulation } from '../src/engine/simulation.js';
import { bareLoop } from './bare-loop.js';
import type { Draws } from './draws.js';
import { type Answer, mergeQueue } from './merge-queue.js';
import { loadSimJs, loadSimScript } from './npm-engines.js';

export interface Outcome {
  readonly answer: Answer;
  /** Events taken off the calendar; undefined where the engine does not tell. */
  readonly pops: number | undefined;
}

export interface Contestant {
  readonly name: string;
  readonly style: string;
  readonly fifo: boolean;
  /** At most this many arrivals, for engines that would take minutes. */
  readonly arrivalsMax: number;
  readonly prepare: () => Promise<(draws: Draws) => Outcome | Promise<Outcome>>;
}

interface Entry {
  readonly time: number;
  readonly sequence: number;
  readonly run: () => void;
}

const ALL = Number.POSITIVE_INFINITY;

export const CONTESTANTS: readonly Contestant[] = [
  { name: 'bare loop', style: 'one function', fifo: true, arrivalsMax: ALL, prepare: async () => runBareLoop },
  { name: 'pushsim', style: 'action and subject', fifo: true, arrivalsMax: ALL, prepare: async () => runSimulation },
  { name: 'tinyqueue 3.0.0', style: 'closures', fifo: true, arrivalsMax: ALL, prepare: async () => runTinyQueue },
  { name: 'flatqueue 3.0.0', style: 'closures', fifo: false, arrivalsMax: ALL, prepare: async () => runFlatQueue },
  { name: 'simjs 2.0.3', style: 'entity timers', fifo: true, arrivalsMax: ALL, prepare: loadSimJs },
  { name: 'simscript 1.0.37', style: 'async entities', fifo: true, arrivalsMax: 20_000, prepare: loadSimScript },
];

function runBareLoop(draws: Draws): Outcome {
  const answer = bareLoop(draws);
  return { answer, pops: draws.count + answer.completed };
}

function runSimulation(draws: Draws): Outcome {
  const simulation = new Simulation();
  const arrive = (): void => model.arrive(simulation.now);
  const complete = (since: number): void => model.complete(simulation.now, since);
  const model = mergeQueue(
    draws,
    (delay) => simulation.after(delay, arrive),
    (delay, since) => simulation.after(delay, complete, since),
  );
  simulation.after(draws.gaps[0]!, arrive);
  simulation.run();
  return { answer: model.answer(), pops: simulation.executed };
}

function runTinyQueue(draws: Draws): Outcome {
  const queue = new TinyQueue<Entry>([], (a, b) => a.time - b.time || a.sequence - b.sequence);
  let [now, sequence, pops] = [0, 0, 0];
  const after = (delay: number, run: () => void): void => {
    queue.push({ time: now + delay, sequence: sequence++, run });
  };
  const arrive = (): void => model.arrive(now);
  const model = mergeQueue(
    draws,
    (delay) => after(delay, arrive),
    (delay, since) => after(delay, () => model.complete(now, since)),
  );
  after(draws.gaps[0]!, arrive);
  for (let entry = queue.pop(); entry !== undefined; entry = queue.pop()) {
    now = entry.time;
    pops++;
    entry.run();
  }
  return { answer: model.answer(), pops };
}

function runFlatQueue(draws: Draws): Outcome {
  const queue = new FlatQueue<() => void>();
  let [now, pops] = [0, 0];
  const arrive = (): void => model.arrive(now);
  const model = mergeQueue(
    draws,
    (delay) => queue.push(arrive, now + delay),
    (delay, since) => queue.push(() => model.complete(now, since), now + delay),
  );
  queue.push(arrive, draws.gaps[0]!);
  while (queue.length > 0) {
    now = queue.peekValue()!;
    pops++;
    queue.pop()!();
  }
  return { answer: model.answer(), pops };
}
