/** istiod's gauges: what they count, and from when on. */
import { describe, expect, test } from 'vitest';
import { exposedFamilies } from '../../../src/report/files/exposition.js';
import { VERSIONS } from '../../support/bench.js';
import { measured, scenarioOf } from '../../support/measured.js';

/** Twice public, once for its own namespace, once for another, once for nobody, and three services of the shop. */
const entry = (name: string, exportTo: string) =>
  `{ apiVersion: networking.istio.io/v1, kind: ServiceEntry, metadata: { name: ${name}, namespace: egress }, spec: { hosts: [${name}.example.com], exportTo: [${exportTo}], ports: [{ number: 443, name: tls, protocol: TLS }], resolution: DNS } }`;
const MESH = `
description: Services exported to some
mesh:
  generate:
    - { namespace: shop, services: 3, endpoints: 2, proxies: 1 per endpoint, virtualServices: 2 }
  resources:
    - ${entry('everyone', '"*"')}
    - ${entry('more', '"*", other')}
    - ${entry('own', '.')}
    - ${entry('named', 'egress')}
    - ${entry('others', 'other')}
    - ${entry('nobody', '"~"')}
`;

/** The course of a gauge that has one series. */
function course(name: string, version: string, rest: string, ...sets: readonly string[]): readonly number[] {
  const { recording } = measured(scenarioOf(`${MESH}istio: "${version}"\n${rest}`, sets));
  const series = exposedFamilies(recording)
    .flatMap(({ groups }) => groups.flat())
    .filter((one) => one.name === name);
  expect(series.length).toBe(1);
  return series[0]!.values;
}

const forced = 'events: [{ at: 1s, forcedPush: true }]\nrun: { duration: 3s }';

describe('pilot_services', () => {
  test('leaves out what is exported to other namespaces only in 1.17', () => {
    expect(course('pilot_services', '1.17', forced).at(-1)).toBe(3 + 4);
  });

  test.each(['1.30', '1.32-dev'])('counts in %s all services but those for nobody', (version) => {
    expect(course('pilot_services', version, forced).at(-1)).toBe(3 + 5);
  });

  test.each(VERSIONS)('is in %s what the last context was made of, not what the registry has by now', (version) => {
    const create =
      'costs: { context: 2s }\nevents: [{ at: 1s, forcedPush: true }, { at: 2s, create: [Service], namespace: shop }]\nrun: { duration: 10s }';
    const before = course('pilot_services', version, forced).at(-1);
    const values = course('pilot_services', version, create);
    // The first context is built from 1.1 s to 3.1 s, the second, with the new service, until 5.1 s.
    expect([values[4], values.at(-1)]).toEqual([before, (before ?? 0) + 1]);
  });
});

describe('gauges', () => {
  const QUIET = 'run: { duration: 3s }';

  test.each(VERSIONS)(
    'tell in %s of services, routes and proxies from the start, before anything is pushed',
    (version) => {
      const services = version === '1.17' ? 7 : 8;
      expect(course('pilot_services', version, QUIET)).toEqual([services, services, services, services]);
      expect(course('pilot_virt_services', version, QUIET)).toEqual([2, 2, 2, 2]);
      expect(course('pilot_xds', version, QUIET)).toEqual([6, 6, 6, 6]);
    },
  );

  test('tell of the proxies of a cold start when they have connected', () => {
    const values = course('pilot_xds', '1.30', 'run: { duration: 3s, start: cold }');
    expect([values[0], values.at(-1)]).toEqual([0, 6]);
  });

  test('of the warm-up hold after it, while what was counted in it is gone', () => {
    const events = [
      '{ at: 1s, create: [Service, VirtualService], namespace: shop }',
      '{ at: 500ms, reject: { proxies: shop/*, types: [lds], for: 3s } }',
    ].join(', ');
    const late = `events: [${events}]\nrun: { duration: 8s, warmUp: 5s }`;
    expect(course('pilot_services', '1.30', late)).toEqual([9, 9, 9, 9]);
    expect(course('pilot_virt_services', '1.30', late)).toEqual([3, 3, 3, 3]);
    const { recording, result } = measured(scenarioOf(`${MESH}istio: "1.30"\n${late}`));
    const gauges = exposedFamilies(recording)
      .flatMap(({ groups }) => groups.flat())
      .filter(({ name }) => name === 'pilot_xds_lds_reject');
    expect(gauges.map(({ values }) => values)).toEqual(Array(6).fill([1, 1, 1, 1]));
    expect(result.metrics.pilot_total_xds_rejects.total).toBe(0);
    expect(result.metrics.pilot_pushcontext_init_seconds.count).toBe(0);
  });
});
