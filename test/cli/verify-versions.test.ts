import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, pushsim } from './run-program.js';

const RECORDINGS = new URL('../recordings', import.meta.url).pathname;

describe('verify --across-versions', () => {
  test('prints both versions side by side, the rule beneath, what is the same, and what was really measured', async () => {
    const { code, out } = await pushsim('verify', '--across-versions', '--only', 'K-Q-s117-W2');
    expect(code).toBe(0);
    expect(out).toMatch(/^K-Q-s117-W2, K-Q-s130-W2: 5 proxies, 20 services, 3 operations, SotW$/m);
    expect(out).toMatch(/^ +1\.17 +1\.30 +difference +real 1\.17 +real 1\.30$/m);
    expect(out).toMatch(
      /^bytes cds +92\.1 KiB +102 KiB +\+10\.1 KiB +\(\+11 %\) +92\.1 KiB +102 KiB +✓\n +\+10\.1 KiB {2}cluster-bytes: /m,
    );
    expect(out).toMatch(/^The same in both: rounds 1, updates merged in rounds 3,/m);
    expect(out).toMatch(/^Where the rules come from/m);
    expect(out).toMatch(/^ {2}cluster-bytes .*BuildClusters/m);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('gives the same as data', async () => {
    const { code, out } = await pushsim(
      'verify',
      '--across-versions',
      '1.17,1.30',
      '--only',
      'K-K-s117-base',
      '--json',
    );
    const [setUp] = JSON.parse(out);
    expect(code).toBe(0);
    expect(setUp.recordings).toEqual(['K-K-s117-base', 'K-K-s130-base']);
    expect(setUp.differences.find(({ figure }: { figure: string }) => figure === 'messages_eds')).toEqual({
      figure: 'messages_eds',
      unit: 'count',
      from: 130,
      to: 260,
      difference: 130,
      half: 0,
      causes: [{ amount: 130, rules: [{ id: 'widened-endpoints', alone: 130, last: 130 }] }],
      smaller: { amount: 0, rules: [] },
      remainder: 0,
      measured: { from: 130, to: 260, agrees: true },
    });
    expect(setUp.rules.find(({ id }: { id: string }) => id === 'widened-endpoints').source).toContain('xds/eds.go');
  });

  test('knows the development head, which was never recorded', async () => {
    const { code, out } = await pushsim('verify', '--across-versions', '1.30,1.32-dev', '--only', 'K-Q-s130-edsoff');
    expect(code).toBe(0);
    expect(out).toMatch(/^contexts built +1 +4 +\+3/m);
    expect(out).not.toContain('real');
  });

  test('exits with 3 when real runs of the two versions differ otherwise than predicted', async () => {
    const own = folder();
    mkdirSync(own, { recursive: true });
    const setUp = JSON.parse(readFileSync(join(RECORDINGS, 'K-Q-s117-W2.json'), 'utf8'));
    for (const [name, istio, rows] of [
      ['K-Q-s117-own', '1.17.8', 'K-Q-s117-W2'],
      // Three rounds where the prediction has one.
      ['K-Q-s130-own', '1.30.3', 'K-Q-s130-W5'],
    ] as const) {
      writeFileSync(join(own, `${name}.json`), JSON.stringify({ ...setUp, name, istio }));
      copyFileSync(join(RECORDINGS, `${rows}.csv.gz`), join(own, `${name}.csv.gz`));
    }
    const { code, out } = await pushsim('verify', '--recordings', own, '--across-versions');
    expect(code).toBe(3);
    expect(out).toMatch(/^rounds +1 +1 +0 .* 1 +3 +✗$/m);
  });

  test.each([
    [['--across-versions', '1.3'], 'takes two releases from 1.17 to 1.32-dev'],
    [['--across-versions', '1.17,1.17'], 'takes two releases'],
    [['--across-versions', '1.17,1.30', '--only', 'nope'], 'is named like nope'],
    [['--across-version'], 'did you mean --across-versions?'],
  ])('%j exits with 2', async (args, text) => {
    const { code, out, err } = await pushsim('verify', ...args);
    expect(err).toContain(text);
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });
});
