import { describe, expect, test } from 'vitest';
import { describeIssue } from '../../../src/scenario/document/issues.js';
import { SWEEP, specOf, sweepOf } from '../studies.js';

const HEAD = 'description: d\nscenario: churn.yaml\n';

async function problems(text: string, others: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const parsed = await sweepOf(text, others);
  return parsed.ok ? [] : parsed.issues.map(describeIssue);
}

describe('a sweep file', () => {
  test('names a scenario, factors and a design', async () => {
    const spec = await specOf(SWEEP);
    expect(spec.factors.map(({ label }) => label)).toEqual(['PILOT_DEBOUNCE_AFTER', 'PILOT_ENABLE_EDS_DEBOUNCE']);
    expect(spec.points.map(({ levels }) => levels.join(' '))).toEqual([
      '50ms true',
      '50ms false',
      '200ms true',
      '200ms false',
      '800ms true',
      '800ms false',
    ]);
    expect(spec.points[1]?.sets).toEqual([
      'istiod.env.PILOT_DEBOUNCE_AFTER="50ms"',
      'istiod.env.PILOT_ENABLE_EDS_DEBOUNCE=false',
    ]);
  });

  test('a Latin hypercube writes values as people do', async () => {
    const spec = await specOf(`${HEAD}design: { latinHypercube: 10 }
factors:
  istiod.env.PILOT_DEBOUNCE_AFTER: { from: 10ms, to: 10s, scale: log }
  istiod.env.PILOT_PUSH_THROTTLE: { from: 1, to: 10, whole: true }
`);
    const throttles = spec.points.map(({ levels }) => Number(levels[1])).sort((a, b) => a - b);
    expect(throttles).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    for (const { levels } of spec.points) expect(levels[0]).toMatch(/^\d{1,3}(\.\d{1,2})?(ms|s)$/);
  });

  test('a screening takes two levels of each factor', async () => {
    const spec = await specOf(`${HEAD}design: { screening: foldOver }
factors:
  istiod.env.PILOT_DEBOUNCE_AFTER: [50ms, 1s]
  istiod.env.PILOT_DEBOUNCE_MAX: [2s, 10s]
  run.duration: [4s, 5s]
`);
    expect(spec.points).toHaveLength(8);
    expect(await problems(`${HEAD}design: { screening: plain }\nfactors: { run.duration: [4s, 5s, 6s] }\n`)).toEqual([
      'sweep.yaml:4:26: factors["run.duration"]: expected exactly two levels, low and high',
    ]);
  });

  test('a design may be a CSV file, whose empty cells leave the scenario alone', async () => {
    const csv = 'istiod.env.PILOT_DEBOUNCE_AFTER,run.duration\n50ms,4s\n,5s\n';
    const spec = await specOf(`${HEAD}design: { file: points.csv }\n`, { 'points.csv': csv });
    expect(spec.points.map(({ sets }) => sets)).toEqual([
      ['istiod.env.PILOT_DEBOUNCE_AFTER=50ms', 'run.duration=4s'],
      ['run.duration=5s'],
    ]);
    const uneven = 'run.duration,run.seed\n4s\n';
    expect(await problems(`${HEAD}design: { file: points.csv }\n`, { 'points.csv': uneven })).toEqual([
      'sweep.yaml:3:17: design.file: expected 2 values in every line, and line 2 has 1',
    ]);
  });

  test('a level that the scenario refuses is blamed where it stands', async () => {
    expect(await problems(SWEEP.replace('800ms', '800m5'))).toEqual(
      [
        'sweep.yaml:4:50: factors["istiod.env.PILOT_DEBOUNCE_AFTER"][2]: expected a duration, found "800m5" (for example 100ms, 2.5s or 1m30s)',
      ].map((text) => expect.stringContaining(text.slice(0, 66))),
    );
  });

  test('a field that does not exist is blamed too, with the nearest one', async () => {
    const [problem = ''] = await problems(`${HEAD}factors:\n  run.duratoin: [4s, 5s]\n`);
    expect(problem).toMatch(/^sweep\.yaml:4:.*run\.duratoin.*did you mean duration/);
  });

  test.each([
    ['a key', 'factor: {}', /sweep\.yaml:3:1: factor: unknown key \(did you mean factors\?\)/],
    ['a measure', 'objectives: [stalenes.p99]', /a known measure.*did you mean staleness\.p99/],
    ['a design', 'design: gird', /expected grid/],
    ['a level twice', 'factors: { run.duration: [4s, 4s] }', /4s is there twice/],
    ['a range in a grid', 'factors: { run.duration: { from: 1s, to: 2s } }', /a grid has no ranges/],
    [
      'an empty range',
      'design: { latinHypercube: 4 }\nfactors: { run.duration: { from: 2s, to: 1s } }',
      /an end above its beginning/,
    ],
    [
      'units that differ',
      'design: { latinHypercube: 4 }\nfactors: { run.duration: { from: 2, to: 1s } }',
      /same kind of unit/,
    ],
    ['no factors', '', /at least one factor/],
    ['a precision', 'untilPrecision: 5', /a percentage, such as 5%/],
  ])('refuses a mistake in %s', async (_, line, message) => {
    expect((await problems(`${HEAD}${line}\n`)).join('\n')).toMatch(message);
  });

  test('says which scenario cannot be read', async () => {
    expect(await problems('description: d\nscenario: gone.yaml\nfactors: { run.duration: [1s] }\n')).toEqual([
      'sweep.yaml:2:11: scenario: gone.yaml: cannot be read: no such file or directory',
    ]);
  });

  test('points get another hash when anything that they compute changes, and not for more replications', async () => {
    const hash = async (text: string) => (await specOf(text)).hash;
    const same = await hash(SWEEP);
    expect(await hash(SWEEP.replace('replications: 4', 'replications: 9'))).toBe(same);
    expect(await hash(SWEEP.replace('800ms', '900ms'))).not.toBe(same);
    expect(await hash(`${SWEEP}seed: other\n`)).not.toBe(same);
  });
});
