/** The shipped recipes for clusters, by what a cluster gives them: an index in an environment variable. */
import { spawnSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { folder, pushsim } from '../../cli/run-program.js';
import { read, SWEEP, study } from '../studies.js';

const at = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const SWEEPS = 'scenarios/sweeps/';
const FILES = ['runs.csv', 'summary.csv', 'summary.json', 'report.html'];

interface Job {
  readonly completions: number;
  readonly completionMode: string;
  readonly template: { readonly spec: { readonly containers: readonly Container[] } };
}

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
}

/** `pushsim` on the path, as the image has it. */
function bin(): string {
  const place = folder();
  const program = join(place, 'pushsim');
  // The loader by its address: the jobs run in other folders.
  const loader = import.meta.resolve('tsx');
  writeFileSync(
    program,
    `#!/bin/sh\nexec '${process.execPath}' --import '${loader}' '${at('src/cli/main.ts')}' "$@"\n`,
  );
  chmodSync(program, 0o755);
  return place;
}

const place = study(SWEEP.replace('replications: 4', 'replications: 2'));
const sweep = join(place, 'sweep.yaml');
const path = `${bin()}:${process.env.PATH ?? ''}`;

const whole = join(place, 'reference');

beforeAll(async () => {
  await pushsim('sweep', sweep, '--out', whole, '--quiet');
});

function expectDone(status: number | null, stderr: string): void {
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
}

describe('the Indexed Job', () => {
  const job = (parse(read(at(`${SWEEPS}indexed-job.yaml`))) as { spec: Job }).spec;
  const [container] = job.template.spec.containers;
  const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));

  test('deals the work to as many parts as it has completions', () => {
    expect(job.completionMode).toBe('Indexed');
    expect(env.PARTS).toBe(String(job.completions));
  });

  test('does the whole sweep when its command has run with every index', async () => {
    const [program = '', ...flags] = container?.command ?? [];
    const results = folder();
    for (const index of ['1', '0']) {
      const { status, stderr } = spawnSync(program, [...flags, ...(container?.args ?? [])], {
        encoding: 'utf8',
        cwd: results,
        env: {
          ...env,
          PATH: path,
          SWEEP: sweep,
          RESULTS: results,
          PARTS: '2',
          CORES: '1',
          JOB_COMPLETION_INDEX: index,
        },
      });
      expectDone(status, stderr);
    }
    for (const name of FILES) expect(read(results, name)).toBe(read(whole, name));
  });
});

describe('the Slurm array script', () => {
  test('does the whole sweep when it has run with every task id', async () => {
    const results = folder();
    for (const task of ['0', '1']) {
      const { status, stderr } = spawnSync('bash', [at(`${SWEEPS}slurm-array.sh`), sweep, results], {
        encoding: 'utf8',
        cwd: results,
        env: { PATH: path, SLURM_ARRAY_TASK_ID: task, SLURM_ARRAY_TASK_COUNT: '2', SLURM_CPUS_PER_TASK: '1' },
      });
      expectDone(status, stderr);
    }
    for (const name of FILES) expect(read(results, name)).toBe(read(whole, name));
  });

  test('says how it is used', () => {
    const { status, stderr } = spawnSync('bash', [at(`${SWEEPS}slurm-array.sh`)], { encoding: 'utf8' });
    expect(status).not.toBe(0);
    expect(stderr).toContain('usage: sbatch --array=0-N');
  });
});
