import { expect, test } from 'vitest';
import type { Tried } from '../../../src/experiment/plan/search.js';
import { marginSentences, marginsOf } from '../../../src/report/trust/margins.js';
import { parseThreshold } from '../../../src/scenario/resolve/thresholds.js';

function tried(text: string, mean: number): Tried {
  const parsed = parseThreshold(text);
  if (!parsed.ok) throw new Error(parsed.expected);
  const slo = { slo: parsed.value, verdict: 'holds', interval: { n: 5, mean, sd: 0, half: 0 }, margin: 0, heldIn: 5 };
  const measures = { 'pilot_proxy_queue_time.p90': 0.2, pushes_merged: 0 };
  return { judgement: { verdict: 'holds', slos: [slo] }, outcomes: [{ measures }] } as unknown as Tried;
}

const MESH = { costs: { model: 'mesh' } } as Parameters<typeof marginsOf>[0];
const FLAT = { costs: { model: 'flat' } } as Parameters<typeof marginsOf>[0];

test('the room of an answer is held against what such predictions were off by', () => {
  const [wide] = marginsOf(MESH, tried('staleness.p99 < 2s', 0.2));
  expect(wide).toMatchObject({ quantity: 'time', regime: 'waiting' });
  expect(wide!.room).toBeCloseTo(10, 6);
  expect(marginSentences([wide!])).toMatch(/has room for one of 10\.00: that is enough\.$/);
  expect(marginSentences(marginsOf(MESH, tried('staleness.p99 < 2s', 1.9)))).toContain('that is MORE than the room');
});

test('CPU, memory and counts are held against their own', () => {
  const quantity = (text: string) => marginsOf(MESH, tried(text, 0.5))[0]?.quantity;
  expect(['utilisation < 90%', 'memory_share < 90%', 'rounds < 9'].map(quantity)).toEqual(['cpu', 'memory', 'count']);
});

test('a floor has room downwards, and of plain numbers nobody knows how right they are', () => {
  expect(marginsOf(MESH, tried('rounds > 2', 4))[0]?.room).toBeCloseTo(2, 6);
  expect(marginsOf(FLAT, tried('staleness.p99 < 2s', 0.2))).toEqual([]);
  expect(marginSentences([])).toBe('');
});
