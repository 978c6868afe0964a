import { parse as parseYaml } from 'yaml';
import { describeIssue } from '../../src/scenario/document/issues.js';
import { type ParseOptions, parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';

/** The scenario in a text that must be right; `description` is added. */
export function load(yaml: string, options: ParseOptions = {}): Scenario {
  const parsed = parseScenario(`description: A test\n${yaml}`, { file: 'test.yaml', ...options });
  if (!parsed.ok) throw new Error(parsed.issues.map(describeIssue).join('\n'));
  return parsed.scenario;
}

/** The problems of a text that must be wrong, one line each; `description` is added as line 1. */
export function problems(yaml: string, options: ParseOptions = {}): string[] {
  return problemsOf(`description: A test\n${yaml}`, options);
}

/** The problems of a text as it stands. */
export function problemsOf(text: string, options: ParseOptions = {}): string[] {
  const parsed = parseScenario(text, { file: 'test.yaml', ...options });
  return parsed.ok ? [] : parsed.issues.map(describeIssue);
}

export function warnings(yaml: string): string[] {
  return parseScenario(`description: A test\n${yaml}`, { file: 'test.yaml' }).warnings.map(describeIssue);
}

/** Every key of the grammar at least once. */
export const EVERYTHING = `
description: Every key of the grammar at least once
istio: "1.17"
istiod:
  resources: { cpu: 1500m, memory: 2Gi }
  env: { PILOT_DEBOUNCE_AFTER: 2500ms, PILOT_PUSH_THROTTLE: 100, PILOT_ENABLE_EDS_DEBOUNCE: true, GOGC: 50 }
  xds: delta
  replicas: 1
mesh:
  rootNamespace: istio-system
  discoverySelectors: [{ matchLabels: { env: prod } }]
  namespaces: [{ name: shop, labels: { env: prod } }]
  generate:
    - { namespace: shop, name: svc, services: 2, endpoints: 3, ports: [http, { name: grpc-api, number: 9000 }], resolution: headless,
        exportTo: ["."], proxies: 1 per endpoint, virtualServices: 2, destinationRules: 1, gateways: 1, gatewaySelector: { istio: edge } }
    - { namespace: crowd, copies: 2, name: solo, services: 1, proxies: 2 per service }
    - { namespace: shop, name: batch, proxies: 4 }
    - { gateway: istio-ingressgateway, namespace: istio-system, proxies: 2, labels: { istio: edge } }
  proxies:
    - { name: edge, namespace: shop, type: waypoint, labels: { a: b }, count: 2, service: shop/cart }
    - { name: outside, namespace: shop, service: api.example.com }
  services: [{ name: cart, namespace: shop, ports: [tcp], endpoints: 2, resolution: dns, exportTo: [shop], host: cart.example.com }]
  resources:
    - apiVersion: networking.istio.io/v1beta1
      kind: Sidecar
      metadata: { name: default, namespace: istio-system, labels: { a: b }, annotations: { c: d } }
      spec: { egress: [{ hosts: ["./*", "istio-system/*"] }] }
    - apiVersion: networking.istio.io/v1
      kind: ServiceEntry
      metadata: { name: api, namespace: shop }
      spec: { hosts: [api.example.com] }
    - { apiVersion: v1, kind: Secret, metadata: { name: cert, namespace: shop }, type: Opaque, data: { a: Yg== } }
    - { apiVersion: gateway.networking.k8s.io/v1, kind: GatewayClass, metadata: { name: istio }, spec: {} }
events:
  - { at: 0s, create: [Gateway, Service, VirtualService], repeat: 10, every: 2.5s, spacing: 20ms, namespace: default, named: app,
      ports: [http], endpoints: 1, gatewaySelector: { istio: edge } }
  - { poisson: 3/s, from: 1s, until: 60s, endpoints: { services: any, ready: +1/-1 } }
  - { poisson: 90/m, endpoints: { services: shop/*, ready: +1 } }
  - { at: 5s, endpoints: { services: shop/cart, ready: 4 }, name: scale-up }
  - { at: 6s, endpoints: { services: each, ready: -2 } }
  - { at: 1s, repeat: 300, every: 101ms, update: { kind: VirtualService, target: any, change: status } }
  - { at: 1s, delete: { kind: DestinationRule, target: shop/svc-0 } }
  - { at: 1s, delete: { kind: DestinationRule, name: cart, namespace: shop } }
  - at: 7s
    spacing: 20ms
    apply:
      - apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: { name: cart, namespace: shop }
        spec: { host: cart, subsets: [{ name: v2, labels: { version: v2 } }] }
  - { at: 3s, reject: { proxies: shop/edge, types: [lds, rds], for: 30s } }
  - { at: 1s, proxyUpdate: shop/edge-1 }
  - { at: 1s, forcedPush: true }
costs:
  context: 10ms
  proxyState: { constant: 100us }
  generate:
    cds: { exponential: 500us }
    eds: { uniform: { min: 1ms, max: 2ms } }
    lds: { lognormal: { median: 1ms, sigma: 0.5 } }
    rds: { normal: { mean: 2ms, sigma: 1ms } }
    nds: { pareto: { min: 1ms, shape: 2.5 } }
    sds: { weibull: { scale: 1ms, shape: 2 } }
    ecds: { empirical: [1ms, 2ms, 9ms] }
  bytes: { cds: 200Ki, eds: 60Ki, lds: 10Ki, rds: 100Ki, nds: 1Ki, sds: 1000, ecds: 0 }
  network: 1ms
  watch: 5ms
  envoyApply: 2ms
run: { kind: steady-state, duration: 2m, warmUp: 10s, seed: 0007, replications: 10, start: cold }
thresholds: [ "staleness.p99 < 2s", "pilot_xds_pushes.total <= 510", "pilot_xds_config_size_bytes.max < 4Mi", "pilot_debounce_time.count > 3" ]
`;

/** A plain copy of a scenario text, for mutation. */
export function dataOf(text: string): unknown {
  return parseYaml(text);
}
