import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, pushsim } from './run-program.js';

const RECORDINGS = new URL('../recordings', import.meta.url).pathname;

describe('verify', () => {
  test('prints predicted beside measured with the bar, and then the figures', async () => {
    const { code, out } = await pushsim('verify', '--only', 'K-A-s130-sotw-S400-E5-meshns');
    // Times may be off; counts are not.
    expect([0, 3]).toContain(code);
    expect(out).toMatch(/^K-A-s130-sotw-S400-E5-meshns$/m);
    expect(out).toMatch(/^ {2}messages_eds +72 +72 +0\.0 % +0\.0 % +✓$/m);
    expect(out).toMatch(/^messages_eds +1 +1 \(100 %\) +0\.0 % +– +✓$/m);
    expect(out).not.toContain('nobody waits');
  });

  test('tells what real runs are to one another where they can be compared', async () => {
    const { out } = await pushsim('verify', '--only', 'K-Q-s130');
    expect(out).toMatch(/^median error +repeated +real +ours +nobody waits +real +ours +proxies wait +ours$/m);
    expect(out).toMatch(/^queue_p90_s +0 +– +– +7( +[\d.]+ %){2} +0 +–$/m);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('gives rows as data', async () => {
    const { code, out } = await pushsim('verify', '--only', 'K-A-s130-sotw-S400-E5-meshns', '--json');
    // Times may be off; counts are not.
    expect([0, 3]).toContain(code);
    const rows: Record<string, unknown>[] = JSON.parse(out);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(['recording', 'metric', 'measured', 'predicted', 'error', 'bar', 'ok']);
    }
    expect(rows.find(({ metric }) => metric === 'messages_cds')).toEqual({
      recording: 'K-A-s130-sotw-S400-E5-meshns',
      metric: 'messages_cds',
      measured: 72,
      predicted: 72,
      error: 0,
      bar: 0,
      ok: true,
    });
  });

  test('exits with 3 and marks the rows when a recording says something else', async () => {
    const own = folder();
    // The operations come 2 s apart in one of them, and in the other 5 s: three rounds instead of one.
    copyFileSync(join(RECORDINGS, 'K-Q-s117-W2.json'), join(own, 'K-Q-s117-W2.json'));
    copyFileSync(join(RECORDINGS, 'K-Q-s117-W5.csv.gz'), join(own, 'K-Q-s117-W2.csv.gz'));
    const { code, out } = await pushsim('verify', '--recordings', own);
    expect(code).toBe(3);
    expect(out).toMatch(/^ {2}rounds +1 +3 +200\.0 % +0\.0 % +✗$/m);
  });

  test('says which recording or folder there is not', async () => {
    const none = await pushsim('verify', '--only', 'nothing-like-it');
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('is named like nothing-like-it');
    const nowhere = await pushsim('verify', '--recordings', 'no/such/folder');
    expect(nowhere).toMatchObject({ code: 2, out: '' });
    expect(nowhere.err).toContain('no/such/folder');
  });
});
