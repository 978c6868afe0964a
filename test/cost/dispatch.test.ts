import { describe, expect, test } from 'vitest';
import { coefficientsOf } from '../../src/cost/calibrated/index.js';
import { Dispatches } from '../../src/cost/dispatch.js';
import { streams } from '../../src/engine/random/streams.js';
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from '../../src/engine/time.js';
import { median } from '../../src/stats/median.js';

const { steps } = coefficientsOf('1.30');
const PROXIES = 20;

function dispatches(
  count: number,
  { seed = 'fan-outs', every = 100 * MILLISECOND }: { seed?: string; every?: Nanos } = {},
): { readonly queueing: number; readonly taking: readonly number[] }[] {
  const clock = { now: 0 };
  const costs = new Dispatches(steps, (micros) => micros * MICROSECOND, streams(seed, 0).stream('machine'), clock);
  return Array.from({ length: count }, () => {
    clock.now += every;
    const queueing = costs.enqueue(PROXIES) / MICROSECOND;
    return { queueing, taking: Array.from({ length: PROXIES }, () => costs.dispatch() / MICROSECOND) };
  });
}

describe('a fan-out to 20 proxies', () => {
  const later = dispatches(4_001).slice(1);
  const quiet = steps.enqueueAll + steps.enqueue * PROXIES;
  const share = (predicate: (one: (typeof later)[number]) => boolean, of = later) =>
    of.filter(predicate).length / of.length;
  const interruptedFirst = ({ queueing }: (typeof later)[number]) => queueing > 1.8 * quiet;
  const interruptedLater = ({ taking }: (typeof later)[number]) => Math.max(...taking) > 5 * Math.min(...taking);

  test('is interrupted in one of 25 while busy, two in five of these before its first connection', () => {
    expect(Math.abs(share(interruptedFirst) - 0.016)).toBeLessThan(0.008);
    expect(Math.abs(share(interruptedLater) - 0.024)).toBeLessThan(0.01);
  });

  test('is interrupted in one of eleven after two idle seconds, and no more often after ten', () => {
    for (const every of [2 * SECOND, 10 * SECOND]) {
      const rare = dispatches(4_001, { every }).slice(1);
      expect(Math.abs(share(interruptedFirst, rare) - 0.036)).toBeLessThan(0.012);
      expect(Math.abs(share(interruptedLater, rare) - 0.054)).toBeLessThan(0.015);
    }
  });

  test('is interrupted once at most, for some 65 µs, and goes on at its pace', () => {
    const interrupted = later.map(({ taking }) => taking.filter((one) => one > 2 * Math.min(...taking)));
    expect(Math.max(...interrupted.map((slow) => slow.length))).toBe(1);
    expect(median(interrupted.flat())).toBeGreaterThan(58);
    expect(median(interrupted.flat())).toBeLessThan(80);
  });

  test('keeps within a sixth of the usual pace in two of three', () => {
    expect(share(({ taking }) => Math.abs(Math.min(...taking) / steps.dispatch - 1) < 1 / 6)).toBeCloseTo(0.68, 1);
  });

  test('takes longer if none was as wide before', () => {
    const firsts = Array.from({ length: 400 }, (_, seed) => dispatches(1, { seed: String(seed) })[0]!);
    expect(median(firsts.map(({ taking }) => Math.min(...taking)))).toBeCloseTo(steps.dispatch + steps.newSender, 0);
    expect(median(firsts.map(({ queueing }) => queueing))).toBeGreaterThan(quiet + 0.8 * steps.firstEnqueue);
  });
});
