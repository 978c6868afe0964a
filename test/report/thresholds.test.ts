import { expect, test } from 'vitest';
import { judge, shownMeasured } from '../../src/report/thresholds.js';
import { NOTHING, result, scenario } from './fixture.js';

function verdict(text: string, changes = {}): string {
  const [found] = judge(scenario(`thresholds: [${JSON.stringify(text)}]`), result(changes));
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

test('a metric without samples fails, whatever the condition', () => {
  const staleness = { ...result().staleness, per_proxy: NOTHING, to_last_proxy: NOTHING, unseen: 0 };
  expect(verdict('staleness.p99 < 2s', { staleness })).toBe('fails: no samples');
  expect(verdict('staleness.p99 >= 0s', { staleness })).toBe('fails: no samples');
});

test('the number of samples may be required to be zero', () => {
  const staleness = { ...result().staleness, per_proxy: NOTHING, to_last_proxy: NOTHING, unseen: 0 };
  expect(verdict('staleness.count == 0', { staleness })).toBe('passes: 0');
});
