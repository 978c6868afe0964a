import { expect, test } from 'vitest';
import { trustOf } from '../../../src/experiment/verify/trust.js';
import { uncertaintyLines, uncertaintyOf } from '../../../src/report/trust/trust.js';

const row = (recording: string, measured: number, predicted: number) => {
  const error = Math.max(measured, predicted) / Math.min(measured, predicted) - 1;
  return { recording, metric: 'cpu_s', measured, predicted, error, bar: 0.39, ok: error <= 0.39 };
};

test('what predictions are worth is told by regime and quantity: the median and the 90th percentile of errors', () => {
  const rows = [row('a', 1, 1), row('a', 1, 1.2), row('a', 1, 2), row('b', 1, 8)];
  const { idle, waiting, saturated } = trustOf(
    rows,
    new Map([
      ['a', 'idle'],
      ['b', 'waiting'],
    ] as const),
  );
  expect(idle.cpu).toEqual({ rows: 3, medianError: 0.2, p90Error: 1, bias: 1.2 });
  expect(waiting.cpu?.medianError).toBe(7);
  expect(saturated).toEqual({});
});

test.each([
  ['idle', { queueP90_s: 0.0002, pushesMerge: false }],
  ['waiting', { queueP90_s: 0.2, pushesMerge: false }],
  ['saturated', { queueP90_s: 0.0002, pushesMerge: true }],
])('a run is %s as its queue is', (regime, facts) => {
  const told = uncertaintyOf(facts);
  expect(told.regime).toBe(regime);
  expect(told.quantities.map(({ quantity }) => quantity)).toEqual(['count', 'time', 'cpu', 'memory']);
  for (const { half, nine_of_ten } of told.quantities) expect(nine_of_ten).toBeGreaterThanOrEqual(half);
  expect(uncertaintyLines(told)).toHaveLength(5);
});
