/**
 * What measuring costs, of the built files: `npm run build && npx tsx bench/measure.ts [sets]`. The same run with a
 * silent probe, with the recorder as it would be if it knew of no trace, with the recorder, and with recorder and trace,
 * each in a process of its own, so that no other has shaped the machine code of the pipeline. They run in turns of two
 * seconds, so that a busy machine slows all of them, and in several sets of processes, because V8 is luckier in some.
 * Prints the fastest of each, and the median over the sets of what one took more than another beside it.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once as onceEmitted } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Simulation } from '../src/engine/simulation.js';
import type { Trace } from '../src/measure/trace.js';
import type { Probe } from '../src/pipeline/probe.js';
import type { Scenario } from '../src/scenario/scenario.js';
import { median } from '../src/stats/median.js';

// What users run. Through tsx every function made would be wrapped, which costs more than what is measured here.
const DIST = new URL('../dist/', import.meta.url);
const load = <M>(file: string): Promise<M> => import(new URL(file, DIST).href) as Promise<M>;
const { assemble } = await load<typeof import('../src/experiment/assemble.js')>('experiment/assemble.js');
const { createRecorder } = await load<typeof import('../src/measure/recorder.js')>('measure/recorder.js');
const trace = await load<typeof import('../src/measure/trace.js')>('measure/trace.js');
const { SILENT } = await load<typeof import('../src/pipeline/probe.js')>('pipeline/probe.js');
const { PROFILES } = await load<typeof import('../src/pipeline/profiles/index.js')>('pipeline/profiles/index.js');
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
  readonly traced: boolean;
  readonly probeFor: (sim: Simulation, busyNanos: () => number, trace: Trace | undefined) => Probe;
}

/** CPU milliseconds. */
function once(scenario: Scenario, { traced, probeFor }: Variant): number {
  const noted = traced ? new trace.Trace() : undefined;
  const { sim } = assemble(scenario, {
    replication: 0,
    trace: noted,
    probeFor: (sim, { processor }) => probeFor(sim, () => processor.busyNanos, noted),
  });
  const start = process.cpuUsage();
  sim.run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

const parsed = parseScenario(YAML);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const { scenario } = parsed;
const counted = PROFILES[scenario.istio].countedOnce;
const options = (busyNanos: () => number) => ({ version: scenario.istio, busyNanos });

/** The built recorder with its calls of the trace cut out, in a file beside it. */
const WITHOUT_TRACE = 'measure/recorder-without-trace.js';
function cutOut(): void {
  const whole = readFileSync(new URL('measure/recorder.js', DIST), 'utf8');
  const cut = whole.replace(/^ *trace\?\..*;\n/gm, '');
  const calls = (whole.length - cut.length > 0 ? whole.match(/trace\?\./g)?.length : 0) ?? 0;
  if (calls < 4 || cut.includes('trace?.')) throw new Error('the calls of the trace are no longer lines of their own');
  writeFileSync(new URL(WITHOUT_TRACE, DIST), cut);
}
const asked = process.argv[2];
const untraced =
  asked === 'metrics, no trace calls'
    ? (await load<typeof import('../src/measure/recorder.js')>(WITHOUT_TRACE)).createRecorder
    : createRecorder;

const VARIANTS: readonly Variant[] = [
  { name: 'silent', traced: false, probeFor: () => SILENT },
  { name: 'metrics, no trace calls', traced: false, probeFor: (sim, busy) => untraced(sim, counted, 0, options(busy)) },
  { name: 'metrics', traced: false, probeFor: (sim, busy) => createRecorder(sim, counted, 0, options(busy)) },
  {
    name: 'metrics and trace',
    traced: true,
    probeFor: (sim, busy, trace) => createRecorder(sim, counted, 0, { ...options(busy), ...(trace && { trace }) }),
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
  const column = (variant: string) => {
    const place = VARIANTS.findIndex(({ name }) => name === variant);
    return all.map((times) => times[place]!);
  };
  const more = (variant: string, than: string): string => {
    const others = column(than);
    const fastest = Math.min(...column(variant)) / Math.min(...others) - 1;
    const typical = median(column(variant).map((ms, set) => ms / others[set]! - 1));
    return `${percent(fastest)} more than ${than} by the fastest, ${percent(typical)} in the median`;
  };
  for (const { name } of VARIANTS) {
    const compared = name === 'silent' ? '' : `: ${more(name, 'silent')}`;
    console.log(
      `${name.padEnd(24)} ${Math.min(...column(name))
        .toFixed(0)
        .padStart(5)} ms of CPU${compared}`,
    );
  }
  console.log(`trace off: ${more('metrics', 'metrics, no trace calls')}`);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

const variant = VARIANTS.find(({ name }) => name === asked);
if (variant !== undefined) {
  process.on('message', () => process.send!(once(scenario, variant)));
} else {
  cutOut();
  const sets: number[][] = [];
  for (let i = 0; i < Number(asked ?? 5); i++) sets.push(await set());
  report(sets);
  rmSync(new URL(WITHOUT_TRACE, DIST));
}
