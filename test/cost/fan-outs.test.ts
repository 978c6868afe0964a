import { describe, expect, test } from 'vitest';
import { FanOuts } from '../../src/cost/fan-outs.js';
import { coefficientsOf } from '../../src/cost/profiles/index.js';
import { streams } from '../../src/engine/streams.js';
import { MICROSECOND } from '../../src/engine/time.js';
import { median } from '../../src/stats/median.js';

const { steps } = coefficientsOf('1.30');
const PROXIES = 20;

function fanOuts(
  count: number,
  seed = 'fan-outs',
): { readonly queueing: number; readonly taking: readonly number[] }[] {
  const costs = new FanOuts(steps, (micros) => micros * MICROSECOND, streams(seed, 0).stream('machine'));
  return Array.from({ length: count }, () => {
    const queueing = costs.enqueue(PROXIES) / MICROSECOND;
    return { queueing, taking: Array.from({ length: PROXIES }, () => costs.dispatch() / MICROSECOND) };
  });
}

describe('a fan-out to 20 proxies', () => {
  const later = fanOuts(4_001).slice(1);
  const quiet = steps.enqueueAll + steps.enqueue * PROXIES;
  const share = (predicate: (one: (typeof later)[number]) => boolean) => later.filter(predicate).length / later.length;

  test('is interrupted before its first connection in one of ten, and later in one of seven', () => {
    expect(share(({ queueing }) => queueing > 1.8 * quiet)).toBeCloseTo(0.1, 1);
    expect(share(({ taking }) => Math.max(...taking) > 5 * Math.min(...taking))).toBeCloseTo(0.15, 1);
  });

  test('is interrupted once at most, for some 60 µs, and goes on at its pace', () => {
    const interrupted = later.map(({ taking }) => taking.filter((one) => one > 2 * Math.min(...taking)));
    expect(Math.max(...interrupted.map((slow) => slow.length))).toBe(1);
    expect(median(interrupted.flat())).toBeGreaterThan(55);
    expect(median(interrupted.flat())).toBeLessThan(75);
  });

  test('keeps within a sixth of the usual pace in two of three', () => {
    expect(share(({ taking }) => Math.abs(Math.min(...taking) / steps.dispatch - 1) < 1 / 6)).toBeCloseTo(0.68, 1);
  });

  test('takes longer if none was as wide before', () => {
    const firsts = Array.from({ length: 400 }, (_, seed) => fanOuts(1, String(seed))[0]!);
    expect(median(firsts.map(({ taking }) => Math.min(...taking)))).toBeCloseTo(steps.dispatch + steps.newSender, 0);
    expect(median(firsts.map(({ queueing }) => queueing))).toBeGreaterThan(quiet + 0.8 * steps.firstEnqueue);
  });
});
