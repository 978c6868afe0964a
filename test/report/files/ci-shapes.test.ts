import { readFileSync } from 'node:fs';
import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../../src/fleet/run.js';
import type { Recording } from '../../../src/measure/recorder/recording.js';
import { benchLines } from '../../../src/report/files/benchstat.js';
import { junitXml } from '../../../src/report/files/junit.js';
import { goDuration, logLines } from '../../../src/report/files/log-lines.js';
import { markdown } from '../../../src/report/files/markdown.js';
import { openMetrics } from '../../../src/report/files/openmetrics.js';
import { SummarySchema, summarySchemaText } from '../../../src/report/files/summary-schema.js';
import { traceJson } from '../../../src/report/files/trace-json.js';
import { finished, measured, SMALL_MESH, scenarioOf } from '../../support/measured.js';
import { PROVENANCE, result, scenario } from '../fixture.js';

const THRESHOLDS = 'thresholds: ["staleness.p99 < 2s", "pilot_xds_pushes.total <= 510", "staleness_debounce.p99 < 1s"]';

describe('JUnit', () => {
  test('has a case for each threshold, and a failure with what was measured', () => {
    expect(junitXml([{ scenario: scenario(THRESHOLDS), result: result() }])).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="pushsim" tests="3" failures="1" errors="0">
        <testsuite name="fixture" tests="3" failures="1" errors="0" time="60">
          <testcase classname="fixture" name="staleness.p99 &lt; 2s" time="0"/>
          <testcase classname="fixture" name="pilot_xds_pushes.total &lt;= 510" time="0">
            <failure message="measured 1,510"/>
          </testcase>
          <testcase classname="fixture" name="staleness_debounce.p99 &lt; 1s" time="0"/>
          <system-out>push count 1,510, p99 convergence 48.0 ms in 60 s</system-out>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test('survives names made of markup and control characters', () => {
    const name = 'a<b>&"\u0001';
    const text = junitXml([{ scenario: { ...scenario(), name }, result: result() }]);
    expect(parseHTML(text).document.querySelector('testsuite')?.getAttribute('name')).toBe('a<b>&"�');
  });
});

test('Markdown is a table of scenarios, then thresholds, then causes', () => {
  const text = markdown([{ scenario: scenario(THRESHOLDS), result: result() }]);
  expect(text).toContain('| fixture | 1,510 | 48.0 ms | 375 ms | 750 ms | 10 % | 45.0 MiB |');
  expect(text).toContain('| ✗ **failed** | `pilot_xds_pushes.total <= 510` | 1,510 |');
  const widths = text
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .map((line) => line.split('|').length);
  expect(new Set(widths)).toEqual(new Set([9, 5]));
});

test('benchmark lines are what benchstat reads: a name, an iteration count, pairs of value and unit', () => {
  const lines = benchLines([{ provenance: { ...PROVENANCE, scenario: 'two words-3' }, ...result() }]).split('\n');
  const bench = lines.filter((line) => /^Benchmark[A-Z]/.test(line));
  expect(bench).toHaveLength(1);
  const [name, iterations, ...pairs] = bench[0]!.split('\t');
  expect([name, iterations]).toEqual(['BenchmarkTwoWords3', '1']);
  for (const pair of pairs) expect(pair).toMatch(/^[\d.e+-]+ \S+$/);
  expect(pairs).toContain('1510 pushes');
});

describe('the JSON schema of results', () => {
  const { summary } = finished(scenarioOf(SMALL_MESH));

  test('fits a result, strictly', () => {
    expect(SummarySchema.safeParse(JSON.parse(JSON.stringify(summary))).error).toBeUndefined();
    expect(SummarySchema.safeParse({ ...summary, surprise: 1 }).success).toBe(false);
  });

  test('is published as it is', () => {
    const published = readFileSync(new URL('../../../summary.schema.json', import.meta.url), 'utf8');
    expect(published, 'pushsim schema result > summary.schema.json').toBe(summarySchemaText());
  });
});

describe('log lines', () => {
  const lines = (version: string) =>
    logLines(measured(scenarioOf(SMALL_MESH, [`istio="${version}"`])).recording).split('\n');

  test.each([
    ['1.17', /full=(true|false)$/],
    ['1.30', /full=(true|false)$/],
    ['1.32-dev', /forced=(true|false)$/],
  ])('of %s say so at the end of every batch', (version, ending) => {
    const stable = lines(version).filter((line) => line.includes('Push debounce stable'));
    expect(stable.length).toBeGreaterThan(20);
    for (const line of stable) expect(line).toMatch(ending);
    expect(stable.map((line) => Number(/stable\[(\d+)\]/.exec(line)![1]))).toEqual(stable.map((_, i) => i + 1));
  });

  test('there is one for every batch, with what was merged and how long it was quiet', () => {
    const { result: run, recording } = measured(scenarioOf(SMALL_MESH));
    const stable = logLines(recording)
      .split('\n')
      .filter((line) => line.includes('stable['));
    expect(stable.map((line) => Number(/stable\[\d+\] (\d+) /.exec(line)![1]))).toEqual(
      run.rounds.map(({ merged }) => merged),
    );
    expect(stable[0]).toMatch(
      /^2024-01-01T00:00:\d\d\.\d{6}Z\tinfo\tads\tPush debounce stable\[1\] \d+ for config \S+( and \d+ more configs)?: 1\d\d(\.\d+)?ms since last change, [\d.]+ms since/,
    );
  });

  test.each([
    [0, '0s'],
    [830_000, '830µs'],
    [100_250_000, '100.25ms'],
    [62_500_000_000, '1m2.5s'],
    [3_600_000_000_000, '1h0m0s'],
  ])('%i ns is written %s', (nanos, text) => expect(goDuration(nanos)).toBe(text));
});

describe('OpenMetrics', () => {
  const text = openMetrics(measured(scenarioOf(SMALL_MESH)).recording);
  const lines = text.split('\n');

  test('declares each family once, before its samples, and never comes back to it', () => {
    const seen: string[] = [];
    for (const line of lines) {
      const [, declared] = /^# TYPE (\S+) /.exec(line) ?? [];
      if (declared !== undefined) {
        expect(seen).not.toContain(declared);
        seen.push(declared);
      } else if (line !== '' && !line.startsWith('#')) {
        expect(line.replace(/[{ ].*$/, '').replace(/_(bucket|count|sum|total)$/, '')).toBe(
          seen.at(-1)!.replace(/_total$/, ''),
        );
      }
    }
    expect(seen).toContain('pilot_proxy_convergence_time');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
  });

  test('calls counters without _total unknown, so that they keep their names', () => {
    expect(text).toContain('# TYPE pilot_xds_pushes unknown\n');
    expect(text).toContain('# TYPE process_cpu_seconds counter\n');
    expect(text).toMatch(/^pilot_xds_pushes\{type="eds",app="istiod",pod="istiod-0"\} \d+ 17040672\d\d\.\d{3}$/m);
  });

  test('has buckets that rise with le and end at the count', () => {
    const [, time] = / (\d+\.\d{3})\n# EOF/.exec(text) ?? [];
    const last = lines.filter((line) => line.endsWith(` ${time}`));
    const buckets = last
      .filter((line) => line.startsWith('pilot_proxy_queue_time_bucket'))
      .map((line) => Number(line.split(' ')[1]));
    const count = Number(last.find((line) => line.startsWith('pilot_proxy_queue_time_count'))!.split(' ')[1]);
    expect(buckets).toEqual([...buckets].sort((a, b) => a - b));
    expect(buckets.at(-1)).toBe(count);
    expect(buckets).toHaveLength(9);
  });
});

describe('a trace', () => {
  const small = scenarioOf(SMALL_MESH, ['run.duration=5s']);
  let recording: Recording | undefined;
  const traced = simulate(small, {
    trace: true,
    onRecording: (made) => {
      recording = made;
    },
  });
  const { traceEvents } = JSON.parse(traceJson(recording!)) as {
    traceEvents: {
      ph: string;
      name: string;
      cat: string;
      pid: number;
      tid: number;
      ts: number;
      dur: number;
      args: { name: string };
    }[];
  };
  const slices = (lane: string) => traceEvents.filter(({ ph, cat }) => ph === 'X' && cat === lane);

  test('changes nothing about the run', () => {
    expect(traced).toEqual(simulate(small));
  });

  test('has a slice for every batch and every push to a proxy', () => {
    expect(slices('debounce')).toHaveLength(traced.rounds.length);
    expect(slices('slots')).toHaveLength(traced.metrics.pilot_proxy_queue_time.count);
    expect(slices('context')).toHaveLength(traced.metrics.pilot_pushcontext_init_seconds.count);
  });

  test.each(['slots', 'cores'])('never shows two things at once on one of the %s', (lane) => {
    const tracks = new Set(slices(lane).map(({ tid }) => tid));
    expect(tracks.size).toBeGreaterThan(0);
    for (const wanted of tracks) {
      const track = slices(lane).filter(({ tid }) => tid === wanted);
      track.sort((a, b) => a.ts - b.ts);
      for (const [i, slice] of track.slice(1).entries())
        expect(slice.ts).toBeGreaterThanOrEqual(track[i]!.ts + track[i]!.dur - 1e-6);
    }
  });

  test('shows as much work on the cores as was used', () => {
    const busy = slices('cores').reduce((sum, { dur }) => sum + dur, 0) / 1e6;
    const { cpu_seconds } = traced.resources;
    // What the collector marks on cores that have nothing else to do is nobody's slice.
    expect(busy).toBeLessThan(cpu_seconds + 1e-6);
    expect(busy).toBeGreaterThan(0.8 * cpu_seconds);
    expect(new Set(slices('cores').map(({ tid }) => tid)).size).toBe(2);
  });

  test('uses no more slots than the throttle allows', () => {
    const tight = scenarioOf(SMALL_MESH, ['istiod.env.PILOT_PUSH_THROTTLE=3', 'run.duration=5s']);
    let made: Recording | undefined;
    simulate(tight, { trace: true, onRecording: (recorded) => (made = recorded) });
    const tracks = new Set(made!.trace!.slices.filter(({ lane }) => lane === 'slots').map(({ track }) => track));
    expect([...tracks].sort()).toEqual([0, 1, 2]);
  });
});
