import { describe, expect, test } from 'vitest';
import { MEASURES, measuresOf, USUAL_MEASURES, unitOf } from '../../src/experiment/measures.js';
import { replicate, valuesOf } from '../../src/experiment/replicate.js';
import { inlineRunner, threadRunner } from '../../src/experiment/work/runner.js';
import { runTask, scenarioOf } from '../../src/experiment/work/task.js';
import { simulate } from '../../src/fleet/run.js';
import { isPrecise, meanInterval } from '../../src/stats/interval.js';
import { source } from './studies.js';

const runner = inlineRunner();
const pushes = 'pilot_xds_pushes.total';

describe('replications', () => {
  test('differ from each other, and each is always the same', async () => {
    const { outcomes } = await replicate(runner, [source()], { replications: 4 });
    const [first = []] = outcomes;
    expect(new Set(first.map(({ fingerprint }) => fingerprint)).size).toBe(4);
    expect((await replicate(runner, [source()], { replications: 4 })).outcomes).toEqual(outcomes);
  });

  test('more of them extend the earlier ones', async () => {
    const { outcomes: few } = await replicate(runner, [source()], { replications: 2 });
    const { outcomes: all } = await replicate(runner, [source()], { replications: 5 });
    expect(all[0]?.slice(0, 2)).toEqual(few[0]);
    const extended: number[] = [];
    const { outcomes } = await replicate(runner, [source()], {
      replications: 5,
      earlier: few,
      onDone: (done) => extended.push(done),
    });
    expect(outcomes).toEqual(all);
    expect(extended).toHaveLength(3);
  });

  test('go on until the interval is as tight as asked, and stop there', async () => {
    const until = { relative: 0.1, measures: [pushes], confidence: 0.95, most: 100 };
    const { outcomes, precise } = await replicate(runner, [source()], { replications: 2, until });
    const values = valuesOf(outcomes[0] ?? [], pushes);
    expect(precise).toBe(true);
    expect(isPrecise(meanInterval(values, 0.95), 0.1)).toBe(true);
    const { outcomes: tighter } = await replicate(runner, [source()], {
      replications: 2,
      until: { ...until, relative: 0.05 },
    });
    expect(tighter[0]!.length).toBeGreaterThan(values.length);
    expect(tighter[0]!.slice(0, values.length)).toEqual(outcomes[0]);
  });

  test('say so when that is not to be had', async () => {
    const until = { relative: 0.0001, measures: [pushes], confidence: 0.95, most: 8 };
    const { outcomes, precise } = await replicate(runner, [source()], { replications: 2, until });
    expect([outcomes[0]?.length, precise]).toEqual([8, false]);
  });

  test('a wrong scenario is an error with its place', async () => {
    await expect(replicate(runner, [source('description: x\nmesh: 3\n')], { replications: 1 })).rejects.toThrow(
      'churn.yaml:2',
    );
  });

  test('on threads give the same as on this one, in the same order', async () => {
    const sources = [source(), source(undefined, 'istiod.env.PILOT_DEBOUNCE_AFTER=1s')];
    const { outcomes } = await replicate(runner, sources, { replications: 3 });
    const threads = await threadRunner(2);
    expect((await replicate(threads, sources, { replications: 3 })).outcomes).toEqual(outcomes);
    await threads.close();
  });
});

describe('measures', () => {
  const result = simulate(scenarioOf(source()));
  const values = measuresOf(result);

  test('are numbers of the result by their names', () => {
    expect(values[pushes]).toBe(result.metrics.pilot_xds_pushes.total);
    expect(values['staleness.p99']).toBe(result.staleness.per_proxy.p99);
    expect(values['staleness_debounce.mean']).toBe(result.staleness.phases.debounce.mean);
    expect(values.rounds).toBe(result.rounds.length);
    expect(values.cpu_seconds).toBe(result.resources.cpu_seconds);
  });

  test('every known name has a value in every run, if only "none"', () => {
    const { measures } = runTask({ source: source(), replication: 0 });
    expect(Object.keys(measures).sort()).toEqual([...MEASURES].sort());
    expect(USUAL_MEASURES.filter((name) => !MEASURES.includes(name))).toEqual([]);
  });

  test('without samples there is no number', () => {
    const silent = scenarioOf(source('description: nothing happens\nrun: { duration: 1s }\n'));
    expect(measuresOf(simulate(silent))['staleness.p99']).toBeNull();
  });

  test('know their units', () => {
    expect(['staleness.p99', 'staleness.count', 'bytes_sent', pushes, 'cpu_seconds'].map(unitOf)).toEqual([
      'seconds',
      'number',
      'bytes',
      'number',
      'seconds',
    ]);
  });
});
