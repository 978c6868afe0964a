/**
 * Do 95 % intervals contain the truth 95 times of 100? Asked of a queue whose true mean waiting time is known, M/M/1,
 * in 1,000 experiments. The numbers are drawn from fixed streams: the test has one outcome, not a chance to fail.
 */
import { describe, expect, test } from 'vitest';
import { quantileOf } from '../../src/engine/random/distributions.js';
import { type Stream, streams } from '../../src/engine/random/streams.js';
import { batchMeans } from '../../src/stats/batch-means.js';
import { meanInterval } from '../../src/stats/interval.js';
import { mser5 } from '../../src/stats/mser.js';

const EXPERIMENTS = 1_000;
const SERVICE = 1;
const exponential = quantileOf({ kind: 'exponential', mean: 1 });

/** Mean wait in the queue: load / (rate - arrivals), with a service rate of 1. */
const trueWait = (load: number) => load / (1 - load);

/** Waiting times by Lindley's recursion. `steady`: the first customer meets the queue as it is in the long run. */
function waits(random: Stream, load: number, customers: number, start: 'steady' | 'empty' | number): number[] {
  let wait = typeof start === 'number' ? start : 0;
  if (start === 'steady' && random.uniform() < load) wait = exponential(random.uniform()) / (1 - load);
  return Array.from({ length: customers }, () => {
    const seen = wait;
    wait = Math.max(0, wait + exponential(random.uniform()) * SERVICE - exponential(random.uniform()) / load);
    return seen;
  });
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function coverage(covers: (experiment: number) => boolean): number {
  let covered = 0;
  for (let i = 0; i < EXPERIMENTS; i++) if (covers(i)) covered += 1;
  return covered / EXPERIMENTS;
}

describe('intervals for the mean wait of M/M/1 cover it', () => {
  test('with independent replications', () => {
    const load = 0.5;
    const share = coverage((experiment) => {
      const values = Array.from({ length: 20 }, (_, replication) =>
        mean(waits(streams(`coverage ${experiment}`, replication).stream('mm1'), load, 400, 'steady')),
      );
      const interval = meanInterval(values, 0.95);
      return Math.abs(interval.mean - trueWait(load)) <= interval.half;
    });
    expect(share).toBeGreaterThanOrEqual(0.935);
    expect(share).toBeLessThanOrEqual(0.965);
  });

  test('with batch means of one long run', () => {
    const load = 0.5;
    const share = coverage((experiment) => {
      const series = waits(streams(`batches ${experiment}`, 0).stream('mm1'), load, 10_000, 'steady');
      const { interval } = batchMeans(series, 0.95);
      return Math.abs(interval.mean - trueWait(load)) <= interval.half;
    });
    expect(share).toBeGreaterThanOrEqual(0.935);
    expect(share).toBeLessThanOrEqual(0.965);
  });

  test('not when the transient of a full start is kept, and again when MSER-5 cuts it off', () => {
    const load = 0.5;
    const covers = (cut: boolean) => (experiment: number) => {
      const values = Array.from({ length: 10 }, (_, replication) => {
        const series = waits(streams(`transient ${experiment}`, replication).stream('mm1'), load, 800, 60);
        return mean(series.slice(cut ? mser5(series).drop : 0));
      });
      const interval = meanInterval(values, 0.95);
      return Math.abs(interval.mean - trueWait(load)) <= interval.half;
    };
    expect(coverage(covers(false))).toBeLessThan(0.1);
    // A cut chosen from the data itself costs a little.
    expect(coverage(covers(true))).toBeGreaterThan(0.75);
  });
});
