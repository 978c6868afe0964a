import { describe, expect, test } from 'vitest';
import { compareScenarios, directionOf } from '../../src/experiment/compare.js';
import { inlineRunner } from '../../src/experiment/work/runner.js';
import { comparisonBenchstat, comparisonMarkdown, comparisonText, verdict } from '../../src/report/text/comparison.js';
import { file, pushsim } from '../cli/run-program.js';
import { CHURN, source } from './studies.js';

const OPTIONS = {
  replications: 6,
  measures: ['pilot_xds_pushes.total', 'staleness.p50'],
  confidence: 0.95,
  common: true,
};

const slow = 'istiod.env.PILOT_DEBOUNCE_AFTER=800ms';
const alternatives = (...sets: string[]) => [
  { name: 'base', source: source() },
  ...sets.map((set) => ({ name: set.replace(/^.*\./, ''), source: source(CHURN, set) })),
];

describe('comparing', () => {
  test('a scenario with itself finds no difference at all', async () => {
    const comparison = await compareScenarios(inlineRunner(), alternatives('istio="1.17"'), OPTIONS);
    for (const { differences } of comparison.measures) {
      expect(differences.map((found) => found && directionOf(found.difference))).toEqual(['same']);
    }
    expect(verdict(comparison, 0)).toContain('does exactly what base does');
  });

  test('a longer debounce is a trade: fewer pushes, older configuration', async () => {
    const comparison = await compareScenarios(inlineRunner(), alternatives(slow), OPTIONS);
    const [pushes, staleness] = comparison.measures.map(({ differences }) => directionOf(differences[0]!.difference));
    expect([pushes, staleness]).toEqual(['lower', 'higher']);
    expect(verdict(comparison, 0)).toMatch(
      /^PILOT_DEBOUNCE_AFTER=800ms is a trade: it lowers pilot_xds_pushes\.total by [\d.]+ %, and raises staleness\.p50 by [\d.]+ %\.$/,
    );
  });

  test('with common random numbers needs fewer replications than with others', async () => {
    const near = 'costs.network=700us';
    const own = (set: string, seed: string) => ({ name: set, source: source(CHURN, set, `run.seed=${seed}`) });
    const paired = await compareScenarios(inlineRunner(), alternatives(near), {
      ...OPTIONS,
      measures: ['pilot_inbound_updates.total', 'staleness.p50'],
    });
    const apart = await compareScenarios(inlineRunner(), [alternatives()[0]!, own(near, 'other')], {
      ...OPTIONS,
      measures: ['pilot_inbound_updates.total', 'staleness.p50'],
    });
    // The network changes nothing about what happens: all the difference that independent runs show is chance.
    expect(paired.measures[0]?.differences[0]?.difference).toMatchObject({ mean: 0, half: 0 });
    expect(apart.measures[0]?.differences[0]?.difference.half).toBeGreaterThan(0);
    expect(paired.measures[1]!.differences[0]!.varianceReduction).toBeGreaterThan(0.5);
  });

  test('of more than two widens the intervals, so that all hold together', async () => {
    const two = await compareScenarios(inlineRunner(), alternatives(slow), OPTIONS);
    const three = await compareScenarios(
      inlineRunner(),
      alternatives(slow, 'istiod.env.PILOT_DEBOUNCE_MAX=1s'),
      OPTIONS,
    );
    const half = (comparison: typeof two) => comparison.measures[1]!.differences[0]!.difference.half;
    expect(half(three)).toBeGreaterThan(half(two));
    expect(comparisonText(three)).toContain('Bonferroni');
  });

  test('one replication says nothing about chance', async () => {
    const comparison = await compareScenarios(inlineRunner(), alternatives(slow), { ...OPTIONS, replications: 1 });
    expect(verdict(comparison, 0)).toContain('says nothing about chance');
  });
});

describe('the answer', () => {
  test('as Markdown is a table that a pull request shows', async () => {
    const text = comparisonMarkdown(await compareScenarios(inlineRunner(), alternatives(slow), OPTIONS));
    expect(text).toMatch(/^\*\*PILOT_DEBOUNCE_AFTER=800ms is a trade/);
    expect(text).toContain('| `pilot_xds_pushes.total` | ');
    const widths = text
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .map((line) => line.split('|').length);
    expect(new Set(widths).size).toBe(1);
  });

  test('for benchstat is a line for each replication, with units and no number taken for cores', async () => {
    const text = comparisonBenchstat(await compareScenarios(inlineRunner(), alternatives(slow), OPTIONS), '1.2.3');
    const lines = text.split('\n').filter((line) => line.startsWith('Benchmark'));
    expect(lines).toHaveLength(12);
    for (const line of lines) {
      expect(line).toMatch(/^BenchmarkIstiod\/scenario=[\w.=-]+-1 1 \d+ xds_pushes [\d.e-]+ staleness-p50-sec$/);
    }
  });

  test('of the command has the seed of the first scenario for all', async () => {
    const a = file(CHURN, 'a.yaml');
    const b = file(CHURN.replace('seed: studies', 'seed: another'), 'b.yaml');
    const args = ['compare', a, b, '--replications', '3', '--workers', '1', '--quiet'];
    expect((await pushsim(...args)).out).toContain('b does exactly what a does');
    expect((await pushsim(...args, '--independent')).out).not.toContain('does exactly');
  });

  test.each([
    [['--measure', 'stalenes.p99'], 'did you mean staleness.p99?'],
    [['--confidence', '95'], 'needs a percentage'],
    [[], 'one scenario is nothing to compare'],
    [['--variant', 'run.duratoin=1s'], 'did you mean duration?'],
  ])('refuses %j', async (args, message) => {
    const { code, err } = await pushsim('compare', file(CHURN), ...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});

test('pushsim compare weighs routes to unknown subsets, and speaks of them only where there are any', async () => {
  const shipped = (name: string) => new URL(`../../scenarios/${name}.yaml`, import.meta.url).pathname;
  const { out } = await pushsim('compare', shipped('canary-route-first'), shipped('canary-rule-first'));
  expect(out).toMatch(/missing_subsets\.total +54 ± 0 +0 ± 0/);
  expect(out).toMatch(/lowers missing_subsets\.total/);
  const { out: without } = await pushsim('compare', file(CHURN), '--variant', slow);
  expect(without).not.toMatch(/missing_subsets|rejects/);
});
