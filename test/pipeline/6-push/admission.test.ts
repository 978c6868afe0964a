import { describe, expect, test } from 'vitest';
import { istiodOptions } from '../../../src/fleet/istiod-options.js';
import { profileOf } from '../../../src/istio/profile.js';
import { createAdmission } from '../../../src/pipeline/6-push/admission.js';
import { automaticLimit, defaultOptions } from '../../../src/pipeline/options.js';
import { istiodBench, VERSIONS } from '../../support/bench.js';
import { meshOf, service, sidecar } from '../../support/mesh.js';
import { inMs, ms } from '../../support/time.js';

describe('new streams under a limit of 25 a second', () => {
  const admitted = (count: number, now = 0, admission = createAdmission(25)): (number | undefined)[] =>
    Array.from({ length: count }, () => {
      const at = admission.admit(ms(now));
      return at === undefined ? undefined : inMs(at);
    });

  test('that come all at once: 25 are let in, one every 40 ms, all others refused at once', () => {
    const expected = Array.from({ length: 100 }, (_, i) => (i < 25 ? i * 40 : undefined));
    expect(admitted(100)).toEqual(expected);
  });

  test.each([20, 35, 55, 95, 100])('or as many as any other limit says: %i', (limit) => {
    const starts = Array.from({ length: 200 }, (_, i) => i * 1_000_003);
    for (const now of starts) {
      const admission = createAdmission(limit);
      const admitted = Array.from({ length: 2 * limit }, () => admission.admit(now));
      expect(admitted.filter((at) => at !== undefined).length).toBe(limit);
    }
  });

  test('that were refused took no place: after a second the next one is let in without a wait', () => {
    const admission = createAdmission(25);
    admitted(1_000, 0, admission);
    expect(admitted(2, 1_000, admission)).toEqual([1_000, 1_040]);
  });

  test('that come one by one do not wait', () => {
    const admission = createAdmission(25);
    expect([0, 40, 80, 200].flatMap((now) => admitted(1, now, admission))).toEqual([0, 40, 80, 200]);
  });

  test('gain nothing from an idle limiter beyond the first: its burst is one', () => {
    expect(admitted(3, 60_000)).toEqual([60_000, 60_040, 60_080]);
  });

  test('wait below a second and not for one', () => {
    const admission = createAdmission(1);
    expect(admitted(2, 0, admission)).toEqual([0, undefined]);
    expect(admission.admit(1)).toBe(1e9);
  });
});

test('without a limit all are let in at once', () => {
  const admission = createAdmission(0);
  expect([admission.admit(5), admission.admit(5)]).toEqual([5, 5]);
});

describe('sixty proxies that connect at once under a limit of 25 a second', () => {
  const bench = istiodBench({
    version: '1.17',
    mesh: meshOf({ services: [service('cart')], proxies: [sidecar('client', { count: 60 })] }),
    start: 'cold',
  });
  bench.run();
  const times = bench.notes.connected.map(({ at }) => at);

  test('are all let in sooner or later, the first 25 in the first second', () => {
    expect(times.length).toBe(60);
    expect(times.slice(0, 25)).toEqual(Array.from({ length: 25 }, (_, i) => i * 40));
    expect(bench.notes.ready.length).toBe(60);
  });

  test('never come faster than the limit', () => {
    for (const [i, time] of times.entries()) if (i > 0) expect(time - times[i - 1]!).toBeGreaterThanOrEqual(40);
  });

  test('have come after little more than 60 / 25 seconds: those refused retry within half a second at first', () => {
    expect(Math.max(...times)).toBeLessThan(4_000);
    // One that is refused at 0 asks again before 500 ms and may then wait until the free place at 1,000.
    expect(times[25]).toBe(1_000);
  });
});

describe('default limits', () => {
  test.each([
    [1, 20],
    [2, 25],
    [4, 35],
    [8, 55],
    [16, 95],
    [17, 100],
    [32, 100],
  ])('on %i cores are %i pushes at a time, and as many new streams a second, since 1.21', (cores, limit) => {
    expect(automaticLimit(cores)).toBe(limit);
    for (const version of ['1.30', '1.32-dev'] as const) {
      const options = defaultOptions(profileOf(version), cores);
      expect([options.pushThrottle, options.maxRequestsPerSecond]).toEqual([limit, limit]);
    }
  });

  test('are 100 pushes and 25 streams in 1.17 whatever the cores', () => {
    for (const cores of [1, 4, 32]) {
      const options = defaultOptions(profileOf('1.17'), cores);
      expect([options.pushThrottle, options.maxRequestsPerSecond]).toEqual([100, 25]);
    }
  });

  test('of the debounce are 100 ms and 10 s in all versions, and state-of-the-world only in 1.17', () => {
    for (const profile of VERSIONS.map(profileOf)) {
      const { debounceAfter, debounceMax, enableEdsDebounce, xds } = defaultOptions(profile, 2);
      expect([debounceAfter, debounceMax, enableEdsDebounce]).toEqual([ms(100), ms(10_000), true]);
      expect(xds).toBe(profile.version === '1.17' ? 'sotw' : 'delta');
    }
  });

  test.each([
    ['1.30', '0', 25],
    ['1.17', '0', 0],
    ['1.30', '7', 7],
  ] as const)('%s reads PILOT_MAX_REQUESTS_PER_SECOND=%s as %i', (version, value, limit) => {
    const spec = { cpuCores: 2, memoryBytes: 0, xds: 'sotw', env: { PILOT_MAX_REQUESTS_PER_SECOND: value } } as const;
    expect(istiodOptions(spec, profileOf(version), 2).maxRequestsPerSecond).toBe(limit);
  });
});
