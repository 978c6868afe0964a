import { describe, expect, test } from 'vitest';
import { AssertionError, fail } from '../../src/engine/assert.js';
import { SECOND } from '../../src/engine/time.js';
import { RecentWrites } from '../../src/fleet/recent-writes.js';
import { simulate, startRun } from '../../src/fleet/run.js';
import { newChange } from '../../src/pipeline/model/change.js';
import { scenario } from '../support/scenario.js';

describe('a run that stands still between advances', () => {
  const spec = scenario('book-burst');

  test('gives the result of a run at once, however it was cut', () => {
    const run = startRun(spec);
    for (const seconds of [0.1, 0.1, 3, 7.5, 7]) run.advance(seconds * SECOND);
    expect(run.now).toBe(7.5 * SECOND);
    run.advance(Number.MAX_SAFE_INTEGER);
    expect(run.now).toBe(run.duration);
    expect(run.result()).toEqual(simulate(spec));
  });

  test('ends where it was told to stop: what comes later has not happened', () => {
    const run = startRun(spec);
    run.advance(SECOND / 2);
    const { pilot_xds_pushes: pushes } = run.result().metrics;
    expect(pushes.total).toBe(0);
    run.advance(run.duration);
    expect(run.now).toBe(SECOND / 2);
  });

  test('has a timeline whose last row is its end', () => {
    const run = startRun(spec);
    run.advance(2 * SECOND);
    expect(run.timeline().end).toBe(2 * SECOND);
    expect(run.timeline()).toBe(run.timeline());
  });
});

describe('a broken invariant', () => {
  test('is reported with the simulated time, the seed and the last writes', () => {
    const recent = new RecentWrites();
    for (let id = 0; id < 7; id++) {
      recent.add(newChange(id, 'deploys', id * SECOND, { kind: 'Service', namespace: 'shop', name: `cart-${id}` }));
    }
    const broken = () =>
      recent.watch(
        () => fail('slots never exceed the throttle'),
        () => 2.5 * SECOND,
        'tuning',
        3,
      );
    expect(broken).toThrow(AssertionError);
    expect(broken).toThrow(
      'slots never exceed the throttle (at 2.5 s of simulated time, seed "tuning", replication 3; ' +
        'last writes: #2 Service shop/cart-2 by deploys at 2 s, #3 Service shop/cart-3 by deploys at 3 s, ' +
        '#4 Service shop/cart-4 by deploys at 4 s, #5 Service shop/cart-5 by deploys at 5 s, ' +
        '#6 Service shop/cart-6 by deploys at 6 s)',
    );
  });

  test('other errors pass through as they are', () => {
    const recent = new RecentWrites();
    const error = new Error('not ours');
    expect(() =>
      recent.watch(
        () => {
          throw error;
        },
        () => 0,
        '',
        0,
      ),
    ).toThrow(error);
  });
});
