/**
 * What measuring costs: the same run with a silent probe, with the recorder, and with the recorder and the trace, in
 * turns, so that a busy machine slows all of them. Prints the CPU time of the fastest of each; `npx tsx bench/measure.ts [rounds]`.
 */
import { execFileSync } from 'node:child_process';
import type { Simulation } from '../src/engine/simulation.js';
import { assemble } from '../src/experiment/assemble.js';
import { createRecorder } from '../src/measure/recorder.js';
import { Trace } from '../src/measure/trace.js';
import { type Probe, SILENT } from '../src/pipeline/probe.js';
import { PROFILES } from '../src/pipeline/profiles/index.js';
import { parseScenario } from '../src/scenario/load.js';
import type { Scenario } from '../src/scenario/scenario.js';

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
  const trace = traced ? new Trace() : undefined;
  const { sim } = assemble(scenario, {
    replication: 0,
    trace,
    probeFor: (sim, { processor }) => probeFor(sim, () => processor.busyNanos, trace),
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
const VARIANTS: readonly Variant[] = [
  { name: 'silent', traced: false, probeFor: () => SILENT },
  { name: 'metrics', traced: false, probeFor: (sim, busy) => createRecorder(sim, counted, 0, options(busy)) },
  {
    name: 'metrics and trace',
    traced: true,
    probeFor: (sim, busy, trace) => createRecorder(sim, counted, 0, { ...options(busy), ...(trace && { trace }) }),
  },
];
/** One variant in a process of its own, so that no other has shaped the machine code of the pipeline. */
function child(variant: Variant): number {
  const args = [...process.execArgv, process.argv[1]!, variant.name];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}

const asked = VARIANTS.find(({ name }) => name === process.argv[2]);
if (asked !== undefined) {
  for (let i = 0; i < 2; i++) once(scenario, asked);
  console.log(Math.min(...Array.from({ length: 5 }, () => once(scenario, asked))));
} else {
  const rounds = Array.from({ length: Number(process.argv[2] ?? 5) }, () => VARIANTS.map(child));
  // The fastest of several: what the machine did besides only ever adds.
  const best = VARIANTS.map((_, i) => Math.min(...rounds.map((round) => round[i]!)));
  const [silent = 0] = best;
  for (const [i, ms] of best.entries()) {
    const more = i === 0 ? '' : `, ${((100 * ms) / silent - 100).toFixed(1)} % more`;
    console.log(`${VARIANTS[i]!.name.padEnd(18)} ${ms.toFixed(0)} ms of CPU${more}`);
  }
}
