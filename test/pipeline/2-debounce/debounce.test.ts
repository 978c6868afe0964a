import { describe, expect, test } from 'vitest';
import type { IstioVersion } from '../../../src/istio/profile.js';
import { type DebounceSetup, debounceBench, type Push } from '../../support/debounce.js';
import { keysOf, requestsOf } from '../../support/request.js';
import { inMs } from '../../support/time.js';

/** Milliseconds: when the push function began and ended, updates merged, sample of `pilot_debounce_time`. */
type Row = readonly [from: number, to: number, merged: number, debounced: number | undefined];

function rows(pushes: readonly Push[]): Row[] {
  return pushes.map(({ from, to, merged, debounced }) => [
    inMs(from),
    inMs(to),
    merged,
    debounced === undefined ? undefined : inMs(debounced),
  ]);
}

function every(gap: number, from: number, to: number): number[] {
  return Array.from({ length: Math.floor((to - from) / gap) + 1 }, (_, i) => from + i * gap);
}

function run(setup: DebounceSetup, changes: readonly number[]): Row[] {
  const bench = debounceBench(setup);
  for (const time of changes) bench.at(time).change('vs/cart');
  return rows(bench.run());
}

describe('a change starts a push when 100 ms have been quiet, or the batch has reached its maximum age', () => {
  test.each<[what: string, setup: DebounceSetup, changes: readonly number[], pushes: readonly Row[]]>([
    ['one change', { push: 30 }, [0], [[100, 130, 1, 130]]],
    ['three changes before it is quiet', { push: 30 }, [0, 50, 80], [[180, 210, 3, 210]]],
    [
      'the second change after the first push',
      { push: 20 },
      [0, 150],
      [
        [100, 120, 1, 120],
        [250, 270, 1, 120],
      ],
    ],
    [
      'a change during a push that is quiet by its end: pushed at once',
      { push: 200 },
      [0, 120],
      [
        [100, 300, 1, 300],
        [300, 500, 1, 380],
      ],
    ],
    [
      'a change shortly before the end of a push: only the missing quiet is waited for',
      { push: 200 },
      [0, 120, 290],
      [
        [100, 300, 1, 300],
        [390, 590, 2, 470],
      ],
    ],
    [
      'every 70 ms, maximum 1 s: 10 ms over',
      { push: 10, max: 1_000 },
      every(70, 0, 1_330),
      [
        [1_010, 1_020, 15, 1_020],
        [1_430, 1_440, 5, 390],
      ],
    ],
    [
      'every 60 ms, maximum 1 s: a timer falls on it exactly',
      { push: 10, max: 1_000 },
      every(60, 0, 960),
      [[1_000, 1_010, 17, 1_010]],
    ],
    [
      'every 90 ms, maximum 1 s',
      { push: 10, max: 1_000 },
      every(90, 0, 1_980),
      [
        [1_000, 1_010, 12, 1_010],
        [2_080, 2_090, 11, 1_010],
      ],
    ],
    [
      'every 50 ms for 25 s, each push 400 ms: the changes during a push belong to the next batch',
      { push: 400 },
      every(50, 0, 24_950),
      [
        [10_000, 10_400, 201, 10_400],
        [20_050, 20_450, 201, 10_400],
        [25_050, 25_450, 98, 5_350],
      ],
    ],
    [
      'three changes during a long push',
      { push: 500 },
      [0, 110, 150, 200],
      [
        [100, 600, 1, 600],
        [600, 1_100, 3, 990],
      ],
    ],
    ['a change one millisecond before the timer', { push: 10 }, [0, 99], [[199, 209, 2, 209]]],
    [
      'pushes longer than the maximum: the next starts when the last one ends, quiet or not',
      { push: 1_300, max: 1_000 },
      [0, ...every(50, 110, 1_460)],
      [
        [100, 1_400, 1, 1_400],
        [1_400, 2_700, 26, 2_590],
        [2_700, 4_000, 2, 2_590],
      ],
    ],
  ])('%s', (_, setup, changes, pushes) => {
    expect(run(setup, changes)).toEqual(pushes);
  });

  test.each<IstioVersion>(['1.17', '1.30', '1.32-dev'])(
    'with debounce of endpoints off %s pushes them past the waiting batch',
    (version) => {
      const bench = debounceBench({ version, edsDebounce: false, push: 30, bypassPush: 5 });
      bench.at(0).change('vs/cart');
      bench.at(20).endpoints('cart');
      expect(rows(bench.run())).toEqual([
        [20, 25, 1, undefined],
        [100, 130, 1, 130],
      ]);
    },
  );
});

describe('what the table does not show', () => {
  test('events do not reset the timer: it fires after the first one and waits for what is missing then', () => {
    // Reset by each event it would also end at 300, but be set four times; here the maximum is looked at only at 100 and 190.
    expect(run({ push: 10, max: 150 }, [0, 60, 90, 130, 200])).toEqual([
      [190, 200, 4, 200],
      [300, 310, 1, 110],
    ]);
  });

  test('the maximum is looked at when a timer fires and not before', () => {
    expect(run({ push: 10, max: 110 }, [0, 99])).toEqual([[199, 209, 2, 209]]);
  });

  test('a maximum below the quiet time still waits for the first timer', () => {
    expect(run({ push: 10, max: 50 }, [0, 40, 80])).toEqual([[100, 110, 3, 110]]);
  });

  test('a zero quiet time pushes each change at its instant', () => {
    expect(run({ push: 0, after: 0 }, [0, 10])).toEqual([
      [0, 0, 1, 0],
      [10, 10, 1, 0],
    ]);
  });

  test('bypassing pushes overlap each other and the debounced one, and leave its quiet time alone', () => {
    const bench = debounceBench({ edsDebounce: false, push: 200, bypassPush: 50 });
    bench.at(0).change('vs/cart');
    for (const time of [90, 110, 120]) bench.at(time).endpoints('cart');
    expect(rows(bench.run())).toEqual([
      [90, 140, 1, undefined],
      [100, 300, 1, 300],
      [110, 160, 1, undefined],
      [120, 170, 1, undefined],
    ]);
  });

  test.each<[IstioVersion, string]>([
    ['1.17', 'bypasses'],
    ['1.30', 'bypasses'],
    ['1.32-dev', 'is debounced'],
  ])('with debounce of endpoints off, a secret in %s %s', (version, what) => {
    const bench = debounceBench({ version, edsDebounce: false, push: 10 });
    bench.at(0).offer(requestsOf(version).secret('cert'));
    expect(bench.run().map(({ bypass }) => bypass)).toEqual([what === 'bypasses']);
  });

  test('in the development head a service key beside an endpoint key is not endpoints only', () => {
    const requests = requestsOf('1.32-dev');
    const both = {
      ...requests.endpoints('cart'),
      keys: new Set([...requests.endpoints('cart').keys, ...requests.service('pay').keys]),
    };
    const bench = debounceBench({ version: '1.32-dev', edsDebounce: false, push: 10 });
    bench.at(0).offer(both);
    bench.at(0).offer({ ...requests.endpoints('cart'), keys: new Set() });
    expect(bench.run().map(({ bypass, merged }) => [bypass, merged])).toEqual([[false, 2]]);
  });

  test('a request without a reason is counted as unknown', () => {
    const bench = debounceBench({ push: 10 });
    bench.at(0).offer({ ...requestsOf('1.17').change('vs/cart'), reasons: new Map() });
    bench.at(1).change('vs/pay');
    expect([...bench.run()[0]!.request.reasons]).toEqual([
      ['unknown', 1],
      ['config', 1],
    ]);
  });

  test('a batch holds the keys of all its changes, and the next batch none of them', () => {
    const bench = debounceBench({ push: 10 });
    bench.at(0).change('vs/cart');
    bench.at(50).change('dr/pay');
    bench.at(300).change('gw/edge');
    expect(bench.run().map(({ request }) => keysOf(request))).toEqual([
      ['DestinationRule shop/pay', 'VirtualService shop/cart'],
      ['Gateway shop/edge'],
    ]);
  });

  test('it is idle before the first change and after the last push, and not in between', () => {
    const bench = debounceBench({ push: 30 });
    bench.at(10).change('vs/cart');
    const seen: boolean[] = [];
    for (const time of [0, 20, 120, 150]) bench.simulation.at(time * 1e6, () => seen.push(bench.debounce.idle));
    bench.run();
    expect(seen).toEqual([true, false, false, true]);
  });

  test('merging costs the loop CPU: changes received later count as later', () => {
    // Ten changes at 0 and 2 ms each: the last is received at 18 ms, merged by 20.
    const bench = debounceBench({ push: 10, mergeCost: 2 });
    for (let i = 0; i < 10; i++) bench.at(0).change('vs/cart');
    expect(rows(bench.run())).toEqual([[118, 128, 10, 128]]);
  });
});

describe('at one instant the loop takes the end of a push first, then changes, then its timer', () => {
  test('a change at the end of a push is not in the batch that this end starts', () => {
    expect(run({ push: 200 }, [0, 120, 300])).toEqual([
      [100, 300, 1, 300],
      [300, 500, 1, 380],
      [500, 700, 1, 400],
    ]);
  });

  test('a change at the instant of the timer is seen by it', () => {
    expect(run({ push: 10 }, [0, 100])).toEqual([[200, 210, 2, 210]]);
  });

  test('also one that reaches the loop by several steps within that instant', () => {
    const { simulation, at, run: runBench } = debounceBench({ push: 10 });
    at(0).change('vs/cart');
    simulation.at(100e6, () => simulation.after(0, () => simulation.after(0, () => at(100).change('vs/cart'))));
    expect(rows(runBench())).toEqual([[200, 210, 2, 210]]);
  });

  test('a timer at the end of a push finds the batch gone', () => {
    // The batch of 100 has its timer at 200, where the first push ends.
    expect(run({ push: 100 }, [0, 100.5])).toEqual([
      [100, 200, 1, 200],
      [200.5, 300.5, 1, 200],
    ]);
    expect(run({ push: 110 }, [0, 110])).toEqual([
      [100, 210, 1, 210],
      [210, 320, 1, 210],
    ]);
  });

  test('all four changes of one instant are one batch', () => {
    expect(run({ push: 10 }, [5, 5, 5, 5])).toEqual([[105, 115, 4, 110]]);
  });
});

/** Off the grid: two goroutines that end at one instant may run the loop between them, before the second has said so. */
const BYPASS = 7;

interface Arrival {
  readonly at: number;
  readonly bypass: boolean;
}

/**
 * The loop as one would write it on paper: a clock that ticks every 10 ms and asks, at each tick, whether a push has
 * ended, what has arrived, and whether the timer is due.
 */
function onPaper(arrivals: readonly Arrival[], after: number, max: number, push: number): Row[] {
  const pushes: Row[] = [];
  let [free, waiting, first, last] = [true, 0, 0, 0];
  let timer: number | undefined;
  let busyUntil: number | undefined;
  const check = (t: number): void => {
    if (t - first < max && t - last < after) {
      timer = t + after - (t - last);
    } else if (waiting > 0) {
      pushes.push([t, t + push, waiting, t + push - first]);
      free = false;
      busyUntil = t + push;
      waiting = 0;
    }
  };
  for (let t = 0; t <= 2_000; t += 10) {
    if (busyUntil === t) {
      free = true;
      busyUntil = undefined;
      check(t);
    }
    for (const { bypass } of arrivals.filter(({ at }) => at === t)) {
      if (bypass) {
        pushes.push([t, t + BYPASS, 1, undefined]);
        continue;
      }
      last = t;
      if (waiting === 0) [timer, first] = [t + after, t];
      waiting += 1;
    }
    if (timer === t) {
      timer = undefined;
      if (free) check(t);
    }
  }
  return pushes;
}

describe('every way in which four changes can fall on five instants', () => {
  const GRID = [0, 50, 100, 150, 200];
  const placements = GRID.flatMap((a) =>
    GRID.flatMap((b) => GRID.flatMap((c) => GRID.map((d) => [a, b, c, d] as const))),
  ).filter(([a, b, c, d]) => a <= b && b <= c && c <= d);

  test('there are 70 of them', () => {
    expect(placements.length).toBe(70);
  });

  const settings = [10, 50, 100, 130, 250].flatMap((push) => [100, 150, 200, 10_000].map((max) => ({ push, max })));
  test.each(settings)('with pushes of $push ms and a maximum of $max ms, any of them bypassing', ({ push, max }) => {
    for (const placement of placements) {
      for (let mask = 0; mask < 16; mask++) {
        const arrivals = placement.map((at, i) => ({ at, bypass: (mask & (1 << i)) !== 0 }));
        const bench = debounceBench({ edsDebounce: false, push, max, bypassPush: BYPASS });
        for (const { at, bypass } of arrivals) {
          if (bypass) bench.at(at).endpoints('cart');
          else bench.at(at).change('vs/cart');
        }
        expect(inOrder(rows(bench.run())), JSON.stringify(arrivals)).toEqual(
          inOrder(onPaper(arrivals, 100, max, push)),
        );
      }
    }
  });
});

/** Pushes that begin at one instant in a fixed order: which goroutine is first says nothing. */
function inOrder(pushes: readonly Row[]): Row[] {
  return [...pushes].sort((a, b) => a[0] - b[0] || (a[3] ?? 0) - (b[3] ?? 0));
}
