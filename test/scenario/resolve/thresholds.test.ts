import { expect, test } from 'vitest';
import type { RunResult } from '../../../src/measure/recorder/result.js';
import { parseThreshold, THRESHOLD_METRICS } from '../../../src/scenario/resolve/thresholds.js';

test.each([
  ['staleness.p99 < 2s', { metric: 'staleness', statistic: 'p99', comparison: '<', limit: 2 }],
  ['staleness_to_last.max<=500ms', { metric: 'staleness_to_last', comparison: '<=', limit: 0.5 }],
  ['pilot_xds_pushes.total <= 510', { statistic: 'total', limit: 510 }],
  ['pilot_xds_pushes.total == 1.5k', { comparison: '==', limit: 1500 }],
  ['pilot_xds_config_size_bytes.max < 4Mi', { limit: 4 * 2 ** 20 }],
  ['pilot_debounce_time.count >= 3', { limit: 3 }],
])('%s', (text, expected) => {
  expect(parseThreshold(text)).toMatchObject({ ok: true, value: { text, ...expected } });
});

test.each([
  ['stalenes.p99 < 2s', 'did you mean staleness?'],
  ['staleness.p98 < 2s', 'did you mean p90?'],
  ['pilot_xds_pushes.p99 < 2', undefined],
  ['staleness.p99 < 2', 'write the unit: 2s or 2ms'],
  ['pilot_xds_pushes.total < 2s', undefined],
  ['pilot_xds_pushes.total < 2m', undefined],
  ['staleness.p99 = 2s', undefined],
  ['staleness < 2s', undefined],
  ['staleness.p99 < 2s and more', undefined],
  ['constructor.p99 < 2s', expect.stringContaining('metrics: ')],
])('%s is refused', (text, hint) => {
  expect(parseThreshold(text)).toEqual({ ok: false, expected: expect.any(String), ...(hint ? { hint } : {}) });
});

test('every metric of a result can be named, and no other', () => {
  // Fails to compile when a metric is missing here or there.
  const all = { staleness: 1, staleness_to_last: 1 } as unknown as Record<
    | keyof RunResult['metrics']
    | 'staleness'
    | 'missing_subsets'
    | `staleness_${'to_last' | 'to_half' | 'to_99_percent' | keyof RunResult['staleness']['phases']}`,
    unknown
  > satisfies Record<keyof typeof THRESHOLD_METRICS, unknown>;
  const back: Record<keyof typeof all, unknown> = THRESHOLD_METRICS;
  expect(Object.keys(back)).toContain('pilot_proxy_convergence_time');
});
