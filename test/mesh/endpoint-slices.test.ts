/** What a write of a slice is worth, change by change of one address, as istiod 1.30.3 was seen to act. */
import { describe, expect, test } from 'vitest';
import { EndpointSlices } from '../../src/mesh/services/endpoint-slices.js';
import { sliceOf } from '../../src/mesh/services/kubernetes.js';
import type { SliceSpec } from '../../src/mesh/spec.js';

type Health = 'absent' | 'unready' | 'ready' | 'terminating, serving' | 'terminating';

const CONDITIONS: Readonly<Record<Exclude<Health, 'absent'>, object>> = {
  unready: { ready: false, serving: false, terminating: false },
  ready: { ready: true, serving: true, terminating: false },
  'terminating, serving': { ready: false, serving: true, terminating: true },
  terminating: { ready: false, serving: false, terminating: true },
};

function slice(health: Health, name = 'till-abc12'): SliceSpec {
  const endpoint = { addresses: ['10.1.0.9'], targetRef: { kind: 'Pod', name: 'till-new' } };
  const steady = { addresses: ['10.1.0.1'], targetRef: { kind: 'Pod', name: 'till-old' }, conditions: {} };
  const content = {
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080 }],
    endpoints: health === 'absent' ? [steady] : [steady, { ...endpoint, conditions: CONDITIONS[health] }],
  };
  const labels = { 'kubernetes.io/service-name': 'till' };
  return sliceOf({ namespace: 'bakery', name, labels, annotations: {}, content })!;
}

describe('one address of a slice', () => {
  const steps: readonly [from: Health, to: Health, changed: boolean, ready: number][] = [
    ['absent', 'unready', false, 1],
    ['unready', 'ready', true, 2],
    ['ready', 'unready', true, 1],
    ['ready', 'terminating, serving', true, 1],
    ['terminating, serving', 'terminating', false, 1],
    ['terminating', 'absent', true, 1],
    ['absent', 'ready', true, 2],
    ['ready', 'ready', false, 2],
  ];
  test.each(steps)('from %s to %s: changed %s, %i ready', (from, to, changed, ready) => {
    const slices = new EndpointSlices([slice(from)]);
    expect(slices.write(slice(to))).toEqual({ service: 'till', changed, ready, attributesOnly: false });
  });
});

describe('the slices of a service', () => {
  test('one address swapped for another is a change, though as many are ready', () => {
    const before = slice('ready');
    const slices = new EndpointSlices([before]);
    const other = { ...before.endpoints[1]!, id: 'till-other' };
    expect(slices.write({ ...before, endpoints: [before.endpoints[0]!, other] })).toMatchObject({
      changed: true,
      ready: 2,
    });
  });

  test('a pod in the slices of two address families is one endpoint', () => {
    const slices = new EndpointSlices([slice('ready'), slice('ready', 'till-ipv6')]);
    expect(slices.ready('bakery', 'till')).toBe(2);
  });

  test('an endpoint whose Pod is gone counts for nothing from the next write on', () => {
    const slices = new EndpointSlices([slice('terminating')]);
    slices.podIsThere('bakery', 'till-new', false);
    expect(slices.write(slice('terminating'))).toMatchObject({ changed: true, ready: 1 });
    expect(slices.write(slice('absent'))).toMatchObject({ changed: false });
  });

  test('deleting a slice takes its endpoints', () => {
    const slices = new EndpointSlices([slice('ready')]);
    expect(slices.delete('bakery', 'till-abc12')).toEqual({
      service: 'till',
      ready: 0,
      changed: true,
      attributesOnly: false,
    });
    expect(slices.delete('bakery', 'till-abc12')).toBeUndefined();
  });

  test('of other zones alone have changed in their attributes', () => {
    const before = slice('ready');
    const slices = new EndpointSlices([before]);
    const moved = before.endpoints.map((endpoint) => ({ ...endpoint, attributes: 'b' }));
    expect(slices.write({ ...before, endpoints: moved })).toMatchObject({ changed: true, attributesOnly: true });
  });

  const pod = (name: string, version: string, address: string) => ({
    namespace: 'bakery',
    name,
    labels: { version },
    account: `of-${version}`,
    addresses: [address],
  });

  test('have the labels and accounts of their Pods, by name or by address, once all of those are known', () => {
    const slices = new EndpointSlices([slice('ready')], [pod('till-old', 'v1', '10.1.0.1')]);
    expect(slices.endpointsOf('bakery', 'till')).toEqual({ ready: 2 });
    slices.putPod(pod('till-by-address', 'v2', '10.1.0.9'));
    expect(slices.endpointsOf('bakery', 'till')).toEqual({
      ready: 2,
      labelled: [
        { labels: { version: 'v1' }, ready: 1 },
        { labels: { version: 'v2' }, ready: 1 },
      ],
      accounts: 'of-v1,of-v2',
    });
  });
});
