import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { createProgress } from '../../src/cli/progress.js';
import { file, folder, SMALL } from './run-program.js';

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const NODE = ['--import', 'tsx', MAIN];

const run = (args: string[], input = '') =>
  spawnSync(process.execPath, [...NODE, ...args], { encoding: 'utf8', input });

describe('as a process', () => {
  test('it exits with its code', () => {
    expect(run(['run', file(`${SMALL}thresholds: ["staleness.p99 < 1ns"]`), '--quiet']).status).toBe(3);
    expect(run(['run', '/nonexistent.yaml']).status).toBe(2);
    expect(run([]).status).toBe(0);
  });

  test('it reads a scenario from standard input', () => {
    const { status, stdout } = run(['run', '-', '--json'], SMALL);
    expect(status).toBe(0);
    expect(JSON.parse(stdout).provenance).toMatchObject({ file: 'stdin', scenario: 'stdin' });
  });

  test('it does not mind a reader that stops listening', () => {
    const { status, stderr } = spawnSync(
      'bash',
      ['-o', 'pipefail', '-c', `"$@" | head -c 1`, '-', process.execPath, ...NODE, 'schema'],
      {
        encoding: 'utf8',
      },
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('Ctrl-C ends it at once, and no half file is left', async () => {
    const endless = SMALL.replace('repeat: 3, every: 500ms', 'repeat: 15000000, every: 1ms').replace('10s', '5h');
    const out = folder();
    const child = spawn(process.execPath, [...NODE, 'run', file(endless), '--out', out], { stdio: 'ignore' });
    const ended = new Promise((resolve) => child.on('exit', (code, signal) => resolve({ code, signal })));
    setTimeout(() => child.kill('SIGINT'), 2_000);
    // A shell reports this as 130.
    expect(await ended).toEqual({ code: null, signal: 'SIGINT' });
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('progress', () => {
  function watched(isTTY: boolean, times: number[]) {
    let text = '';
    const stream = { isTTY, write: (chunk: string) => (text += chunk) } as unknown as NodeJS.WriteStream;
    const clock = [0, ...times];
    const progress = createProgress('a', stream, () => clock.shift() ?? 0);
    for (const [i] of times.entries()) progress.report((i + 1) / times.length, 1_000 * (i + 1));
    progress.done();
    return text;
  }

  test('is silent for two seconds', () => {
    expect(watched(false, [100, 1_000, 1_999])).toBe('');
  });

  test('says no time left of a run that has hardly begun', () => {
    let text = '';
    const stream = { isTTY: false, write: (chunk: string) => (text += chunk) } as unknown as NodeJS.WriteStream;
    const clock = [0, 5_000];
    createProgress('a', stream, () => clock.shift() ?? 0).report(0.001, 300_000);
    expect(text).toBe('a: 0 %, 300,000 events, after 5 s\n');
  });

  test('is a line now and then in a log', () => {
    expect(watched(false, [2_000, 3_000, 12_000])).toBe(
      'a: 33 %, 1,000 events, 4 s left\na: 100 %, 3,000 events, 0 s left\n',
    );
  });

  test('overwrites itself on a terminal and is gone in the end', () => {
    expect(watched(true, [2_000, 2_100, 2_300])).toBe(
      '\r\u001b[2Ka: 33 %, 1,000 events, 4 s left \r\u001b[2Ka: 100 %, 3,000 events, 0 s left \r\u001b[2K',
    );
  });
});
