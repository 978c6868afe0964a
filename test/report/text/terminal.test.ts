import { describe, expect, test } from 'vitest';
import { COLOUR, terminalReport, verdictLine } from '../../../src/report/text/terminal.js';
import { NOTHING, result, scenario, spread } from '../fixture.js';

const THRESHOLDS = 'thresholds: ["staleness.p99 < 2s", "pilot_xds_pushes.total <= 510"]';

test('the report', () => {
  expect(terminalReport(scenario(THRESHOLDS), result())).toMatchInlineSnapshot(`
    "fixture
    What happens?
    istiod 1.17 · 2 cores · sotw · 13 proxies · 60 s simulated · seed 1
    0 services with 0 endpoints in 1 namespace; no proxies

    push count 1,510, p99 convergence 48.0 ms in 60 s

    Latency: what istiod measures
                                          p50      p90      p99      max  panel p99  samples
      pilot_debounce_time              100 ms   200 ms   300 ms   400 ms                  15
      pilot_pushcontext_init_seconds  2.00 ms  4.00 ms  6.00 ms  8.00 ms                  15
      pilot_proxy_queue_time           500 µs  1.00 ms  1.50 ms  2.00 ms                 100
      pilot_proxy_convergence_time    16.0 ms  32.0 ms  48.0 ms  64.0 ms    99.0 ms      100
      pilot_xds_push_time              400 µs   800 µs  1.20 ms  1.60 ms               1,510

    Latency: what the change itself saw
                                          p50      p90      p99      max  samples
      change → one proxy uses it       125 ms   250 ms   375 ms   500 ms      100
      change → last proxy uses it      250 ms   500 ms   750 ms   1.00 s       40
      convergence as istiod times it  16.0 ms  32.0 ms  48.0 ms  64.0 ms      100
      a Prometheus panel shows        50.0 ms  90.0 ms  99.0 ms

      At p99 a change took 375 ms to reach a proxy where istiod measures 48.0 ms (99.0 ms on a
      dashboard, which knows buckets only): istiod's clock starts only when the proxy is queued, after
      the watch, the debounce and the push context, and stops at the send, before the wire and Envoy.

      Where the time went: debounce 80 %, queue 6.4 %, generation 6.4 %, envoy 4.0 %, context 1.6 %,
      watch 0.8 %, wire 0.8 %.

    Traffic
      updates in  40: config 20, eds 10, svc 10
      triggers    52: config 26, endpoint 26
      pushes out  1,510: eds 410, cds 400, lds 400, rds 300
      bytes out   45.0 MiB; one message 50.0 KiB at p50, 200 KiB at most

    Errors
      rejected        none
      expired nonces  none
      without effect  3 changes that no proxy needed

    Saturation
      CPU         ██░░░░░░░░░░░░░░░░░░░░░░ 10 % of 2 cores: 12.5 CPU-seconds
      push queue  13 proxies at the deepest
      push slots  7 of 100 in use at the most

    Debounce rounds
      15 pushes for 36 updates: 12 full, 3 incremental
      updates merged into each  ▃▅▆█▃▅▆█▃▅▆█▃▅▆  at most 4

       #        at  after the last  updates  push
       1   1.125 s                        1  full
       2   3.625 s          2.50 s        2  full
       3   6.125 s          2.50 s        3  full
       4   8.625 s          2.50 s        4  full
       5  11.125 s          2.50 s        1  incremental
       6  13.625 s          2.50 s        2  full
       7  16.125 s          2.50 s        3  full
       8  18.625 s          2.50 s        4  full
       9  21.125 s          2.50 s        1  full
      10  23.625 s          2.50 s        2  incremental
      11  26.125 s          2.50 s        3  full
      12  28.625 s          2.50 s        4  full
      … and 3 more

    Settings in force
      PILOT_DEBOUNCE_AFTER           100ms  default of 1.17
      PILOT_DEBOUNCE_MAX             10s    default of 1.17
      PILOT_ENABLE_EDS_DEBOUNCE      true   default of 1.17
      PILOT_PUSH_THROTTLE            100    default of 1.17
      PILOT_MAX_REQUESTS_PER_SECOND  25     default of 1.17

    How far to trust it
      On recordings in which proxies wait for each other, predictions were off by a factor of
        counts and sizes  1.00 in half of the figures, 1.00 in nine of ten (334 figures)
        times             1.13 in half of the figures, 1.47 in nine of ten (271 figures)
        CPU               1.06 in half of the figures, 1.21 in nine of ten (31 figures)
        memory            1.32 in half of the figures, 3.31 in nine of ten (40 figures)

    Thresholds
      ✓ staleness.p99 < 2s             375 ms
      ✗ pilot_xds_pushes.total <= 510  1,510
    "
  `);
});

describe('every report', () => {
  const wide = result({
    metrics: {
      ...result().metrics,
      pilot_push_triggers: {
        total: 9e9,
        by: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`a_rather_long_reason_${i}`, 12_345_678])),
      },
    },
    rounds: Array.from({ length: 5000 }, (_, i) => ({ at_s: i * 10_000.123, merged: 1_000_000, kind: 'incremental' })),
  });
  const long = scenario(`${THRESHOLDS}\nname: ${'long-'.repeat(10)}`);

  test('fits into 100 columns', () => {
    for (const line of terminalReport(long, wide).split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
  });

  test('has no colour and no blanks at the end of a line', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    expect(terminalReport(long, wide)).not.toMatch(/\u001b/);
    expect(terminalReport(long, wide)).not.toMatch(/ +$/m);
  });

  test('has colour when asked', () => {
    expect(terminalReport(long, wide, COLOUR)).toContain('\u001b[31m✗\u001b[0m');
  });
});

describe('the verdict', () => {
  test('is the two numbers by which istiod is tuned', () => {
    expect(verdictLine(result())).toBe('push count 1,510, p99 convergence 48.0 ms in 60 s');
  });

  test('does not invent a percentile of nothing', () => {
    const { metrics } = result();
    const idle = result({ metrics: { ...metrics, pilot_proxy_convergence_time: NOTHING } });
    expect(verdictLine(idle)).toContain('nothing to converge');
  });
});

test('a run in which nothing happened says so everywhere', () => {
  const none = { total: 0, by: {} };
  const metrics = Object.fromEntries(
    Object.entries(result().metrics).map(([name, value]) => [name, 'total' in value ? none : NOTHING]),
  ) as unknown as ReturnType<typeof result>['metrics'];
  const staleness = { ...result().staleness, per_proxy: NOTHING, to_last_proxy: NOTHING, unseen: 0 };
  const text = terminalReport(scenario(), result({ metrics, staleness, rounds: [] }));
  expect(text).toContain('none: nothing was pushed');
  expect(text.match(/nothing measured/g)).toHaveLength(2);
  expect(text).not.toMatch(/NaN|Infinity|undefined/);
});

test('one round is not "1 pushes"', () => {
  const text = terminalReport(scenario(), result({ rounds: [{ at_s: 1, merged: 1, kind: 'full' }] }));
  expect(text).toContain('1 push for 1 update: 1 full');
  expect(text).not.toContain('more');
});

test('the staleness sentence names both numbers', () => {
  const staleness = { ...result().staleness, per_proxy: spread(1), to_last_proxy: spread(1), unseen: 0 };
  const text = terminalReport(scenario(), result({ staleness })).replaceAll(/\s+/g, ' ');
  expect(text).toContain(
    'At p99 a change took 3.00 s to reach a proxy where istiod measures 48.0 ms (99.0 ms on a dashboard',
  );
});

describe('a cold start', () => {
  const cold = (readiness: Partial<ReturnType<typeof result>['readiness']>) => {
    const all = { proxies: 13, ready: 13, first: 0.25, half: 2, percent_99: 4.5, last: 5 };
    return terminalReport(scenario('run: { start: cold }'), result({ readiness: { ...all, ...readiness } }));
  };

  test('says when the first, half, 99 % and all of the proxies had their configuration', () => {
    const text = cold({}).replaceAll(/\s+/g, ' ');
    expect(text).toContain('all 13 proxies configured after 5.00 s (half after 2.00 s); push count 1,510');
    expect(text).toContain(
      'all 13 proxies have their first configuration after 5.00 s: the first after 250 ms, half after 2.00 s, 99 % after 4.50 s',
    );
  });

  test('that ends too early says how many got theirs, and no time for the rest', () => {
    const text = cold({ ready: 7, percent_99: null, last: null }).replaceAll(/\s+/g, ' ');
    expect(text).toContain('7 of 13 proxies got their first configuration in 60 s: the first after 250 ms, half');
    expect(text).not.toContain('99 % after');
  });
});

describe('memory', () => {
  const needing = (memory_bytes_max: number, memory = '') =>
    terminalReport(
      scenario(memory),
      result({ resources: { ...result().resources, memory_bytes_max, memory_limit_bytes: 256 * 2 ** 20 } }),
    ).replaceAll(/\s+/g, ' ');

  test('that suffices is a line', () => {
    expect(needing(128 * 2 ** 20)).toContain(' 128 MiB at the most, 50 % of 256 MiB Debounce');
  });

  test('that does not is said first, and is a threshold that failed', () => {
    expect(needing(1.8 * 2 ** 30)).toContain(
      'OUT OF MEMORY: istiod needs 1.80 GiB and istiod.resources.memory is 256 MiB.',
    );
    expect(needing(1.8 * 2 ** 30)).toMatch(/Thresholds ✗ memory_share <= 100% 720 %/);
  });

  test('may be more than there is where the scenario says so', () => {
    const text = needing(1.8 * 2 ** 30, 'thresholds: ["memory_share < 800%"]');
    expect(text).toMatch(/Thresholds ✓ memory_share < 800% 720 %/);
    expect(text).not.toContain('✗');
  });
});

test('what a Prometheus panel shows stands beside the exact figures', () => {
  const text = terminalReport(scenario(), result());
  expect(text).toMatch(/^ {2}pilot_proxy_convergence_time +16\.0 ms +32\.0 ms +48\.0 ms +64\.0 ms +99\.0 ms +100$/m);
  expect(text).toMatch(/^ {2}a Prometheus panel shows +50\.0 ms +90\.0 ms +99\.0 ms$/m);
});
