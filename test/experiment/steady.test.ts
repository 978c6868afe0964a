import { describe, expect, test } from 'vitest';
import { batchedRun, suggestWarmUp } from '../../src/experiment/steady.js';
import { runTask, scenarioOf } from '../../src/experiment/work/task.js';
import { file, pushsim } from '../cli/run-program.js';
import { CHURN, source } from './studies.js';

const SECOND = 1e9;
const LONG = CHURN.replace('duration: 5s', 'duration: 200s, kind: steady-state');
/** For 30 s a hundred times more happens than later. */
const FLOODED = LONG.replace(
  'events:\n',
  'events:\n  - { poisson: 40/s, until: 30s, update: { kind: VirtualService, target: any } }\n',
);

describe('the warm-up that MSER-5 suggests', () => {
  test('ends where a flood at the beginning ends', () => {
    const { warmUp, settled } = suggestWarmUp(scenarioOf(source(FLOODED)), 0);
    expect(settled).toBe(true);
    expect(warmUp / SECOND).toBeGreaterThanOrEqual(25);
    expect(warmUp / SECOND).toBeLessThanOrEqual(60);
  });

  test('changes nothing in what happens, only when measuring begins', () => {
    const fixed = runTask({ source: source(FLOODED), replication: 1 });
    const auto = runTask({ source: { ...source(FLOODED), warmUp: 'auto' }, replication: 1 });
    expect(auto.fingerprint).toBe(fixed.fingerprint);
    expect(auto.measures.warm_up_s).toBeGreaterThan(0);
    expect(fixed.measures.warm_up_s).toBe(0);
    expect(auto.measures['staleness.count']!).toBeLessThan(fixed.measures['staleness.count']!);
  });

  test('keeps the scenario’s own where a run is too short to tell', () => {
    const { measures } = runTask({ source: { ...source(CHURN, 'run.warmUp=1s'), warmUp: 'auto' }, replication: 0 });
    expect(measures.warm_up_s).toBeNull();
    expect(measures['staleness.count']).toBe(
      runTask({ source: source(CHURN, 'run.warmUp=1s'), replication: 0 }).measures['staleness.count'],
    );
  });
});

describe('one long run in batches', () => {
  test('finds the same push rate as counting does, with an interval around it', () => {
    const scenario = scenarioOf(source(LONG));
    const [rate] = batchedRun(scenario, 0.95);
    const total = runTask({ source: source(LONG), replication: 0 }).measures['pilot_xds_pushes.total'] ?? 0;
    const { mean, half } = rate!.means!.interval;
    expect(Math.abs(mean - total / 200)).toBeLessThan(0.05 * mean);
    expect(half).toBeGreaterThan(0);
    expect(half).toBeLessThan(0.3 * mean);
  });

  test('says so when the run is too short', () => {
    expect(batchedRun(scenarioOf(source()), 0.95).map(({ means }) => means)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('pushsim run', () => {
  test('with --replications adds means with intervals to the report', async () => {
    const { code, out } = await pushsim('run', file(CHURN), '--replications', '6', '--workers', '1');
    expect(code).toBe(0);
    expect(out).toContain('6 replications');
    expect(out).toMatch(/pilot_xds_pushes\.total +[\d,]+ ± [\d.,]+ +[\d.]+ %/);
  });

  test('takes the number from the scenario too, and puts it into the JSON', async () => {
    const { out } = await pushsim(
      'run',
      file(CHURN.replace('seed: studies', 'seed: studies, replications: 3')),
      '--json',
    );
    const { replications } = JSON.parse(out);
    expect(replications.n).toBe(3);
    expect(replications.measures['pilot_xds_pushes.total']).toMatchObject({ n: 3, mean: expect.any(Number) });
  });

  test('goes on until a precision is reached', async () => {
    const { out } = await pushsim('run', file(CHURN), '--until-precision', '50%', '--workers', '1', '--json');
    expect(JSON.parse(out).replications).toMatchObject({ precise: true });
  });

  test.each([
    ['--warm-up', '10s', '--warm-up takes auto'],
    ['--batches', '1', 'whole number of at least 2'],
    ['--until-precision', '0%', 'needs a percentage'],
  ])('refuses %s %s', async (option, value, message) => {
    const { code, err } = await pushsim('run', file(CHURN), option, value);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
