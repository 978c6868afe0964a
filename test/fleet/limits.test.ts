import { describe, expect, test } from 'vitest';
import { RECORDED_WATCH } from '../../src/cost/watch-latency.js';
import { wholeCores } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';
import { runScenario } from '../support/scenario.js';

const run = (...sets: readonly string[]) => runScenario('single-change', ...sets);

describe('a CPU limit below the whole cores', () => {
  const whole = run('istiod.resources.cpu=1');
  const half = run('istiod.resources.cpu=500m');
  const many = run('istiod.resources.cpu=1', 'istiod.env.GOMAXPROCS=4');

  test('stops istiod for the rest of periods of 100 ms, so that pushes take longer and no more CPU', () => {
    expect([whole, half].map(({ resources }) => resources.throttled_periods > 0)).toEqual([false, true]);
    const p99 = (result: typeof whole) => result.metrics.pilot_proxy_convergence_time.p99;
    expect(p99(half)).toBeGreaterThan(1.3 * p99(whole));
    expect(half.resources.cpu_seconds).toBeLessThan(1.1 * whole.resources.cpu_seconds);
    expect(half.metrics.pilot_xds_pushes).toEqual(whole.metrics.pilot_xds_pushes);
  });

  test('stops more Ps than it has cores for, too', () => {
    expect(many.resources.cores).toBe(4);
    expect(many.resources.throttled_periods).toBeGreaterThan(0);
  });
});

describe('the collector', () => {
  test('lets the heap grow as GOGC says, and no further than GOMEMLIMIT leaves', () => {
    const [little, much, limited] = ['GOGC=25', 'GOGC=400', 'GOMEMLIMIT=120MiB'].map(
      (set) => run(`istiod.env.${set}`, 'istiod.resources.memory=8Gi').resources.heap_bytes_max,
    );
    expect(little).toBeLessThan(much!);
    expect(limited).toBeLessThanOrEqual(much!);
  });

  test.each([
    ['GOGC=lots', 'percent, or off'],
    ['GOMEMLIMIT=2G', 'bytes such as 900MiB'],
  ])('refuses %s, with which Go would not start', (set, expected) => {
    const [name, value] = set.split('=') as [string, string];
    const parsed = parseScenario(`description: x\nistiod: { env: { ${name}: "${value}" } }\n`, { file: 'x.yaml' });
    expect(parsed.ok ? [] : parsed.issues.map((issue) => issue.expected).join()).toContain(expected);
  });
});

test('GOMAXPROCS is the limit rounded up unless the environment says otherwise', () => {
  const of = (cpuCores: number, env = {}) => wholeCores({ istiod: { cpuCores, env } });
  expect([of(0.3), of(1.5), of(4), of(1.5, { GOMAXPROCS: '8' })]).toEqual([1, 2, 4, 8]);
});

test('a watch may take what an API server took', () => {
  const parsed = parseScenario('description: x\ncosts: { watch: recorded }\n', { file: 'x.yaml' });
  expect(parsed.ok && parsed.scenario.costs.watch).toEqual(RECORDED_WATCH);
});
