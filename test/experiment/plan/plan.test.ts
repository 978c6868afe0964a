import { describe, expect, test } from 'vitest';
import { edgesOf, neighboursOf, whatBinds } from '../../../src/experiment/plan/advice.js';
import { judgeSetting } from '../../../src/experiment/plan/judge.js';
import { searchPlan } from '../../../src/experiment/plan/search.js';
import { createPlan, valuesOfSetting } from '../../../src/experiment/plan/spec.js';
import { currentValue, findRoute, firstSteps } from '../../../src/experiment/plan/steps.js';
import { replicate, valuesOf } from '../../../src/experiment/replicate.js';
import { inlineRunner } from '../../../src/experiment/work/runner.js';
import { scenarioOf } from '../../../src/experiment/work/task.js';
import { parseThreshold } from '../../../src/scenario/resolve/thresholds.js';
import { moments } from '../../../src/stats/moments.js';
import { file, pushsim } from '../../cli/run-program.js';
import { CHURN, source } from '../studies.js';

const AFTER = 'istiod.env.PILOT_DEBOUNCE_AFTER';
const CPU = 'istiod.resources.cpu';
const OPTIONS = { replications: 4, confidence: 0.95, cost: undefined, exhaustive: false };
const runner = inlineRunner();

function planOf(vary: readonly string[], slo: readonly string[], text = CHURN) {
  const base = source(text);
  return createPlan(base, scenarioOf(base), vary, slo);
}

function slo(text: string) {
  const parsed = parseThreshold(text);
  if (!parsed.ok) throw new Error(parsed.expected);
  return parsed.value;
}

describe('a plan', () => {
  test('finds what trying everything finds', async () => {
    const limit = 1.2;
    const spec = planOf([`${CPU}=1,2`, `${AFTER}=50ms,100ms,400ms,1s,3s`], [`staleness.p99 < ${limit}s`]);
    const cost = 'pilot_xds_pushes.total';
    const { best } = await searchPlan(runner, spec, { ...OPTIONS, cost });
    // By hand: the mean of 30 replications of every setting, and no statistics.
    const { outcomes } = await replicate(
      runner,
      spec.settings.map((setting) => setting.source),
      { replications: 30 },
    );
    const means = outcomes.map((of) => ({
      staleness: moments(valuesOf(of, 'staleness.p99')).mean,
      pushes: moments(valuesOf(of, cost)).mean,
    }));
    const holding = means.filter(({ staleness }) => staleness < limit);
    expect(holding.length).toBeGreaterThan(0);
    expect(holding.length).toBeLessThan(means.length);
    const least = Math.min(...holding.map(({ pushes }) => pushes));
    const known = spec.settings.filter((_, i) => means[i]!.staleness < limit && means[i]!.pushes === least);
    expect(known.map((setting) => valuesOfSetting(spec.knobs, setting)[1])).toContain(
      valuesOfSetting(spec.knobs, best!.setting)[1],
    );
  });

  test('takes the fewest cores that do, and does not try more', async () => {
    const spec = planOf([`${CPU}=4,1,2`, `${AFTER}=100ms,200ms`], ['staleness.p99 < 10s']);
    expect(spec.knobs[0]?.values).toEqual(['1', '2', '4']);
    const { best, skipped, tried } = await searchPlan(runner, spec, OPTIONS);
    expect([best?.setting.cores, skipped, tried.length]).toEqual([1, 4, 2]);
    const { tried: all } = await searchPlan(runner, spec, { ...OPTIONS, exhaustive: true });
    expect(all).toHaveLength(6);
  });

  test('says that nothing holds, what comes closest, and where to look', async () => {
    const spec = planOf([`${AFTER}=200ms,400ms,800ms`], ['staleness.p50 < 50ms']);
    const result = await searchPlan(runner, spec, OPTIONS);
    expect(result.best).toBeUndefined();
    expect(valuesOfSetting(spec.knobs, result.closest!.setting)).toEqual(['200ms']);
    expect(edgesOf(spec, result, result.closest!)).toMatchObject([{ value: '200ms', end: 'smallest' }]);
  });

  test('names what limits the answer, and which neighbour fails', async () => {
    const spec = planOf([`${AFTER}=100ms,200ms,5s`], ['staleness.p50 < 2s']);
    const result = await searchPlan(runner, spec, { ...OPTIONS, cost: 'pilot_xds_pushes.total' });
    expect(valuesOfSetting(spec.knobs, result.best!.setting)).toEqual(['200ms']);
    expect(whatBinds(result.best!)).toContain('the debounce');
    const neighbours = neighboursOf(spec, result, result.best!);
    expect(neighbours.map(({ value, tried }) => [value, tried.judgement.verdict])).toEqual([
      ['100ms', 'holds'],
      ['5s', 'fails'],
    ]);
    expect(edgesOf(spec, result, result.best!)).toEqual([]);
  });

  test('more replicas share the proxies, each sees every event', async () => {
    const spec = planOf(['istiod.replicas=1,3'], ['staleness.p99 < 10s']);
    expect(spec.settings.map(({ cores }) => cores)).toEqual([1, 3]);
    const { outcomes } = await replicate(
      runner,
      spec.settings.map(({ source: of }) => of),
      { replications: 1 },
    );
    const [one, three] = outcomes.map((of) => valuesOf(of, 'pilot_inbound_updates.total')[0]!);
    expect(three).toBe(3 * one!);
    const [pushes, together] = outcomes.map((of) => valuesOf(of, 'pilot_xds_pushes.total')[0]!);
    expect(together).toBe(pushes);
  });

  test('knows what the loss of one istiod does, though nobody asked for one fewer', async () => {
    const storm = `description: All proxies connect at once
istiod: { env: { PILOT_MAX_REQUESTS_PER_SECOND: "4" } }
mesh: { generate: [{ namespace: shop, services: 2, proxies: 40 }] }
costs: { generate: { cds: 1ms, eds: 1ms, lds: 1ms, rds: 1ms } }
run: { duration: 60s, start: cold }
`;
    const loss = async (limit: string) => {
      const spec = planOf(['istiod.replicas=2'], [`time_to_ready.p50 < ${limit}`], storm);
      const { best } = await searchPlan(runner, spec, OPTIONS);
      return (await findRoute(runner, spec, best!, OPTIONS)).withoutOne?.verdict;
    };
    // Two admit eight a second, one admits four.
    expect(await loss('4s')).toBe('fails');
    expect(await loss('30s')).toBe('holds');
    const two = scenarioOf(source(storm, 'istiod.replicas=2'));
    expect(currentValue(two, 'istiod.replicas')).toBe('2');
  });

  test('a setting whose heap is above its memory fails, whatever the objectives are, and says so', async () => {
    const text = CHURN.replace(/^costs:.*$/m, '');
    const spec = planOf(['istiod.resources.memory=1Mi,2Gi'], ['staleness.p99 < 1h'], text);
    const { tried, best } = await searchPlan(runner, spec, { ...OPTIONS, replications: 2 });
    expect(valuesOfSetting(spec.knobs, best!.setting)).toEqual(['2Gi']);
    const small = tried.find(({ setting }) => valuesOfSetting(spec.knobs, setting)[0] === '1Mi');
    expect(small!.judgement).toMatchObject({ verdict: 'fails', outOfMemory: true });
    expect(whatBinds(small!)).toMatch(/^memory: istiod needs \d+ %/);
  });

  test.each([
    ['not a list', [CPU], ['staleness.p99 < 1s'], 'not path=value,value'],
    ['a knob twice', [`${CPU}=1`, `${CPU}=2`], ['staleness.p99 < 1s'], 'is there twice'],
    ['a value that is none', [`${AFTER}=1x`], ['staleness.p99 < 1s'], 'PILOT_DEBOUNCE_AFTER=1x: expected'],
    ['an objective that is none', [`${CPU}=1`], ['stalenes.p99 < 1s'], 'did you mean staleness?'],
    ['no objective', [`${CPU}=1`], [], 'nothing must hold'],
    ['half a replica', ['istiod.replicas=0.5'], ['staleness.p99 < 1s'], 'whole numbers from 1'],
  ])('refuses %s', (_, vary, slos, message) => {
    expect(() => planOf(vary, slos)).toThrow(message);
  });
});

describe('a verdict', () => {
  const outcomes = (...values: (number | null)[]) =>
    values.map((value) => ({ measures: { 'staleness.p99': value }, fingerprint: '' }));
  const verdictOf = (...values: (number | null)[]) =>
    judgeSetting([slo('staleness.p99 < 2s')], outcomes(...values), 0.01);

  test('is certain only when the whole interval is on one side', () => {
    expect(verdictOf(1, 1.01, 0.99, 1).verdict).toBe('holds');
    expect(verdictOf(3, 3.01, 2.99, 3).verdict).toBe('fails');
    expect(verdictOf(1, 3, 1.5, 2).verdict).toBe('unsure');
    expect(verdictOf(1).verdict).toBe('unsure');
  });

  test('counts the room to the certain end, not to the mean', () => {
    const { slos } = verdictOf(1, 1.1, 0.9, 1);
    expect(slos[0]!.margin).toBeLessThan(0.5);
    expect(slos[0]!.margin).toBeGreaterThan(0.3);
    expect(slos[0]!.heldIn).toBe(4);
  });

  test('silence is no proof', () => {
    expect(verdictOf(1, null, 1, 1).verdict).toBe('fails');
  });
});

describe('the way there', () => {
  const scenario = scenarioOf(source());
  const knob = (path: string) => ({ path, label: path, values: [] });

  test('starts from what the scenario has, defaults included', () => {
    expect(
      [AFTER, 'istiod.env.PILOT_PUSH_THROTTLE', CPU, 'run.duration'].map((path) => currentValue(scenario, path)),
    ).toEqual(['100ms', '100', '1', undefined]);
  });

  test('goes in steps of at most 30 %, and whole ones where there is no half', () => {
    const steps = firstSteps(
      scenario,
      [knob(AFTER), knob('istiod.env.PILOT_PUSH_THROTTLE'), knob(CPU)],
      ['1s', '20', '2'],
    );
    expect(steps.map(({ from, to, steps: n }) => [from, to, n])).toEqual([
      ['100ms', '130ms', 9],
      ['100', '70', 5],
      ['1', '2', 1],
    ]);
    expect(firstSteps(scenario, [knob(AFTER)], ['110ms'])[0]).toMatchObject({ to: '110ms', steps: 1 });
    expect(firstSteps(scenario, [knob(AFTER)], ['0.1s'])).toEqual([]);
  });

  test('leaves alone what makes no difference, and shows what the first step does', async () => {
    const spec = planOf([`${AFTER}=2s`, 'istiod.env.PILOT_PUSH_THROTTLE=50'], ['staleness.p99 < 10s']);
    const options = { ...OPTIONS, cost: 'pilot_xds_pushes.total' };
    const { best } = await searchPlan(runner, spec, options);
    const { steps, stay, now, after } = await findRoute(runner, spec, best!, options);
    expect(steps.map(({ knob: { path }, to }) => [path, to])).toEqual([[AFTER, '130ms']]);
    expect(stay.map(({ knob: { path }, value }) => [path, value])).toEqual([['istiod.env.PILOT_PUSH_THROTTLE', '100']]);
    expect([now.length, after?.length]).toEqual([4, 4]);
  });
});

describe('the command', () => {
  const run = (...args: string[]) => pushsim('plan', file(CHURN), '--workers', '1', ...args);

  test('prints the answer, what limits it, and the next step', async () => {
    const { code, out } = await run('--slo', 'staleness.p99 < 10s', '--vary', `${AFTER}=100ms,2s`);
    expect(code).toBe(0);
    expect(out).toMatch(/Answer: PILOT_DEBOUNCE_AFTER=\w+\. staleness\.p99 < 10s holds/);
    expect(out).toContain('What limits it: ');
    expect(out).toContain('Next step in production: ');
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('exits with 3 when nothing holds', async () => {
    const { code, out } = await run('--slo', 'staleness.p50 < 1ms', '--vary', `${AFTER}=100ms,2s`);
    expect(code).toBe(3);
    expect(out).toContain('No setting holds.');
    expect(out).toContain('Nothing is extrapolated.');
  });

  test('gives the same JSON with any number of workers', async () => {
    const args = ['--slo', 'staleness.p99 < 10s', '--vary', `${AFTER}=100ms,2s`, '--format', 'json'];
    const one = await run(...args);
    expect(JSON.parse(one.out)).toMatchObject({ settings: [{}, {}], answer: {} });
    const { out } = await pushsim('plan', file(CHURN), '--workers', '2', ...args);
    expect(out).toBe(one.out);
  });
});
