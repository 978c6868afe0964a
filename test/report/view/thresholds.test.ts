import { describe, expect, test } from 'vitest';
import { judge, shownMeasured } from '../../../src/report/view/thresholds.js';
import { NOTHING, result, scenario } from '../fixture.js';

function verdict(text: string, changes = {}): string {
  const [found] = judge(scenario(`thresholds: [${JSON.stringify(text)}]`), { ...result(), ...changes });
  return `${found!.passed ? 'passes' : 'fails'}: ${shownMeasured(found!)}`;
}

test.each([
  ['staleness.p99 < 375ms', 'fails: 375 ms'],
  ['staleness.p99 <= 375ms', 'passes: 375 ms'],
  ['staleness_to_last.max > 700ms', 'passes: 1.00 s'],
  ['staleness_to_last.max >= 1001ms', 'fails: 1.00 s'],
  ['pilot_xds_pushes.total == 1510', 'passes: 1,510'],
  ['pilot_xds_pushes.total == 1511', 'fails: 1,510'],
  ['pilot_debounce_time.count >= 15', 'passes: 15'],
  ['pilot_xds_config_size_bytes.p50 < 50Ki', 'fails: 50.0 KiB'],
  ['pilot_proxy_convergence_time.mean < 20ms', 'passes: 16.0 ms'],
])('%s %s', (text, expected) => {
  expect(verdict(text)).toBe(expected);
});

describe('of ten replications', () => {
  const over = (mean: number, half_width: number | null, n = 10) => ({
    replications: { n: 10, confidence: 0.95, measures: { 'staleness.p99': { n, mean, sd: 1, half_width } } },
  });

  test.each([
    [
      'the mean counts and not the first of them',
      'staleness.p99 < 2s',
      over(1.5, 0.1),
      'passes: 1.50 s ± 100 ms, mean of 10',
    ],
    ['a mean that misses fails', 'staleness.p99 < 1s', over(1.5, 0.1), 'fails: 1.50 s ± 100 ms, mean of 10'],
    [
      'an interval with the limit in it is said to be open',
      'staleness.p99 < 1600ms',
      over(1.55, 0.1),
      'passes: 1.55 s ± 100 ms, mean of 10; more of them could turn it',
    ],
    ['what never varies has no interval', 'staleness.p99 == 1500ms', over(1.5, 0), 'passes: 1.50 s, mean of 10'],
    [
      'every one must have samples',
      'staleness.p99 < 2s',
      over(1.5, 0.1, 7),
      'fails: no samples in 3 of 10 replications',
    ],
  ])('%s', (_, text, changes, expected) => {
    expect(verdict(text, changes)).toBe(expected);
  });

  test('none of which has samples, none holds', () => {
    const replications = { n: 10, confidence: 0.95, measures: { 'staleness.p99': null } };
    expect(verdict('staleness.p99 < 2s', { replications })).toBe('fails: no samples');
  });
});

test('a metric without samples fails, whatever the condition', () => {
  const staleness = { ...result().staleness, per_proxy: NOTHING, to_last_proxy: NOTHING, unseen: 0 };
  expect(verdict('staleness.p99 < 2s', { staleness })).toBe('fails: no samples');
  expect(verdict('staleness.p99 >= 0s', { staleness })).toBe('fails: no samples');
});

test('the number of samples may be required to be zero', () => {
  const staleness = { ...result().staleness, per_proxy: NOTHING, to_last_proxy: NOTHING, unseen: 0 };
  expect(verdict('staleness.count == 0', { staleness })).toBe('passes: 0');
});
