import { expect, test } from 'vitest';
import { simulate } from '../../../src/fleet/run.js';
import { describeIssue } from '../../../src/scenario/document/issues.js';
import { parseScenario } from '../../../src/scenario/load.js';
import { resolvedYaml } from '../../../src/scenario/resolve/resolved-yaml.js';
import type { Scenario } from '../../../src/scenario/scenario.js';

const TEXT = `
name: features
description: external services, DNS capture, drawn endpoints, a contended lock
istio: "1.30"
mesh:
  generate: [{ namespace: shop, services: 2, endpoints: 1, proxies: 1 per endpoint, dnsCapture: true }]
  proxies: [{ name: other, namespace: shop, dnsCapture: true }]
  resources:
    - apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: { name: api, namespace: egress }
      spec:
        hosts: [api.example.com]
        ports: [{ number: 443, name: tls, protocol: TLS }]
        resolution: STATIC
        endpoints: [{ address: 192.0.2.1 }]
events:
  - { at: 1s, repeat: 50, every: 1s, endpoints: { services: egress/api.example.com, ready: 1..3 } }
  - { at: 60s, create: [ServiceEntry, KubernetesGateway, HTTPRoute], namespace: shop, named: new }
costs: { lockContention: true }
run: { duration: 70s }
`;

function parse(text: string): Scenario {
  const parsed = parseScenario(text, { file: 'features.yaml' });
  if (!parsed.ok) throw new Error(parsed.issues.map(describeIssue).join('\n'));
  return parsed.scenario;
}

test('what was resolved reads back to the same scenario', () => {
  const scenario = parse(TEXT);
  expect(parse(resolvedYaml(scenario))).toEqual(scenario);
});

test('events reach the hosts of a ServiceEntry, and objects of all three kinds become services, gateways and routes', () => {
  const { metrics } = simulate(parse(TEXT));
  const { by } = metrics.pilot_inbound_updates;
  // 50 draws; a draw of the number there is already is no event of endpoints. Then one new entry.
  expect(by.eds).toBeGreaterThan(25);
  expect(by.eds).toBeLessThan(50);
  expect(by.svc).toBe(1);
  expect(metrics.pilot_xds_pushes.by.nds).toBeGreaterThan(0);
});

test.each(['3..1', '2..2', '1..', '1...3'])('%s is no range of endpoints', (ready) => {
  const parsed = parseScenario(TEXT.replace('1..3', `"${ready}"`), { file: 'features.yaml' });
  expect(parsed.ok).toBe(false);
});
