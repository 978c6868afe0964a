/**
 * What measuring costs: the same run with a silent probe, with the recorder, and with the recorder and the trace, in
 * turns, so that a busy machine slows all of them. Prints the CPU time of the fastest of each; `npx tsx bench/measure.ts [rounds]`.
 */
import { flatCostModel } from '../src/cost/flat.js';
import { FifoProcessor } from '../src/engine/fifo-processor.js';
import { Simulation } from '../src/engine/simulation.js';
import { streams as createStreams } from '../src/engine/streams.js';
import { startSources } from '../src/experiment/event-sources.js';
import { createRecorder } from '../src/measure/recorder.js';
import { Mesh } from '../src/mesh/mesh.js';
import { createIstiod } from '../src/pipeline/istiod.js';
import { type Probe, SILENT } from '../src/pipeline/probe.js';
import { PROFILES } from '../src/pipeline/profiles/index.js';
import { istiodOptions } from '../src/scenario/istiod-options.js';
import { parseScenario } from '../src/scenario/load.js';
import type { Scenario } from '../src/scenario/scenario.js';

/** 2,000 sidecars, each told of an endpoint change in 2 of 1,000 services every 300 ms. */
const YAML = `
description: What does measuring cost?
istio: "1.30"
istiod: { resources: { cpu: "64", memory: 2Gi }, env: { PILOT_PUSH_THROTTLE: "1000" } }
mesh: { generate: [{ namespace: shop, copies: 10, services: 100, endpoints: 2, proxies: 1 per endpoint }] }
events: [{ at: 1s, repeat: 200, every: 150ms, endpoints: { services: any, ready: +1/-1 } }]
costs: { context: 1ms, proxyState: 10us, generate: { eds: 20us } }
run: { duration: 60s, seed: bench }
`;

function once(
  scenario: Scenario,
  probeFor: (sim: Simulation, busy: () => number) => Probe,
): { ms: number; pushes: number } {
  const sim = new Simulation();
  const streams = createStreams(scenario.run.seed, 0);
  const profile = PROFILES[scenario.istio];
  const processor = new FifoProcessor(sim, scenario.istiod.cpuCores);
  const mesh = new Mesh(scenario.mesh);
  let pushes = 0;
  const probe = probeFor(sim, () => processor.busyNanos);
  const istiod = createIstiod(
    sim,
    processor,
    {
      profile,
      options: istiodOptions(scenario.istiod, profile, scenario.istiod.cpuCores),
      mesh,
      cost: flatCostModel(scenario.costs, streams),
      streams,
      eventsWokenBy: 'network',
      network: () => 500_000,
      envoyApply: () => 1_000_000,
    },
    probe,
  );
  for (const proxy of mesh.proxies) istiod.connect(proxy, 'synced');
  startSources(
    sim,
    {
      mesh: scenario.mesh,
      proxies: [],
      events: scenario.events,
      duration: scenario.run.duration,
      streams,
      watch: () => 0,
    },
    (event, change) => {
      pushes += mesh.proxies.length;
      istiod.observe(event, change);
    },
  );
  const start = process.cpuUsage();
  sim.run();
  const { user, system } = process.cpuUsage(start);
  return { ms: (user + system) / 1000, pushes };
}

const parsed = parseScenario(YAML);
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
const { scenario } = parsed;
const counted = PROFILES[scenario.istio].countedOnce;
const VARIANTS: readonly [string, (sim: Simulation, busy: () => number) => Probe][] = [
  ['silent', () => SILENT],
  ['metrics', (sim, busyNanos) => createRecorder(sim, counted, 0, { version: scenario.istio, busyNanos })],
];
const rounds = Number(process.argv[2] ?? 7);
const times = VARIANTS.map((): number[] => []);
for (let round = -2; round < rounds; round++) {
  for (const [i, [, probeFor]] of VARIANTS.entries()) {
    const { ms } = once(scenario, probeFor);
    if (round >= 0) times[i]!.push(ms);
  }
}
// The fastest of several: what the machine did besides only ever adds.
const [silent = 0, ...others] = times.map((all) => Math.min(...all));
console.log(`silent    ${silent.toFixed(0)} ms of CPU`);
for (const [i, ms] of others.entries())
  console.log(
    `${VARIANTS[i + 1]![0].padEnd(9)} ${ms.toFixed(0)} ms of CPU, ${((100 * ms) / silent - 100).toFixed(1)} % more`,
  );
