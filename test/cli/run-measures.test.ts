/** What `run` tells: every figure in every output, means where there are replications, memory, settings, the mesh. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { file, folder, pushsim, SMALL } from './run-program.js';

const RANDOM = SMALL.replace(
  /events: .*/,
  'events: [{ name: pods, poisson: 3/s, endpoints: { services: any, ready: +1/-1 } }]',
);
const FEW = ['--replications', '4', '--workers', '1'];
const METRIC = 'pilot_inbound_updates.total';

describe('several replications', () => {
  test('are means in the report, in CSV and on the page; the command is the whole one', async () => {
    const out = folder();
    const threshold = `${RANDOM}thresholds: ["${METRIC} > 1", "staleness{source=pods}.p99 < 10s"]\n`;
    const args = [...FEW, '--out', out, '--write', 'summary.json,metrics.csv,html,markdown'];
    const { code, out: report } = await pushsim('run', file(threshold), ...args);
    expect(code).toBe(0);
    const text = (name: string) => readFileSync(join(out, name), 'utf8');
    const { metrics, replications, provenance } = JSON.parse(text('summary.json'));
    const { mean } = replications.measures[METRIC];
    expect(metrics.pilot_inbound_updates.total).not.toBe(mean);
    expect(provenance.command).toBe('pushsim run small.yaml --replications 4');
    const cell = /^small,tests,pilot_inbound_updates,total,(.*)$/m.exec(text('metrics.csv'));
    expect(Number(cell?.[1])).toBe(mean);
    for (const shown of [report, text('report.html'), text('summary.md')])
      expect(shown).toContain('means of 4 replications');
    expect(report).toMatch(/✓ staleness\{source=pods\}\.p99 < 10s +\d+ ms.*, mean of 4/);
  });
});

describe('memory', () => {
  test('that does not suffice is said first and exits with 3, unless the scenario has a threshold on it', async () => {
    const tight = file(SMALL.replace('mesh:', 'istiod: { resources: { memory: 32Mi } }\nmesh:'));
    const { code, out } = await pushsim('run', tight);
    expect(code).toBe(3);
    expect(out).toMatch(/OUT OF MEMORY: istiod needs [\d.]+ MiB and istiod\.resources\.memory is 32\.0 MiB/);
    expect(out).toMatch(/✗ memory_share <= 100% +\d+ %/);
    expect((await pushsim('run', tight, '--set', 'thresholds=["memory_share < 900%"]')).code).toBe(0);
  });
});

describe('the report', () => {
  test('has the mesh in a line and the settings with their origin', async () => {
    const set = 'istiod.env.PILOT_DEBOUNCE_AFTER=1s';
    const written = file(`${SMALL}istiod: { env: { PILOT_PUSH_THROTTLE: "7" } }\n`);
    const { out } = await pushsim('run', written, '--set', set);
    expect(out).toContain('\n1 service with 3 endpoints in 2 namespaces; 3 sidecars\n');
    expect(out).toMatch(/^ {2}PILOT_DEBOUNCE_AFTER +1s +--set$/m);
    expect(out).toMatch(/^ {2}PILOT_PUSH_THROTTLE +7 +scenario$/m);
    expect(out).toMatch(/^ {2}PILOT_DEBOUNCE_MAX +10s +default of 1\.17/m);
    const { environment, mesh } = JSON.parse((await pushsim('run', written, '--json', '--set', set)).out);
    expect(environment[0]).toEqual({ name: 'PILOT_DEBOUNCE_AFTER', value: '1s', origin: '--set' });
    expect(mesh).toMatchObject({ services: 1, endpoints: 3, sidecars: 3, gateways: 0, objects: {} });
  });

  test('of a cold start answers how long it took, in text, JSON, CSV and thresholds', async () => {
    const out = folder();
    const cold = file(`${SMALL.replace('run: {', 'run: { start: cold,')}thresholds: ["time_to_ready.last < 1s"]\n`);
    const { code, out: report } = await pushsim('run', cold, '--out', out);
    expect(code).toBe(0);
    expect(report).toMatch(/^all 3 proxies configured after [\d.]+ ms \(half after [\d.]+ ms\); push count /m);
    const { readiness } = JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'));
    expect(readiness).toMatchObject({ proxies: 3, ready: 3, last: expect.any(Number) });
    const csv = readFileSync(join(out, 'metrics.csv'), 'utf8');
    expect(csv).toContain(`,time_to_ready,last,${readiness.last}\n`);
  });

  test('of a mesh where several objects change tells whose staleness it is in CSV, too', async () => {
    const out = folder();
    await pushsim('run', file(RANDOM), '--quiet', '--out', out);
    const csv = readFileSync(join(out, 'metrics.csv'), 'utf8');
    expect(csv).toMatch(/^small,tests,staleness\{source=pods\},p99,[\d.]+$/m);
    expect(csv).toMatch(/^small,tests,"bytes\{group=shop\/cart,type=eds\}",max,\d+$/m);
    expect(csv).toMatch(/^small,tests,pilot_proxy_convergence_time,panel_p99,0\.099$/m);
  });
});
