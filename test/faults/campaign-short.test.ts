/** A short campaign: scenarios and resource specs made from the grammar; a long one runs by hand. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';

const word = fc.constantFrom('cart', 'pay', 'shop', '*', 'mesh', '', '\u001b[2J', 'x/../y', '__proto__', '1.1.1.1');
const leaf = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null));
const FIELDS = [
  'hosts',
  'host',
  'http',
  'route',
  'destination',
  'delegate',
  'name',
  'namespace',
  'gateways',
  'servers',
  'port',
];
const MORE = [
  'tls',
  'credentialNames',
  'subsets',
  'labels',
  'endpoints',
  'ports',
  'workloadSelector',
  'egress',
  'parentRefs',
];
const { spec } = fc.letrec<{ spec: unknown }>((tie) => ({
  spec: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('spec'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...FIELDS, ...MORE, 'spec', 'kind'), tie('spec'), { maxKeys: 5 }),
  ),
}));
const KINDS = ['VirtualService', 'DestinationRule', 'Gateway', 'ServiceEntry', 'WorkloadEntry', 'Sidecar'];
const object = fc.record({
  apiVersion: fc.constant('networking.istio.io/v1'),
  kind: fc.constantFrom(...KINDS),
  metadata: fc.record({ name: fc.constantFrom('a', 'b'), namespace: fc.constantFrom('shop', 'data', null) }),
  spec,
});

describe('whatever the content of an object', () => {
  test('it is refused with a place, or simulated', () => {
    fc.assert(
      fc.property(
        fc.array(object, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('1.17', '1.30'),
        (objects, istio) => {
          const events = objects.map((apply, i) => ({ at: `${i * 300}ms`, apply }));
          const mesh = { generate: [{ namespace: 'shop', name: 'cart', services: 1, proxies: '1 per endpoint' }] };
          const text = JSON.stringify({ description: 'a', istio, mesh, events, run: { duration: '2s' } });
          const parsed = parseScenario(text, { file: 'a.yaml' });
          if (parsed.ok) expect(simulate(parsed.scenario).fingerprint).not.toBe('');
          else for (const issue of parsed.issues) expect(issue.line).toBeGreaterThan(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
