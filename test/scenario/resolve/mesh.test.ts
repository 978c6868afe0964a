import { describe, expect, test } from 'vitest';
import { load, problems, warnings } from '../helpers.js';

const mesh = (yaml: string) => load(`mesh:\n${yaml.replace(/^/gm, '  ')}`).mesh;

describe('generated services', () => {
  test('are numbered, with ports of their own and a sidecar for each endpoint', () => {
    const { services, proxies } = mesh(
      'generate: [{ namespace: shop, services: 2, endpoints: 3, proxies: 1 per endpoint }]',
    );
    expect(services).toEqual(
      ['svc-0', 'svc-1'].map((name) => ({
        name,
        namespace: 'shop',
        host: `${name}.shop.svc.cluster.local`,
        ports: [{ name: 'http', number: 8080, protocol: 'http' }],
        resolution: 'client',
        exportTo: [],
        endpoints: 3,
        selector: { app: name },
      })),
    );
    expect(proxies[0]).toEqual({
      name: 'svc-0',
      namespace: 'shop',
      type: 'sidecar',
      labels: { app: 'svc-0' },
      count: 3,
      service: 'svc-0.shop.svc.cluster.local',
    });
  });

  test('are not numbered when there is one', () => {
    expect(mesh('generate: [{ namespace: shop, name: cart, services: 1 }]').services.map(({ name }) => name)).toEqual([
      'cart',
    ]);
  });

  test('repeat in numbered namespaces', () => {
    const { services, namespaces } = mesh('generate: [{ namespace: team, copies: 2, name: api, services: 1 }]');
    expect(services.map(({ host }) => host)).toEqual(['api.team-0.svc.cluster.local', 'api.team-1.svc.cluster.local']);
    expect(namespaces.map(({ name }) => name)).toEqual(['istio-system', 'team-0', 'team-1']);
  });

  test('number their ports from 8080 around those that are given', () => {
    const { services } = mesh(
      'generate: [{ namespace: a, services: 1, ports: [http, { name: grpc-x, number: 8081 }, tcp, http] }]',
    );
    expect(services[0]!.ports.map((port) => `${port.name} ${port.number} ${port.protocol}`)).toEqual([
      'http 8080 http',
      'grpc-x 8081 grpc',
      'tcp 8082 tcp',
      'http-2 8083 http',
    ]);
  });

  test('have sidecars per service or for themselves', () => {
    const { proxies } = mesh(
      'generate: [{ namespace: a, services: 2, endpoints: 9, proxies: 2 per service }, { namespace: b, name: batch, proxies: 7 }]',
    );
    expect(proxies.map(({ name, count, service }) => [name, count, service !== undefined])).toEqual([
      ['svc-0', 2, true],
      ['svc-1', 2, true],
      ['batch-client', 7, false],
    ]);
  });

  test('have routes for the first of them, bound to the gateways there are', () => {
    const { configs } = mesh(
      'generate: [{ namespace: a, services: 3, virtualServices: 2, destinationRules: 1, gateways: 1 }]',
    );
    expect(configs.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'VirtualService svc-0',
      'DestinationRule svc-0',
      'VirtualService svc-1',
      'Gateway svc-gateway-0',
    ]);
    expect(configs[0]!.spec).toMatchObject({ gateways: ['a/svc-gateway-0', 'mesh'] });
    expect(configs[2]!.spec).not.toHaveProperty('gateways');
    expect(configs[3]!.spec).toMatchObject({ selector: { istio: 'ingressgateway' } });
  });

  test('refuse more routes than services, two of a name, and impossible numbers', () => {
    expect(problems('mesh: { generate: [{ namespace: a, services: 1, virtualServices: 2 }] }')).toEqual([
      'test.yaml:2:66: mesh.generate[0].virtualServices: expected at most one per service, and there is 1, found 2',
    ]);
    expect(problems('mesh: { generate: [{ namespace: a, services: 1 }, { namespace: a, services: 1 }] }')).toEqual([
      'test.yaml:2:51: mesh.generate[1]: there are two of service a/svc (give one of the groups another name)',
    ]);
    expect(problems('mesh: { generate: [{ namespace: a, copies: 100000, services: 100000 }] }')).toEqual([
      'test.yaml:2:20: mesh.generate[0]: the mesh has more than 300000 objects',
    ]);
  });
});

test('a gateway has the label its chart would give it', () => {
  expect(mesh('generate: [{ gateway: istio-egressgateway }]').proxies).toEqual([
    {
      name: 'istio-egressgateway',
      namespace: 'istio-system',
      type: 'gateway',
      labels: { istio: 'egressgateway' },
      count: 1,
    },
  ]);
});

test('a misspelt gateway group is told about the gateway', () => {
  expect(problems('mesh: { generate: [{ gatway: istio-ingressgateway }] }')).toContain(
    'test.yaml:2:22: mesh.generate[0].gatway: unknown key (did you mean gateway?)',
  );
});

describe('proxies by hand', () => {
  test('name their service by name or host', () => {
    const { proxies } = mesh(
      'services: [{ name: cart, namespace: shop }]\n' +
        'proxies: [{ name: a, namespace: shop, service: shop/cart }, { name: b, namespace: shop, service: cart.shop.svc.cluster.local }]',
    );
    expect(proxies.map(({ service }) => service)).toEqual(Array(2).fill('cart.shop.svc.cluster.local'));
  });

  test('of a service that does not exist are refused with the nearest one', () => {
    expect(
      problems(
        'mesh:\n  services: [{ name: cart, namespace: shop }]\n  proxies: [{ name: a, namespace: shop, service: shop/crat }]',
      ),
    ).toEqual([
      'test.yaml:4:50: mesh.proxies[0].service: expected a service of the mesh, found "shop/crat" (did you mean shop/cart?)',
    ]);
  });
});

describe('Istio objects', () => {
  const sidecar =
    'apiVersion: networking.istio.io/v1beta1\nkind: Sidecar\nmetadata: { name: default }\nspec: { egress: [] }';
  const files: Record<string, string> = {
    'dir/objects.yaml': `${sidecar}\n---\n---\napiVersion: v1\nkind: List\nitems:\n- ${sidecar.replace('default', 'other').replaceAll('\n', '\n  ')}\n`,
    'dir/bad.yaml': `${sidecar}\n---\n${sidecar.replace('Sidecar', 'Sidecr')}\n`,
  };
  const options = {
    file: 'dir/test.yaml',
    readFile: (path: string) => {
      const text = files[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  };

  test('keep their spec as it is and live in "default" unless they say', () => {
    expect(mesh(`resources:\n- ${sidecar.replaceAll('\n', '\n  ')}`).configs).toEqual([
      { kind: 'Sidecar', namespace: 'default', name: 'default', labels: {}, spec: { egress: [] } },
    ]);
  });

  test('come from files beside the scenario, several documents and kubectl lists included', () => {
    const { mesh } = load('mesh: { resources: [{ file: objects.yaml }] }', options);
    expect(mesh.configs.map(({ name }) => name)).toEqual(['default', 'other']);
  });

  test('are refused at their place in their own file', () => {
    expect(problems('mesh: { resources: [{ file: bad.yaml }, { file: none.yaml }] }', options)).toEqual([
      'dir/bad.yaml:7:7: kind: expected a kind that istiod watches, found "Sidecr" (did you mean Sidecar?)',
      'dir/test.yaml:2:49: mesh.resources[1].file: the file none.yaml cannot be read (no such file)',
    ]);
  });

  test.each([
    ['{ apiVersion: v2, kind: Sidecar, metadata: { name: a } }', 'expected networking.istio.io/v1 for a Sidecar'],
    ['{ kind: Sidecar, metadata: { name: a } }', 'apiVersion: missing'],
    ['{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { nam: a } }', 'metadata.name: missing'],
    ['{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spce: {} }', 'did you mean spec?'],
    [
      '{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a }, spec: 5 }',
      'expected a mapping, found 5',
    ],
    ['{ apiVersion: networking.istio.io/v1, kind: constructor, metadata: { name: a } }', 'a kind that istiod watches'],
  ])('%s is refused: %s', (object, text) => {
    expect(problems(`mesh: { resources: [${object}] }`)).toEqual([expect.stringContaining(text)]);
  });

  test('of one kind and name exist once: the later one counts', () => {
    const object = '{ apiVersion: networking.istio.io/v1, kind: Sidecar, metadata: { name: a } }';
    expect(warnings(`mesh: { resources: [${object}, ${object}] }`)[0]).toContain('there are two of Sidecar default/a');
  });

  test('tell the two kinds of Gateway apart by their group', () => {
    const gateway = (group: string) => `{ apiVersion: ${group}, kind: Gateway, metadata: { name: a } }`;
    const both = `resources: [${gateway('networking.istio.io/v1')}, ${gateway('gateway.networking.k8s.io/v1')}]`;
    expect(mesh(both).configs.map(({ kind }) => kind)).toEqual(['Gateway', 'KubernetesGateway']);
  });
});

test('every namespace that something lives in exists and carries its own name', () => {
  const { mesh } = load(
    'mesh: { namespaces: [{ name: a, labels: { x: y } }] }\nevents: [{ at: 1s, create: [Service], namespace: b }]',
  );
  expect(mesh.namespaces).toEqual([
    { name: 'a', labels: { 'kubernetes.io/metadata.name': 'a', x: 'y' } },
    { name: 'istio-system', labels: { 'kubernetes.io/metadata.name': 'istio-system' } },
    { name: 'b', labels: { 'kubernetes.io/metadata.name': 'b' } },
  ]);
});
