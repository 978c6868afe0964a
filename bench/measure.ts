/**
 * What measuring costs, of the built files: `npm run build && npx tsx bench/measure.ts [sets]`. The same run with a
 * silent observer, with the recorder, which knows of no trace, and with recorder and trace, each in a process of its own, so
 * that no other has shaped the machine code of the pipeline. They run in turns of two seconds, so that a busy machine
 * slows all of them, and in several sets of processes, because V8 is luckier in some. Prints the fastest of each, and the
 * median over the sets of what one took more than the silent one beside it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Simulation } from '../src/engine/simulation.js';
import type { Recorder } from '../src/measure/recorder/recorder-options.js';
import type { Trace as TraceOfRun } from '../src/measure/timeline/trace.js';
import type { Observer } from '../src/pipeline/observer.js';
import type { Scenario } from '../src/scenario/scenario.js';
import { median } from '../src/stats/median.js';

// What users run. Through tsx every function made would be wrapped, which costs more than what is measured here.
const DIST = new URL('../dist/', import.meta.url);
const load = <M>(file: string): Promise<M> => import(new URL(file, DIST).href) as Promise<M>;
const { assembleWith } = await load<typeof import('../src/fleet/run.js')>('fleet/run.js');
const { createRecorder } =
  await load<typeof import('../src/measure/recorder/recorder.js')>('measure/recorder/recorder.js');
const { Trace } = await load<typeof import('../src/measure/timeline/trace.js')>('measure/timeline/trace.js');
const { traced } = await load<typeof import('../src/measure/recorder/traced.js')>('measure/recorder/traced.js');
const { SILENT } = await load<typeof import('../src/pipeline/observer.js')>('pipeline/observer.js');
const { profileOf } = await load<typeof import('../src/istio/profile.js')>('istio/profile.js');
const { parseScenario } = await load<typeof import('../src/scenario/load.js')>('scenario/load.js');

/** 2,000 sidecars, each told of an endpoint change in 2 of 1,000 services every 300 ms. */
const YAML = `
description: What does measuring cost?
istio: "1.30"
istiod: { resources: { cpu: "8", memory: 2Gi } }
mesh: { generate: [{ namespace: shop, copies: 10, services: 100, endpoints: 2, proxies: 1 per endpoint }] }
events: [{ at: 1s, repeat: 200, every: 150ms, endpoints: { services: any, ready: +1/-1 } }]
run: { duration: 60s, seed: bench }
`;

interface Variant {
  readonly name: string;
  readonly isTraced: boolean;
  readonly observerOf: (sim: Simulation, busyNanos: () => number, trace: TraceOfRun | undefined) => Observer;
}

/** CPU milliseconds. */
function once(scenario: Scenario, { isTraced, observerOf }: Variant): number {
  const trace = isTraced ? new Trace() : undefined;
  const { sim } = assembleWith(scenario, {
    replication: 0,
    trace,
    observerOf: (sim, { processor }) => observerOf(sim, () => processor.busyNanos, trace),
  });
  const start = process.cpuUsage();
  sim.run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const parsed = parseScenario(YAML);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const { scenario } = parsed;
const counted = profileOf(scenario.istio).countedOnce;
const recorderOf = (sim: Simulation, busyNanos: () => number): Recorder =>
  createRecorder(sim, counted, 0, { version: scenario.istio, busyNanos });
const asked = process.argv[2];

const VARIANTS: readonly Variant[] = [
  { name: 'silent', isTraced: false, observerOf: () => SILENT },
  { name: 'metrics', isTraced: false, observerOf: recorderOf },
  {
    name: 'metrics and trace',
    isTraced: true,
    observerOf: (sim, busyNanos, trace) => traced(recorderOf(sim, busyNanos), trace!, sim),
  },
];
/** The first runs are those in which the machine code is made. */
const FIRST = 3;
const ROUNDS = 4;

/** A run of the variant that this process is for. */
async function runOf(child: ChildProcess): Promise<number> {
  child.send('run');
  const [ms] = await onceEmitted(child, 'message');
  return ms as number;
}

/** The fastest run of each variant, in new processes. */
async function set(): Promise<number[]> {
  const children = VARIANTS.map(({ name }) => fork(fileURLToPath(import.meta.url), [name]));
  const fastest = VARIANTS.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < FIRST + ROUNDS; round++) {
    for (const [i, child] of children.entries()) {
      const ms = await runOf(child);
      if (round >= FIRST) fastest[i] = Math.min(fastest[i]!, ms);
    }
  }
  for (const child of children) child.disconnect();
  return fastest;
}

function report(all: readonly number[][]): void {
  const silent = all.map((times) => times[0]!);
  for (const [i, { name }] of VARIANTS.entries()) {
    const times = all.map((set) => set[i]!);
    const fastest = Math.min(...times) / Math.min(...silent) - 1;
    const typical = median(times.map((ms, set) => ms / silent[set]! - 1));
    const more = i === 0 ? '' : `: ${percent(fastest)} more by the fastest, ${percent(typical)} in the median`;
    const ms = Math.min(...times).toFixed(0);
    console.log(`${name.padEnd(18)} ${ms.padStart(5)} ms of CPU${more}`);
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const variant = VARIANTS.find(({ name }) => name === asked);
if (variant !== undefined) {
  process.on('message', () => process.send!(once(scenario, variant)));
} else {
  const sets: number[][] = [];
  for (let i = 0; i < Number(asked ?? 5); i++) sets.push(await set());
  report(sets);
}
