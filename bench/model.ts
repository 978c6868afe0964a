/**
 * The model bench, of the built files: `npm run build && npx tsx bench/model.ts [runs]`. How fast a whole istiod runs with its metrics on, by the shipped
 * baseline and by a mesh in which everybody needs everything, and what a proxy takes of memory. Each figure is of a
 * process of its own; times are the best of several runs, because a shared machine only ever makes them longer.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Scenario } from '../src/scenario/scenario.js';

// What users run: the built files. tsx would wrap every function made and cost a factor of two.
const DIST = process.env.PUSHSIM_DIST ?? new URL('../dist', import.meta.url).href;
const { simulate } = (await import(`${DIST}/experiment/simulate.js`)) as typeof import('../src/fleet/run.js');
const { parseScenario } = (await import(`${DIST}/scenario/load.js`)) as typeof import('../src/scenario/load.js');

const BASELINE = fileURLToPath(new URL('../scenarios/baseline-1000x2000.yaml', import.meta.url));

/** Ten thousand sidecars that all watch the same thousand services; every push of endpoints is a message to each. */
const EVERYBODY = `
description: How fast is a push that everybody needs?
istio: "1.30"
istiod: { resources: { cpu: "16", memory: 64Gi } }
mesh: { generate: [{ namespace: shop, copies: 10, services: 100, endpoints: 10, proxies: 1 per endpoint }] }
events: [{ at: 1s, repeat: 200, every: 5s, endpoints: { services: any, ready: "+1/-1" } }]
run: { kind: steady-state, duration: 1000s, seed: bench }
`;

/** Shapes alike and apart: 100,000 proxies of 1,000 services, and how many of them there are. */
const proxies = (perService: number) => `
description: What does a proxy take?
istio: "1.30"
mesh: { generate: [{ namespace: shop, copies: 50, services: 20, endpoints: 2, proxies: ${perService} per service }] }
events: [{ at: 900ms, endpoints: { services: any, ready: +1/-1 } }]
run: { kind: steady-state, duration: 1s, seed: bench }
`;

function read(text: string, file = 'bench.yaml'): Scenario {
  const parsed = parseScenario(text, { file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.scenario;
}

function speed(scenario: Scenario): Record<string, number> {
  const start = performance.now();
  const result = simulate(scenario);
  const seconds = (performance.now() - start) / 1000;
  const pushes = result.metrics.pilot_proxy_queue_time.count;
  return { seconds, pushes, messages: result.metrics.pilot_xds_pushes.total, simulated: result.resources.simulated_s };
}

/** Heap of a simulated mesh at rest, while it is still there: something is to happen to it after half of the run. */
function heapOf(scenario: Scenario): number {
  let used = 0;
  const measure = (): void => {
    globalThis.gc?.();
    used = process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers;
  };
  simulate(scenario, { onProgress: (done) => done === 0.5 && measure() });
  return used;
}

const CASES: Readonly<Record<string, () => Record<string, number>>> = {
  baseline: () => speed(read(readFileSync(BASELINE, 'utf8'), BASELINE)),
  everybody: () => speed(read(EVERYBODY)),
  'heap-few': () => ({ bytes: heapOf(read(proxies(1))), proxies: 1_000 }),
  'heap-many': () => ({ bytes: heapOf(read(proxies(100))), proxies: 100_000 }),
};

function child(name: string): Record<string, number> {
  const args = [...process.execArgv, '--expose-gc', fileURLToPath(import.meta.url), 'run', name];
  const ran = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (ran.status !== 0) throw new Error(ran.stderr);
  return JSON.parse(ran.stdout) as Record<string, number>;
}

function best(name: string, runs: number): Record<string, number> {
  const results = Array.from({ length: runs }, () => child(name));
  return results.reduce((one, other) => (other.seconds! < one.seconds! ? other : one));
}

const [first, name] = process.argv.slice(2);
if (first === 'run') {
  console.log(JSON.stringify(CASES[name ?? '']?.()));
} else {
  const runs = Number(first ?? 5);
  for (const which of ['baseline', 'everybody']) {
    const { seconds, pushes, messages, simulated } = best(which, runs) as Record<string, number> & { seconds: number };
    console.log(
      `${which.padEnd(10)} ${seconds.toFixed(2)} s for ${simulated!.toFixed(0)} s simulated (x ${(simulated! / seconds).toFixed(0)}),`,
      `${pushes} proxy pushes, ${messages} messages: ${(pushes! / seconds / 1e6).toFixed(2)} M pushes/s`,
    );
  }
  const [few, many] = [child('heap-few'), child('heap-many')];
  const perProxy = (many.bytes! - few.bytes!) / (many.proxies! - few.proxies!);
  console.log(`memory     ${perProxy.toFixed(0)} bytes a proxy beside ${(few.bytes! / 2 ** 20) | 0} MiB shared`);
}
