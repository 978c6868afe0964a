/**
 * Kills at random moments of `run --out`, `sweep`, and the workers and the submitter of a queue: afterwards every file is
 * whole or absent, and the same command goes on to the same bytes. By hand, after a build:
 *
 *     npx tsx bench/campaign/kills.ts [kills = 100] [first seed = 0] [run,sweep,queue]
 *
 * A queue needs `redis-server`, which is started on a port of this machine's loopback and stopped again.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Draw, drawOf } from '../../test/faults/campaign/draw.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pushsim-kills-'));
const PORT = 20_000 + (process.pid % 20_000);
const REDIS = `redis://127.0.0.1:${PORT}`;

const SCENARIO = `description: To be killed
mesh: { generate: [{ namespace: shop, services: 4, endpoints: 2, proxies: 1 per endpoint, virtualServices: 2 }] }
events: [{ poisson: 20/s, endpoints: { services: any, ready: +1/-1 } }]
run: { duration: 5s }
`;
const SWEEP = `description: To be killed
scenario: scenario.yaml
factors: { istiod.env.PILOT_DEBOUNCE_AFTER: [10ms, 100ms, 1s], istiod.resources.cpu: [1, 2] }
replications: 2
`;
writeFileSync(join(folder, 'scenario.yaml'), SCENARIO);
writeFileSync(join(folder, 'sweep.yaml'), SWEEP);

interface Ended {
  readonly code: number | null;
  readonly err: string;
}

function start(...args: readonly string[]): { readonly process: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  let err = '';
  child.stderr.on('data', (text) => {
    err += String(text);
  });
  return { process: child, ended: once(child, 'close').then(([code]) => ({ code: code as number | null, err })) };
}

const HANG_MS = 180_000;

/** Errors: when it does not end, or not well. */
async function finished(what: string, { process: child, ended }: ReturnType<typeof start>): Promise<void> {
  const late = setTimeout(() => child.kill('SIGKILL'), HANG_MS);
  const { code, err } = await ended;
  clearTimeout(late);
  if (code !== 0) throw new Error(`${what} ended with ${code ?? 'no end'}: ${err.slice(-500)}`);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function killed(
  { process: child, ended }: ReturnType<typeof start>,
  draw: Draw,
  longest: number,
): Promise<Ended> {
  await pause(draw.below(longest));
  child.kill(draw.of(['SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const));
  return ended;
}

/** Files by name, those that are on their way (hidden) left out. */
function filesIn(where: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const visit = (path: string, name: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const inner = name === '' ? entry.name : `${name}/${entry.name}`;
      if (entry.isDirectory()) visit(join(path, entry.name), inner);
      else found.set(inner, readFileSync(join(path, entry.name), 'utf8'));
    }
  };
  mkdirSync(where, { recursive: true });
  visit(where, '');
  return found;
}

/** Every file is the one of the run that nobody killed, or is not there. */
function requireWhole(where: string, reference: ReadonlyMap<string, string>, all: boolean): void {
  const files = filesIn(where);
  for (const [name, text] of files) {
    const expected = reference.get(name);
    if (expected !== text) throw new Error(`${name} is ${expected === undefined ? 'nobody’s' : 'not whole, or other'}`);
  }
  if (all && files.size !== reference.size) throw new Error(`${files.size} files instead of ${reference.size}`);
}

const outOf = (name: string) => join(folder, name);
const runArgs = (out: string) => [
  'run',
  'scenario.yaml',
  '--quiet',
  '--out',
  out,
  '--write',
  'html,openmetrics,junit,markdown,log,summary.json,metrics.csv',
];
const sweepArgs = (out: string, ...more: string[]) => [
  'sweep',
  'sweep.yaml',
  '--quiet',
  '--out',
  out,
  '--workers',
  '1',
  ...more,
];
const queueArgs = (out: string) => ['sweep', 'sweep.yaml', '--quiet', '--out', out, '--queue', REDIS];
const workerArgs = ['worker', '--queue', REDIS, '--quiet', '--workers', '1'];

type Trial = (draw: Draw, out: string) => Promise<void>;

async function trials(): Promise<Readonly<Record<string, Trial>>> {
  const timed = async (name: string, args: readonly string[]) => {
    const began = performance.now();
    await finished(name, start(...args));
    return { files: filesIn(outOf(name)), ms: Math.round(performance.now() - began) };
  };
  const run = await timed('run', runArgs(outOf('run')));
  const sweep = await timed('sweep', sweepArgs(outOf('sweep')));
  return {
    run: async (draw, out) => {
      await killed(start(...runArgs(out)), draw, run.ms * 1.2);
      requireWhole(out, run.files, false);
      await finished('run', start(...runArgs(out)));
      requireWhole(out, run.files, true);
    },
    sweep: async (draw, out) => {
      for (let times = 1 + draw.below(2); times > 0; times--) {
        await killed(start(...sweepArgs(out)), draw, sweep.ms * 1.2);
        requireWhole(out, sweep.files, false);
      }
      await finished('sweep', start(...sweepArgs(out)));
      requireWhole(out, sweep.files, true);
    },
    queue: async (draw, out) => {
      const longest = sweep.ms * 1.5;
      const workers = [start(...workerArgs)];
      let submitter = start(...queueArgs(out));
      if (draw.chance(0.5)) {
        await killed(workers.pop()!, draw, longest);
        workers.push(start(...workerArgs));
      } else {
        await killed(submitter, draw, longest);
        requireWhole(out, sweep.files, false);
        submitter = start(...queueArgs(out));
      }
      await finished('queue', submitter);
      requireWhole(out, sweep.files, true);
      for (const { process: child, ended } of workers) {
        child.kill('SIGTERM');
        await ended;
      }
    },
  };
}

async function startRedis(): Promise<ChildProcess> {
  const server = spawn(
    'redis-server',
    ['--port', String(PORT), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
    {
      cwd: folder,
      stdio: 'ignore',
    },
  );
  await pause(1_000);
  if (server.exitCode !== null) throw new Error('redis-server does not start');
  return server;
}

const [kills = '100', first = '0', which = 'run,sweep,queue'] = process.argv.slice(2);
const wanted = which.split(',');
const redis = wanted.includes('queue') ? await startRedis() : undefined;
const began = performance.now();
let faults = 0;
const done: Record<string, number> = {};
try {
  const kinds = await trials();
  for (let seed = Number(first); seed < Number(first) + Number(kills); seed++) {
    const draw = drawOf(seed);
    const kind = draw.of(wanted);
    const out = outOf(`${kind}-${seed}`);
    try {
      await kinds[kind]!(draw, out);
      rmSync(out, { recursive: true });
    } catch (error) {
      faults += 1;
      process.stdout.write(
        `FAULT ${kind} seed ${seed} in ${out}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
    done[kind] = (done[kind] ?? 0) + 1;
    if (seed % 50 === 49)
      process.stdout.write(
        `${seed + 1 - Number(first)} of ${kills} after ${Math.round((performance.now() - began) / 1000)} s\n`,
      );
  }
} finally {
  redis?.kill('SIGTERM');
}
process.stdout.write(
  `kills: ${JSON.stringify(done)}, ${faults} faults, ${Math.round((performance.now() - began) / 1000)} s\n`,
);
if (faults === 0) rmSync(folder, { recursive: true });
process.exit(faults > 0 ? 1 : 0);
