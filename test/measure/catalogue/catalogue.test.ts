import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../../src/measure/catalogue/catalogue.js';
import { findMeasure } from '../../../src/measure/catalogue/find.js';
import { COUNTERS, DISTRIBUTIONS } from '../../../src/measure/catalogue/metrics.js';
import { parseThreshold } from '../../../src/scenario/resolve/thresholds.js';
import { measured, SMALL_MESH, scenarioOf } from '../../support/measured.js';

const { result } = measured(scenarioOf(SMALL_MESH));
const LIMITS = { seconds: '1s', bytes: '1Mi', share: '50%', number: '5' } as const;

function value(name: string): number | null {
  const found = findMeasure(name);
  if (!found.ok) throw new Error(`${name}: ${found.expected}`);
  return found.measure.read(result);
}

describe('the catalogue', () => {
  test('has every metric of the result', () => {
    expect(Object.keys({ ...COUNTERS, ...DISTRIBUTIONS })).toEqual(
      expect.arrayContaining([...Object.keys(result.metrics), 'staleness', 'staleness_to_last']),
    );
  });

  test.each([...CATALOGUE.values()])(
    '$name is found by its name, says what it is, and may be a threshold',
    (measure) => {
      expect(findMeasure(measure.name)).toEqual({ ok: true, measure });
      expect(measure.says).toMatch(/^\S.*[^.]$/);
      expect(parseThreshold(`${measure.name} < ${LIMITS[measure.unit]}`)).toMatchObject({ ok: true });
      const number = measure.read(result);
      expect(number === null || Number.isFinite(number)).toBe(true);
    },
  );

  test.each(['__proto__', 'constructor', 'staleness.__proto__', 'staleness{__proto__=a}.p99', 'toString.p99'])(
    'knows no %s',
    (name) => {
      expect(findMeasure(name).ok).toBe(false);
    },
  );

  test.each(['__proto__', 'constructor', 'toString'])(
    'has nothing to measure of a group that is called %s',
    (group) => {
      expect(value(`staleness{group=${group}}.p99`)).toBeNull();
      expect(value(`bytes{group=${group}}.total`)).toBe(0);
    },
  );
});

describe('measures by label', () => {
  const sum = (names: readonly string[]) => names.reduce((total, name) => total + (value(name) ?? 0), 0);
  const groups = [...Array.from({ length: 10 }, (_, i) => `shop/svc-${i}`), 'istio-system/istio-ingressgateway'];

  test.each([
    ['source', ['pods', 'routes']],
    ['kind', ['EndpointSlice', 'VirtualService']],
    ['namespace', ['shop']],
    ['group', groups],
  ])('staleness by %s: the samples of all labels are all samples', (label, labels) => {
    expect(sum(labels.map((each) => `staleness{${label}=${each}}.count`))).toBe(result.staleness.per_proxy.count);
    const means = labels.map(
      (each) => (value(`staleness{${label}=${each}}.mean`) ?? 0) * (value(`staleness{${label}=${each}}.count`) ?? 0),
    );
    const mean = means.reduce((a, b) => a + b, 0) / result.staleness.per_proxy.count;
    expect(mean).toBeCloseTo(result.staleness.per_proxy.mean, 9);
  });

  test('messages and bytes: those of all groups and types are all', () => {
    const types = ['cds', 'eds', 'lds', 'rds'];
    expect(sum(types.map((type) => `messages.${type}.total`))).toBe(result.metrics.pilot_xds_pushes.total);
    expect(sum(types.map((type) => `bytes.${type}.total`))).toBe(result.resources.bytes_sent);
    expect(sum(groups.map((group) => `messages{group=${group}}.total`))).toBe(result.metrics.pilot_xds_pushes.total);
    for (const type of types) {
      const cells = groups.map((group) => `{group=${group},type=${type}}`);
      expect(sum(cells.map((cell) => `messages${cell}.total`))).toBe(result.metrics.pilot_xds_pushes.by[type]);
      expect(sum(cells.map((cell) => `bytes${cell}.total`))).toBe(value(`bytes.${type}.total`));
      const largest = cells.map((cell) => value(`bytes${cell}.max`) ?? 0);
      expect(Math.max(...largest)).toBe(value(`bytes.${type}.max`));
    }
  });

  test('a group has as many proxies as pods', () => {
    expect(result.traffic.groups['shop/svc-3']?.proxies).toBe(4);
    expect(result.traffic.groups['istio-system/istio-ingressgateway']?.proxies).toBe(2);
  });

  test('counters by the labels of their metric', () => {
    expect(value('pilot_xds_pushes{type=eds}.total')).toBe(result.metrics.pilot_xds_pushes.by.eds);
    expect(value('pilot_k8s_cfg_events{type=VirtualService,event=update}.total')).toBe(6);
    expect(value('pilot_k8s_cfg_events{event=update,type=VirtualService}.total')).toBe(6);
    expect(value('pilot_k8s_cfg_events{type=Gateway,event=add}.total')).toBe(0);
  });
});
