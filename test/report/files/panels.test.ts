/** The figures that a Prometheus panel would show, against a real Prometheus: every shipped scenario of one istiod, every histogram. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { histogramQuantile } from '../../../src/measure/metrics/panel.js';
import type { RunResult } from '../../../src/measure/recorder/result.js';
import { EPOCH_SECONDS, openMetrics } from '../../../src/report/files/openmetrics.js';
import { measured, scenarioFile } from '../../support/measured.js';
import { findProgram } from '../../support/programs.js';
import { scenario, scenarioNames, shortened } from '../../support/scenario.js';

const prometheus = findProgram('prometheus', 'prometheus', 'panel figures against a real Prometheus');
const promtool = findProgram('promtool', 'prometheus', 'backfilling panel figures');

describe('a quantile of buckets', () => {
  const bounds = [0.1, 0.5, 1];

  test.each([
    ['all in the first bucket: 99 % of its width, whatever the samples were', 0.99, [100, 0, 0, 0], 0.099],
    ['half in each of two', 0.75, [50, 50, 0, 0], 0.3],
    ['at the end of a bucket', 0.5, [50, 50, 0, 0], 0.1],
    ['an empty bucket between is passed over', 0.75, [50, 0, 50, 0], 0.75],
    ['above the last bound there is only the bound', 0.99, [0, 0, 0, 10], 1],
  ] as const)('%s', (_, q, counts, expected) => {
    expect(histogramQuantile(q, bounds, counts)).toBeCloseTo(expected, 12);
  });
});

describe.skipIf(prometheus === undefined || promtool === undefined)('in Prometheus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-panels-'));
  // Of one istiod each: the exposition has no series of the others.
  const names = scenarioNames().filter((name) => scenario(name).fleet === undefined);
  const results = new Map<string, { readonly panels: RunResult['panels']; readonly end: number }>();
  let server: ReturnType<typeof spawn> | undefined;
  let base = '';

  beforeAll(async () => {
    for (const name of names) {
      const { result, recording } = measured(scenarioFile(name, shortened(name)));
      results.set(name, { panels: result.panels, end: recording.end / 1e9 });
      // All in one database: each series says whose it is.
      const text = openMetrics(recording).replaceAll(/^(\w+)(?:\{(.*)\})? (\S+ \S+)$/gm, (_, metric, labels, rest) => {
        return `${metric}{scenario="${name}"${labels === undefined ? '' : `,${labels}`}} ${rest}`;
      });
      writeFileSync(join(folder, 'one.om'), text);
      const made = spawnSync(promtool!, ['tsdb', 'create-blocks-from', 'openmetrics', 'one.om', 'data'], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect({ name, stderr: made.stderr }).toEqual({ name, stderr: '' });
    }
    writeFileSync(join(folder, 'empty.yaml'), '');
    const address = `127.0.0.1:${await freePort()}`;
    base = `http://${address}/api/v1/query`;
    const args = ['--config.file=empty.yaml', '--storage.tsdb.path=data', '--storage.tsdb.retention.time=100y'];
    server = spawn(prometheus!, [...args, `--web.listen-address=${address}`], { cwd: folder, stdio: 'ignore' });
    for (let attempt = 0; attempt < 200; attempt++) {
      const ready = await fetch(`http://${address}/-/ready`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error('Prometheus did not start');
  }, 300_000);

  afterAll(async () => {
    const ended = new Promise((resolve) => server?.once('exit', resolve));
    server?.kill();
    if (server !== undefined) await ended;
    rmSync(folder, { recursive: true });
  });

  async function ask(query: string, at: number): Promise<number> {
    const time = (EPOCH_SECONDS + Math.round(at * 1000) / 1000).toFixed(3);
    const response = await fetch(`${base}?query=${encodeURIComponent(query)}&time=${time}`);
    const body = (await response.json()) as { data: { result: readonly { readonly value: [number, string] }[] } };
    return Number(body.data.result[0]?.value[1]);
  }

  test.each(names)('%s: the quantiles over the whole run', async (name) => {
    const { panels, end } = results.get(name)!;
    for (const [metric, panel] of Object.entries(panels)) {
      for (const [key, q] of [
        ['p50', 0.5],
        ['p90', 0.9],
        ['p99', 0.99],
      ] as const) {
        const buckets = `sum by (le) (${metric}_bucket{scenario="${name}"})`;
        const answer = await ask(`histogram_quantile(${q}, ${buckets})`, end);
        expect(Math.abs(panel[key] / answer - 1), `${metric} ${key}: ${panel[key]}, Prometheus ${answer}`).toBeLessThan(
          0.01,
        );
      }
    }
  });

  test('are those of the rate over the whole run, as a dashboard asks for it', async () => {
    const { panels, end } = results.get('noisy-neighbour')!;
    const window = `${Math.ceil(end) + 1}s`;
    const rate = `sum by (le) (rate(pilot_proxy_convergence_time_bucket{scenario="noisy-neighbour"}[${window}]))`;
    const answer = await ask(`histogram_quantile(0.99, ${rate})`, end);
    expect(Math.abs(panels.pilot_proxy_convergence_time!.p99 / answer - 1)).toBeLessThan(0.01);
  });

  test('were compared: most scenarios push to proxies', () => {
    const compared = [...results.values()].filter(({ panels }) => panels.pilot_proxy_convergence_time !== undefined);
    expect(compared.length).toBeGreaterThan(25);
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      listener.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
