import { describe, expect, test } from 'vitest';
import { PHASES } from '../../../src/measure/staleness/phases.js';
import { measured, SMALL_MESH, scenarioOf } from '../../support/measured.js';

describe('the seven phases', () => {
  const { result, recording } = measured(scenarioOf(SMALL_MESH));
  const { staleness } = result;

  test('add up to the staleness', () => {
    expect(staleness.per_proxy.count).toBeGreaterThan(1000);
    const sum = PHASES.reduce((total, phase) => total + staleness.phases[phase].mean, 0);
    expect(sum).toBeCloseTo(staleness.per_proxy.mean, 9);
    for (const phase of PHASES) expect(staleness.phases[phase].count).toBe(staleness.per_proxy.count);
  });

  test('have what the scenario says about watch, wire and Envoy', () => {
    expect(staleness.phases.watch.p50).toBeGreaterThanOrEqual(0.003);
    expect(staleness.phases.wire).toMatchObject({ p50: 0.001, max: 0.001 });
    expect(staleness.phases.envoy.p50).toBeGreaterThanOrEqual(0.002);
    expect(staleness.phases.debounce.p50).toBeGreaterThanOrEqual(0.1);
  });

  test('of a story add up to how long its last proxy took', () => {
    expect(recording.slowest).toHaveLength(10);
    for (const { phases, written, last, first, half, by99 } of recording.slowest) {
      expect(PHASES.reduce((total, phase) => total + phases[phase], 0)).toBe(last - written);
      expect([written, first, half, by99, last]).toEqual([written, first, half, by99, last].sort((a, b) => a - b));
    }
  });
});

test('half of the proxies have a change before 99 % do, and those before the last', () => {
  const { staleness } = measured(scenarioOf(SMALL_MESH, ['istiod.resources.cpu=200m'])).result;
  expect(staleness.to_half.mean).toBeLessThan(staleness.to_99_percent.mean);
  expect(staleness.to_99_percent.mean).toBeLessThanOrEqual(staleness.to_last_proxy.mean);
  expect(staleness.to_last_proxy.max).toBe(staleness.per_proxy.max);
});

test('with a longer debounce the debounce phase grows, and nothing before it', () => {
  const short = measured(scenarioOf(SMALL_MESH)).result.staleness;
  const long = measured(scenarioOf(SMALL_MESH, ['istiod.env.PILOT_DEBOUNCE_AFTER=400ms'])).result.staleness;
  expect(long.phases.debounce.mean).toBeGreaterThan(short.phases.debounce.mean + 0.2);
  expect(long.phases.wire).toEqual({ ...short.phases.wire, count: long.phases.wire.count });
});

test("a pod's own push knows no debounce and no context", () => {
  const scenario = scenarioOf(`
description: One pod becomes ready
istio: "1.17"
mesh: { generate: [{ namespace: shop, name: cart, services: 1, endpoints: 2, proxies: 1 per endpoint }] }
events: [{ at: 1s, proxyUpdate: shop/cart-0 }]
run: { duration: 5s }
`);
  const { staleness, attribution } = measured(scenario).result;
  expect(staleness.per_proxy.count).toBe(1);
  expect(staleness.phases.debounce.max).toBe(0);
  expect(staleness.phases.context.max).toBe(0);
  expect(attribution.trigger[0]).toMatchObject({ label: 'proxy', changes: 1 });
});

test('what happened before the end of the warm-up is not counted, in any measure', () => {
  const whole = measured(scenarioOf(SMALL_MESH));
  const late = measured(scenarioOf(SMALL_MESH, ['run.warmUp=10s']));
  const { metrics, attribution, rounds } = late.result;
  expect(metrics.pilot_xds_pushes.total).toBeLessThan(whole.result.metrics.pilot_xds_pushes.total);
  expect(metrics.pilot_k8s_reg_events.total).toBeLessThan(whole.result.metrics.pilot_k8s_reg_events.total);
  expect(rounds.every(({ at_s }) => at_s >= 10)).toBe(true);
  const messages = attribution.source.reduce((sum, blame) => sum + blame.messages, 0);
  expect(messages).toBeCloseTo(metrics.pilot_xds_pushes.total, 6);
  expect(late.recording.rows[0]?.at).toBe(10e9);
  expect(late.result.fingerprint).toBe(whole.result.fingerprint);
});
