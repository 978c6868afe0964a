/** Whose endpoints a subset has: those with its labels, which endpoints take from Pods or carry themselves. */
import { describe, expect, test } from 'vitest';
import { readyIn } from '../../src/cost/scope-shape.js';
import { SECOND } from '../../src/engine/time.js';
import { assembleWith, simulate } from '../../src/fleet/run.js';
import { SILENT } from '../../src/pipeline/observer.js';
import { warnings } from '../scenario/helpers.js';
import { generationFor } from '../support/generation.js';
import { scenarioOf } from '../support/measured.js';

const applied = (...objects: string[]) => objects.map((one, i) => `{ at: ${i + 1}s, apply: ${one} }`);
const istio = (kind: string, head: string, spec: string) =>
  `{ apiVersion: networking.istio.io/v1, kind: ${kind}, metadata: { ${head} }, spec: ${spec} }`;
const pushes = (version: string, mesh: string, ...events: string[]) =>
  simulate(
    scenarioOf(
      `{ description: Subsets, istio: "${version}", mesh: { ${mesh} }, events: [${events.join(', ')}], run: { duration: 10s } }`,
    ),
  ).metrics.pilot_xds_pushes.by;

describe('subsets', () => {
  const RULE = istio(
    'DestinationRule',
    'name: web, namespace: shop',
    '{ host: web, subsets: [{ name: stable, labels: { v: a } }, { name: canary, labels: { v: b } }] }',
  );
  const WEB = (endpoints: string) =>
    `services: [{ name: web, namespace: shop, endpoints: ${endpoints} }], proxies: [{ name: client, namespace: shop }]`;
  /** Ready endpoints of the service and of its subsets, as its proxies are told them at the end. */
  const readyAtEnd = (mesh: string, ...events: string[]) => {
    const scenario = scenarioOf(
      `{ description: Subsets, mesh: { ${mesh}, resources: [${RULE}] }, events: [${events.join(', ')}], run: { duration: 10s } }`,
    );
    const { mesh: held, sim } = assembleWith(scenario, {
      replication: 0,
      trace: undefined,
      observerOf: () => SILENT,
    });
    sim.run(10 * SECOND);
    const { watched } = generationFor(held, held.proxies[0]!, 'eds');
    return [...watched!].map((name) => readyIn(name, watched, held));
  };
  const pod = (name: string, version: string, ip: string, account = 'default') =>
    `{ apiVersion: v1, kind: Pod, metadata: { name: ${name}, namespace: shop, labels: { app: web, v: ${version} } }, spec: { serviceAccountName: ${account} }, status: { podIP: ${ip} } }`;
  const slice = (...pods: string[]) =>
    `{ apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: { name: web-1, namespace: shop, labels: { kubernetes.io/service-name: web } }, endpoints: [${pods.map((name, i) => `{ addresses: [10.0.0.${i + 1}], targetRef: { kind: Pod, name: ${name} } }`).join(', ')}] }`;
  const PODS = `${slice('web-a', 'web-b')}, ${pod('web-a', 'a', '10.0.0.1')}, ${pod('web-b', 'b', '10.0.0.2')}`;

  test('are the endpoints that have their labels: with none of them left a subset is empty', () => {
    const labelled = WEB('[{ count: 2, labels: { v: a } }, { count: 2, labels: { v: b, x: y } }]');
    expect(readyAtEnd(labelled)).toEqual([4, 2, 2]);
    const scaled = '{ at: 1s, endpoints: { services: shop/web, ready: 0, labels: { v: a } } }';
    expect(readyAtEnd(labelled, scaled)).toEqual([2, 0, 2]);
    // Which ones went is not said: of each as many as it had a share.
    expect(readyAtEnd(labelled, '{ at: 1s, endpoints: { services: shop/web, ready: 2 } }')).toEqual([2, 1, 1]);
  });

  test('share the endpoints evenly where nothing says their labels, which is told once', () => {
    expect(readyAtEnd(WEB('4'))).toEqual([4, 2, 2]);
    expect(warnings(`mesh: { ${WEB('4')}, resources: [${RULE}] }`)).toEqual([
      expect.stringContaining('[limit subset-endpoints]'),
    ]);
    expect(warnings(`mesh: { ${WEB('[{ count: 4, labels: { v: a } }]')}, resources: [${RULE}] }`)).toEqual([]);
  });

  test('of a Service take the labels of Pods, of a ServiceEntry those that it lists', () => {
    const mesh = WEB('0').replace('services', `resources: [${RULE}, ${PODS}], services`);
    expect(
      readyAtEnd(mesh.replace(`resources: [${RULE}, ${PODS}], `, ''), ...applied(PODS.replace(/^/, '[').concat(']'))),
    ).toEqual([2, 1, 1]);
    const entry = istio(
      'ServiceEntry',
      'name: web, namespace: shop',
      '{ hosts: [web.shop.svc.cluster.local], resolution: STATIC, ports: [{ number: 80, name: http, protocol: HTTP }], endpoints: [{ address: 1.1.1.1, labels: { v: a } }, { address: 1.1.1.2, labels: { v: a } }, { address: 1.1.1.3, labels: { v: b } }] }',
    );
    expect(readyAtEnd('proxies: [{ name: client, namespace: shop }]', ...applied(entry))).toEqual([3, 2, 1]);
  });

  const CLUSTER = `services: [{ name: web, namespace: shop }], proxies: [{ name: client, namespace: shop }], resources: [${RULE}, ${PODS}]`;
  test.each([
    ['1.21', {}],
    ['1.22', { eds: 1 }],
    ['1.30', { eds: 1 }],
  ])(
    'a Pod with other labels pushes the endpoints of the services that select it since 1.22 (%s)',
    (version, messages) => {
      expect(pushes(version, CLUSTER, ...applied(pod('web-a', 'b', '10.0.0.1')))).toEqual(messages);
      // Nothing that endpoints have is other.
      expect(pushes(version, CLUSTER, ...applied(pod('web-a', 'a', '10.0.0.1')))).toEqual({});
    },
  );

  test('what was applied of Kubernetes can be deleted: a slice takes its endpoints away, a Pod by itself nothing', () => {
    const gone = (kind: string, name: string) =>
      `{ at: 3s, delete: { kind: ${kind}, name: ${name}, namespace: shop } }`;
    expect(pushes('1.30', CLUSTER, gone('EndpointSlice', 'web-1'))).toEqual({ eds: 1 });
    expect(pushes('1.30', CLUSTER, gone('Pod', 'web-a'))).toEqual({});
  });

  test('a Pod with another service account is a full push when it becomes an endpoint', () => {
    const other = pod('web-c', 'a', '10.0.0.3', 'other');
    const messages = pushes('1.30', CLUSTER, ...applied(other, slice('web-a', 'web-b', 'web-c')));
    expect(messages).toEqual({ cds: 1, eds: 1, lds: 1, rds: 1 });
    expect(
      pushes('1.30', CLUSTER, ...applied(pod('web-c', 'a', '10.0.0.3'), slice('web-a', 'web-b', 'web-c'))),
    ).toEqual({ eds: 1 });
  });
});

// f07 of a family: what a release does may have come with a patch of it.
describe('ten annotations in a burst on one VirtualService', () => {
  const MESH = 'generate: [{ namespace: shop, services: 2, endpoints: 1, proxies: 12, virtualServices: 2 }]';
  const BURST =
    '{ at: 5s, update: { kind: VirtualService, target: shop/svc-0, change: metadata }, repeat: 10, every: 60ms }';

  test.each([
    ['1.29.6', {}],
    ['1.30.0', { cds: 12, lds: 12, rds: 12 }],
    ['1.30.2', { cds: 12, lds: 12, rds: 12 }],
    ['1.30.3', {}],
    ['1.30', {}],
    ['1.31', {}],
  ])('push to everybody in 1.30.0 to 1.30.2 alone (%s)', (version, messages) => {
    expect(pushes(version, MESH, BURST)).toEqual(messages);
  });
});
