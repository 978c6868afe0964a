import { describe, expect, test } from 'vitest';
import { judgeGate, parseGate } from '../../src/experiment/gate.js';
import type { Outcome } from '../../src/experiment/work/task.js';

const M = 'staleness.p99';

function gate(text: string, base: readonly (number | null)[], other: readonly (number | null)[], measure = M) {
  const parsed = parseGate(text);
  if (!parsed.ok) throw new Error(parsed.expected);
  const outcomes = [base, other].map((values) =>
    values.map((value): Outcome => ({ measures: { [measure]: value }, fingerprint: '' })),
  );
  return judgeGate([parsed.value], { names: ['a', 'b'], outcomes, confidence: 0.95 })[0]!;
}

describe('a condition', () => {
  test.each([
    ['staleness.p99 > +5%', { comparison: '>', of: 'relative', limit: 0.05 }],
    ['staleness.p99 > 5%', { of: 'relative', limit: 0.05 }],
    ['bytes_sent < -10%', { comparison: '<', of: 'relative', limit: -0.1 }],
    ['staleness.p99 >= +20ms', { comparison: '>=', of: 'difference', limit: 0.02 }],
    ['bytes_sent > +1Mi', { of: 'difference', limit: 2 ** 20 }],
    ['staleness.p99 > 2s', { of: 'value', limit: 2 }],
    ['utilisation > 80%', { of: 'value', limit: 0.8 }],
    ['utilisation > +80%', { of: 'relative', limit: 0.8 }],
    ['rounds > +0', { of: 'difference', limit: 0 }],
    ['staleness{source=tenant}.p99 > +5%', { measure: 'staleness{source=tenant}.p99' }],
  ])('%s', (text, expected) => {
    expect(parseGate(text)).toMatchObject({ ok: true, value: { text, ...expected } });
  });

  test.each([
    ['stalenes.p99 > +5%', 'did you mean staleness.p99?'],
    ['staleness.p99 == 2s', undefined],
    ['staleness.p99 > 2', 'write the unit: 2s or 2ms'],
    ['staleness.p99', undefined],
    ['staleness.p99 > +five', undefined],
    ['pilot_xds_pushes.total > 2s', undefined],
  ])('%s is refused', (text, hint) => {
    expect(parseGate(text)).toMatchObject({ ok: false, ...(hint === undefined ? {} : { hint }) });
  });
});

describe('a verdict', () => {
  const NOISE = [0.0, 0.1, -0.1, 0.05, -0.05];
  const around = (mean: number, spread = 1) => NOISE.map((each) => mean + spread * each);

  test.each([
    ['far above the limit', '> +5%', around(10), around(12), 'failed'],
    ['far below it', '> +5%', around(10), around(10.1), 'passed'],
    ['lower where lower fails', '< -5%', around(10), around(8), 'failed'],
    ['a limit within what chance allows', '> +5%', around(10, 10), [...around(10.6, 10)].reverse(), 'cannot be said'],
    [
      'exactly the limit, without chance, is not above it',
      '> +100ms',
      [1, 1, 1],
      [1.1, 1.1, 1.1].map((x) => x - 1e-12),
      'passed',
    ],
    ['equal runs do not differ', '> +0%', around(10), around(10), 'passed'],
    ['equal runs are at least equal', '>= +0%', around(10), around(10), 'failed'],
    ['a value of the other by itself', '> 11s', around(1), around(12), 'failed'],
    ['one replication says nothing about chance', '> +5%', [10], [20], 'cannot be said'],
    ['no samples prove nothing', '> +5%', [null, null], [null, null], 'cannot be said'],
    ['nor do samples in some of the replications', '> +5%', [1, 1, 1], [2, null, 2], 'cannot be said'],
    ['anything is more than nothing', '> +5%', [0, 0, 0], [1, 1, 1], 'failed'],
  ] as const)('%s', (_, condition, base, other, expected) => {
    expect(gate(`${M} ${condition}`, base, other).verdict).toBe(expected);
  });

  test('needs pairs, not independence: common random numbers make a small change certain', () => {
    const wild = around(10, 50);
    const more = wild.map((value) => value + 1);
    expect(gate(`${M} > +500ms`, wild, more).verdict).toBe('failed');
    expect(gate(`${M} > +500ms`, wild, [...more].reverse()).verdict).toBe('cannot be said');
  });

  test('on several conditions holds for all together, so each needs more', () => {
    // The interval of the difference is 0.4 ± 0.39 at 95 %.
    const base = [0, 0, 0, 0, 0];
    const other = [0.4, 0.8, 0.0, 0.6, 0.2];
    const one = parseGate('staleness.p99 > +5ms');
    const outcomes = [base, other].map((values) =>
      values.map((value): Outcome => ({ measures: { [M]: value }, fingerprint: '' })),
    );
    const judged = (n: number) =>
      judgeGate(
        Array.from({ length: n }, () => (one.ok ? one.value : (undefined as never))),
        {
          names: ['a', 'b'],
          outcomes,
          confidence: 0.95,
        },
      ).map(({ verdict }) => verdict);
    expect(judged(1)[0]).not.toBe('cannot be said');
    expect(judged(5)[0]).toBe('cannot be said');
  });
});
