/** What a fleet's files say of each istiod: scrapes, traces, logs and the page. */
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { logLines } from '../../../src/report/files/log-lines.js';
import { markdown } from '../../../src/report/files/markdown.js';
import { openMetrics } from '../../../src/report/files/openmetrics.js';
import { traceJson } from '../../../src/report/files/trace-json.js';
import { htmlReport } from '../../../src/report/html/html.js';
import { verdictLine } from '../../../src/report/text/terminal.js';
import { finished, measured, SMALL_MESH, scenarioFile, scenarioOf } from '../../support/measured.js';

const KILLED = [
  'istiod.replicas=2',
  'istiod.startup=1s',
  'istiod.readiness.period=0s',
  'events[1]={ at: 5s, restart: istiod, how: kill-one }',
];
const scenario = scenarioOf(SMALL_MESH, KILLED);
const { result, recording } = measured(scenario);
const { fleet } = result;

/** Samples of a metric by its labels, in order. */
function samples(text: string, metric: string): Map<string, [at: number, value: number][]> {
  const found = new Map<string, [number, number][]>();
  for (const line of text.split('\n')) {
    const [, labels, value, at] = new RegExp(`^${metric}(\\{[^}]*\\})? (\\S+) (\\S+)$`).exec(line) ?? [];
    if (value === undefined) continue;
    const own = found.get(labels ?? '') ?? [];
    own.push([Number(at) - 1_704_067_200, Number(value)]);
    found.set(labels ?? '', own);
  }
  return found;
}

describe('scrapes of several istiods', () => {
  const text = openMetrics(recording);

  test('are told apart by their pod, in one family of each name', () => {
    const pushes = [...samples(text, 'pilot_xds_pushes')];
    const pods = pushes.map(([labels]) => /pod="([^"]*)"/.exec(labels)?.[1]);
    expect(new Set(pods)).toEqual(new Set(['istiod-0', 'istiod-1']));
    expect(text.match(/^# TYPE pilot_xds_pushes /gm)).toHaveLength(1);
  });

  test('add up to what was measured, with the reset of the one that was killed', () => {
    const growth = [...samples(text, 'pilot_xds_pushes').values()].flatMap((series) =>
      series.map(([, value], i) => {
        const before = i === 0 ? 0 : series[i - 1]![1];
        return value < before ? value : value - before;
      }),
    );
    const total = growth.reduce((sum, one) => sum + one, 0);
    // What it sent after its last scrape nobody has read.
    expect(total).toBeGreaterThan(0.9 * result.metrics.pilot_xds_pushes.total);
    expect(total).toBeLessThanOrEqual(result.metrics.pilot_xds_pushes.total);
  });

  test('end with the process, and go on with the next one of the pod, in order', () => {
    const [, first = []] = [...samples(text, 'pilot_xds')].find(([labels]) => labels.includes('istiod-0')) ?? [];
    const times = first.map(([at]) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(first.find(([at]) => at === 5)).toEqual([5, 0]);
    expect(times.some((at) => at > 5 && at < fleet!.istiods[2]!.started_s)).toBe(false);
    expect(first.at(-1)).toEqual([20, fleet!.istiods[2]!.connections]);
  });

  test('what proxies see of all istiods has no pod and is their sum', () => {
    const seen = [...samples(text, 'envoy_cluster_upstream_cx_active')];
    expect(seen.map(([labels]) => labels)).toEqual(['{cluster_name="xds-grpc"}']);
    expect(seen[0]![1].at(-1)).toEqual([20, result.resources.proxies]);
  });
});

test('the log has the pod in front of each line, and is in order of time', () => {
  const lines = logLines(recording).trim().split('\n');
  expect(new Set(lines.map((line) => /^\[pod\/(\S+)\/discovery\] /.exec(line)?.[1]))).toEqual(
    new Set(['istiod-0', 'istiod-1']),
  );
  const times = lines.map((line) => line.slice(line.indexOf('] ') + 2).slice(0, 27));
  expect(times).toEqual([...times].sort());
});

test('the trace has lanes of each process, and none goes on after its end', () => {
  const traced = measured(scenario, { trace: true });
  expect(traced.result.fingerprint).toBe(result.fingerprint);
  const { traceEvents } = JSON.parse(traceJson(traced.recording)) as {
    traceEvents: { ph: string; pid: number; name: string; ts: number; dur: number; args: { name: string } }[];
  };
  const names = traceEvents.filter(({ name }) => name === 'process_name').map(({ args }) => args.name);
  expect(names.filter((name) => name.endsWith('Cores'))).toEqual([
    'istiod-0 since 0 s · Cores',
    'istiod-1 since 0 s · Cores',
    expect.stringMatching(/^istiod-0 since 6\S* s · Cores$/),
  ]);
  const ofFirst = traceEvents.filter(({ ph, pid }) => ph === 'X' && pid <= 4);
  expect(ofFirst.length).toBeGreaterThan(0);
  expect(Math.max(...ofFirst.map(({ ts, dur }) => ts + dur))).toBeLessThanOrEqual(5e6);
});

describe('the page of a fleet', () => {
  const { document } = parseHTML(htmlReport(finished(scenario, { result, recording })));
  const section = document.querySelector('section.fleet');

  test('has a line for each process, and when how many were ready', () => {
    const rows = [...(section?.querySelectorAll('tbody tr') ?? [])].map(({ textContent }) => textContent);
    expect(rows).toHaveLength(3);
    expect(rows[0]).toContain('SIGKILL at 5.00 s');
    expect(section?.textContent).toContain('istiods ready');
  });

  test('carries the exact values', () => {
    const value = (name: string) =>
      Number(section?.querySelector(`[data-metric="${name}"]`)?.getAttribute('data-value'));
    expect(value('time_to_ready.p50')).toBe(fleet!.time_to_ready.p50);
    expect(value('imbalance.max')).toBe(fleet!.connections.imbalance);
  });

  test('draws connections, CPU and heap of each istiod', () => {
    const { panels } = JSON.parse(document.getElementById('panels')?.textContent ?? '') as {
      panels: { title: string; lines: { label: string; values: number[] }[] }[];
    };
    const lines = (title: string) => panels.find((panel) => panel.title === title)?.lines ?? [];
    for (const title of ['CPU in use', 'Connections', 'Heap in use, MiB'])
      expect(lines(title).map(({ label }) => label)).toEqual(['istiod-0', 'istiod-1']);
    const connections = lines('Connections').map(({ values }) => values.at(-1)!);
    expect(connections[0]! + connections[1]!).toBe(result.resources.proxies);
  });
});

test('the page draws how many pairs send to endpoints that are gone, with the integral of the result', () => {
  const gone = scenarioFile('rollout-without-prestop');
  const run = measured(gone);
  const { document } = parseHTML(htmlReport(finished(gone, run)));
  const { panels } = JSON.parse(document.getElementById('panels')?.textContent ?? '') as {
    panels: { title: string; lines: { values: number[] }[] }[];
  };
  const values = panels.find(({ title }) => title === 'Sending to endpoints that are gone')!.lines[0]!.values;
  const integral = values.reduce((sum, value) => sum + value, 0);
  expect(integral).toBeCloseTo(run.result.fleet!.dead_requests.proxy_seconds, 0);
});

test('the verdict counts how often a proxy was without istiod, not proxies', () => {
  const { count, p50 } = fleet!.time_to_ready;
  expect(verdictLine(result)).toMatch(
    new RegExp(`^${count} times a proxy was without istiod, .* at p50, .* at most; push count`),
  );
  expect(p50).toBeGreaterThan(0);
});

test('the Markdown summary says what the terminal says of the fleet', () => {
  const text = markdown([{ scenario, result: finished(scenario, { result, recording }).summary }]);
  expect(text).toMatch(/\*\*.*: pods, connections, istiods\*\*\n\n\|[^\n]*\n\|[^\n]*\n\| time to ready \| first /);
});

test('one istiod to which nothing happens is scraped as before: its files have no trace of a fleet', () => {
  const [alone, fleetOfOne] = [[], ['istiod.connections.maxAge=0s']].map((sets) => {
    const run = measured(scenarioOf(SMALL_MESH, ['costs.model=flat', ...sets]));
    return [openMetrics(run.recording), logLines(run.recording)];
  });
  expect(fleetOfOne).toEqual(alone);
});
