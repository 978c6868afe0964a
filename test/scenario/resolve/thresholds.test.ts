import { expect, test } from 'vitest';
import { measureOf, parseThreshold } from '../../../src/scenario/resolve/thresholds.js';

test.each([
  ['staleness.p99 < 2s', { metric: 'staleness', statistic: 'p99', comparison: '<', limit: 2 }],
  ['staleness_to_last.max<=500ms', { metric: 'staleness_to_last', comparison: '<=', limit: 0.5 }],
  ['pilot_xds_pushes.total <= 510', { statistic: 'total', limit: 510 }],
  ['pilot_xds_pushes.total == 1.5k', { comparison: '==', limit: 1500 }],
  ['pilot_xds_config_size_bytes.max < 4Mi', { limit: 4 * 2 ** 20 }],
  ['pilot_debounce_time.count >= 3', { limit: 3 }],
  ['time_to_ready.last < 30s', { metric: 'time_to_ready', statistic: 'last', limit: 30 }],
  ['bytes.lds.max < 4Mi', { metric: 'bytes.lds', statistic: 'max', limit: 4 * 2 ** 20 }],
  ['messages.cds.total <= 302', { metric: 'messages.cds', limit: 302 }],
  ['memory_share <= 90%', { metric: 'memory_share', statistic: '', limit: 0.9 }],
  ['utilisation < 0.8', { limit: 0.8 }],
  ['heap_bytes_max < 1.5Gi', { limit: 1.5 * 2 ** 30 }],
  ['rounds <= 10', { metric: 'rounds', statistic: '', limit: 10 }],
  ['pilot_proxy_convergence_time.panel_p99 < 1s', { statistic: 'panel_p99', limit: 1 }],
  ['staleness{source=tenant}.p99 < 2s', { metric: 'staleness{source=tenant}', statistic: 'p99', limit: 2 }],
  ['staleness{source="a b, c"}.max < 2s', { metric: 'staleness{source="a b, c"}', limit: 2 }],
  ['bytes{group=shop/a.b, type=lds}.max < 1Mi', { statistic: 'max', limit: 2 ** 20 }],
  ['messages{group=shop/cart}.total == 3', { limit: 3 }],
  ['staleness_skew{between=a/b,and=c/d}.p99 < 50ms', { limit: 0.05 }],
  ['pilot_k8s_cfg_events{type=Gateway,event=add}.total < 5', { limit: 5 }],
])('%s', (text, expected) => {
  expect(parseThreshold(text)).toMatchObject({ ok: true, value: { text, ...expected } });
});

test.each([
  ['stalenes.p99 < 2s', 'did you mean staleness?'],
  ['staleness{sauce=a}.p99 < 2s', undefined],
  ['staleness{source=a}.p98 < 2s', 'did you mean p90?'],
  ['stalenes{source=a}.p99 < 2s', 'did you mean staleness?'],
  ['bytes{group=a,type=xds}.max < 1Mi', undefined],
  ['bytes{type=lds}.max < 1Mi', undefined],
  ['rounds.total < 3', undefined],
  ['memory_share < 90 %', undefined],
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

test('a condition names its measure as it was written', () => {
  for (const name of ['rounds', 'staleness.p99', 'bytes.lds.max', 'staleness{group=a.b/c.d}.p99']) {
    const parsed = parseThreshold(`${name} < 1${name === 'rounds' ? '' : name.startsWith('bytes') ? 'Mi' : 's'}`);
    expect(parsed.ok && measureOf(parsed.value)).toBe(name);
  }
});
