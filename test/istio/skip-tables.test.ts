import { describe, expect, test } from 'vitest';
import type { ConfigKind } from '../../src/istio/kinds.js';
import type { IstioVersion } from '../../src/istio/profile.js';
import type { ConfigKey, KeyInterner } from '../../src/mesh/keys.js';
import { type PushRequest, pushRequest, type Reason } from '../../src/pipeline/model/push-request.js';
import type { ResponsePlan } from '../../src/pipeline/model/response-plan.js';
import { VERSIONS } from '../support/bench.js';
import { type Plans, plansOf } from '../support/connections.js';
import {
  destinationRule,
  gateway,
  gatewayPod,
  HOME,
  hostOf,
  meshOf,
  ROOT,
  service,
  sidecar,
  sidecarScope,
  virtualService,
} from '../support/mesh.js';
import { COLUMNS, type Column, skipTableOf } from '../support/skip-tables.js';

/** One service with a route, a rule and a Sidecar that imports everything; each kind of proxy once. */
const MESH = meshOf({
  services: [service('cart'), service('pay'), service('other/db')],
  configs: [
    virtualService('cart'),
    destinationRule('cart'),
    gateway('istio-system/edge', {
      port: { number: 443, name: 'https', protocol: 'HTTPS' },
      hosts: ['*'],
      tls: { mode: 'SIMPLE', credentialName: 'cert' },
    }),
    sidecarScope('default', ['*/*']),
  ],
  proxies: [sidecar('client'), gatewayPod('edge'), sidecar('waypoint', { type: 'waypoint' })],
});

/** A key of this kind that concerns the proxies, if any key of the kind does. */
function keyOf(keys: KeyInterner, kind: ConfigKind, namespace = HOME): ConfigKey {
  if (kind === 'ServiceEntry' || kind === 'Endpoints' || kind === 'DNSName') {
    return keys.of(kind, namespace, hostOf('cart'));
  }
  return keys.of(kind, namespace, kind === 'Sidecar' ? 'default' : 'cart');
}

function requestFor(plans: Plans, reason: Reason, ...keys: readonly ConfigKey[]): PushRequest {
  return pushRequest({ full: plans.profile.hasFull, reason, keys });
}

/** Types that a request with this key alone regenerates; undefined where no request can bring such a key so far. */
function regenerated(plans: Plans, kind: ConfigKind, proxy: string, namespace = HOME): readonly string[] | undefined {
  const key = keyOf(plans.mesh.keys, kind, namespace);
  const alone = plans.types(proxy, requestFor(plans, 'config', key));
  if (alone !== undefined) return alone;
  // 1.17 lets all keys through once one concerns the proxy; one of a ProxyConfig does and triggers nothing.
  if (!plans.profile.filtersKeys) {
    return plans.types(proxy, requestFor(plans, 'config', key, keyOf(plans.mesh.keys, 'ProxyConfig')));
  }
  // Later such keys are dropped for sidecars. A waypoint is generated like a sidecar and keeps them.
  return proxy === 'client' ? plans.types('waypoint', requestFor(plans, 'config', key)) : undefined;
}

describe.each(VERSIONS)('%s', (version) => {
  const rows = [...skipTableOf(version)].map(([kind, cells]) => ({ kind, cells }));

  test.each(rows)('a key of kind $kind regenerates what the table says, and nothing else', ({ kind, cells }) => {
    const plans = plansOf(version, MESH);
    const cell = (column: Column): string => cells[column];
    const expected = (column: Column, router: boolean): boolean =>
      cell(column) === '.' || cell(column) === 'O' || (cell(column) === 'R' && router);

    const atSidecar = COLUMNS.filter((column) => column !== 'lds at gateways' && expected(column, false));
    expect(inAnyOrder(regenerated(plans, kind, 'client')), 'sidecar').toEqual(inAnyOrder(atSidecar));

    // Name tables are for sidecars only: a gateway never watches them.
    const atGateway = COLUMNS.filter((column) => column !== 'lds' && column !== 'nds' && expected(column, true));
    const seen = regenerated(plans, kind, 'edge');
    if (kind === 'Sidecar' && version !== '1.17') expect(seen).toBeUndefined();
    else expect(inAnyOrder(seen), 'gateway').toEqual(inAnyOrder(atGateway.map((column) => column.slice(0, 4).trim())));

    for (const proxy of ['client', 'edge']) {
      const elsewhere = regenerated(plans, kind, proxy, 'other');
      if (cell('lds') !== 'O' || elsewhere === undefined) continue;
      expect(elsewhere, `${proxy}, another namespace`).not.toContain('lds');
      expect(regenerated(plans, kind, proxy, ROOT), `${proxy}, root namespace`).toContain('lds');
    }
  });

  test('types go out in their fixed order', () => {
    const plans = plansOf(version, MESH);
    expect(plans.types('client', plans.requests.everything())).toEqual([
      'cds',
      'eds',
      'lds',
      'rds',
      'sds',
      'nds',
      'ecds',
    ]);
  });

  test('everything to everybody is everything that is watched, and only that', () => {
    const plans = plansOf(version, MESH);
    Object.assign(plans.connection('client').watched, { eds: undefined, sds: undefined, nds: false, ecds: false });
    expect(plans.types('client', plans.requests.everything())).toEqual(['cds', 'lds', 'rds']);
    expect(plans.types('edge', plans.requests.everything())).toEqual(['cds', 'eds', 'lds', 'rds', 'sds', 'ecds']);
  });
});

describe('a request that is not full', () => {
  test.each(['1.17', '1.30'] as const)('regenerates endpoints alone when it names a service (%s)', (version) => {
    const plans = plansOf(version, MESH);
    expect(plans.types('client', plans.requests.endpoints('cart'))).toEqual(['eds']);
    expect(plans.types('edge', plans.requests.endpoints('cart'))).toEqual(['eds']);
  });

  test('regenerates the name table in 1.17 only for a headless endpoint', () => {
    const plans = plansOf('1.17', MESH);
    const headless = {
      ...plans.requests.endpoints('cart'),
      reasons: new Map<Reason, number>([['headlessendpoint', 1]]),
    };
    expect(plans.types('client', headless)).toEqual(['eds', 'nds']);
  });

  test('never regenerates the name table in 1.30', () => {
    const plans = plansOf('1.30', MESH);
    const headless = {
      ...plans.requests.endpoints('cart'),
      reasons: new Map<Reason, number>([['headlessendpoint', 1]]),
    };
    expect(plans.types('client', headless)).toEqual(['eds']);
  });

  test('with a CA certificate, is all endpoints in 1.30 and everything in the development head, for every proxy', () => {
    const of = (version: IstioVersion) => {
      const plans = plansOf(version, MESH);
      const request = pushRequest({ reason: 'secret', keys: [keyOf(plans.mesh.keys, 'ConfigMap')] });
      return { plans, request };
    };
    const b = of('1.30');
    expect(b.plans.types('client', b.request)).toEqual(['eds', 'sds']);
    expect(eds(b.plans, 'client', b.request)).toBe('all');
    const c = of('1.32-dev');
    expect(c.plans.types('client', c.request)).toEqual(['cds', 'eds', 'lds', 'rds', 'sds', 'nds']);
    expect(eds(c.plans, 'client', c.request)).toBe('all');
  });
});

describe('endpoints', () => {
  const plansFor = (version: IstioVersion, partialFullPushes = true) => plansOf(version, MESH, { partialFullPushes });

  test.each([
    ['1.17', 'a changed service', ['ServiceEntry'], ['cart']],
    [
      '1.17',
      'a changed service beside kinds that endpoints skip',
      ['ServiceEntry', 'VirtualService', 'Secret'],
      ['cart'],
    ],
    ['1.17', 'a changed service beside a rule', ['ServiceEntry', 'DestinationRule'], 'all'],
    ['1.17', 'a rule', ['DestinationRule'], 'all'],
    ['1.17', 'a Sidecar', ['Sidecar'], 'all'],
    ['1.17', 'an EnvoyFilter', ['EnvoyFilter'], 'all'],
    ['1.17', 'mutual TLS of a namespace', ['PeerAuthentication'], 'all'],
    ['1.30', 'a changed service', ['ServiceEntry'], ['cart']],
    [
      '1.30',
      'a changed service beside a route: any other kind makes it whole',
      ['ServiceEntry', 'VirtualService'],
      'all',
    ],
    ['1.30', 'a changed service beside a secret', ['ServiceEntry', 'Secret'], 'all'],
    ['1.30', 'a changed service beside a policy', ['ServiceEntry', 'AuthorizationPolicy'], 'all'],
    ['1.30', 'a rule', ['DestinationRule'], ['cart']],
    ['1.30', 'a changed service beside a rule', ['ServiceEntry', 'DestinationRule'], ['cart']],
    ['1.30', 'an EnvoyFilter', ['EnvoyFilter'], 'all'],
    ['1.30', 'mutual TLS of a namespace', ['PeerAuthentication'], ['cart', 'pay']],
    ['1.32-dev', 'changed endpoints', ['Endpoints'], ['cart']],
    ['1.32-dev', 'changed endpoints beside a rule', ['Endpoints', 'DestinationRule'], ['cart']],
    ['1.32-dev', 'changed endpoints beside a route', ['Endpoints', 'VirtualService'], 'all'],
    ['1.32-dev', 'changed endpoints beside a secret', ['Endpoints', 'Secret'], 'all'],
  ] as const)('%s, %s (%j): %j', (version, _, kinds, expected) => {
    const plans = plansFor(version);
    const keys = kinds.map((kind) => keyOf(plans.mesh.keys, kind));
    expect(eds(plans, 'client', requestFor(plans, 'config', ...keys))).toEqual(expected);
  });

  test.each(['1.17', '1.30', '1.32-dev'] as const)('are not regenerated for kinds that skip them (%s)', (version) => {
    const plans = plansFor(version);
    const keys = (['VirtualService', 'AuthorizationPolicy'] as const).map((kind) => keyOf(plans.mesh.keys, kind));
    expect(eds(plans, 'client', requestFor(plans, 'config', ...keys))).toBe('none');
  });

  test('are whole for mutual TLS of the root namespace', () => {
    for (const version of ['1.30', '1.32-dev'] as const) {
      const plans = plansFor(version);
      const key = keyOf(plans.mesh.keys, 'PeerAuthentication', ROOT);
      expect(eds(plans, 'client', requestFor(plans, 'config', key))).toBe('all');
    }
  });

  test('are whole for a changed service in 1.17 without partial full pushes', () => {
    const plans = plansFor('1.17', false);
    expect(eds(plans, 'client', plans.requests.service('cart'))).toBe('all');
    expect(eds(plans, 'client', plans.requests.endpoints('cart'))).toEqual(['cart']);
  });

  test('of a service that no watched cluster belongs to: the generator runs and nothing is sent', () => {
    for (const version of ['1.17', '1.30', '1.32-dev'] as const) {
      const plans = plansOf(version, { ...MESH, services: [...MESH.services, service('api', { resolution: 'dns' })] });
      expect(planned(plans, 'client', 'eds', plans.requests.service('api'))).toMatchObject({ names: [], sends: false });
    }
  });

  test('in 1.17 a route that does not concern the proxy joins one that does; later it is filtered out first', () => {
    const others = sidecarScope('default', ['./cart.shop.svc.cluster.local']);
    const mesh = { ...MESH, configs: [...MESH.configs.filter(({ kind }) => kind !== 'Sidecar'), others] };
    const types = (version: IstioVersion) => {
      const plans = plansOf(version, mesh);
      const foreign = plans.mesh.keys.of('Gateway', 'other', 'edge');
      return plans.types('client', requestFor(plans, 'config', keyOf(plans.mesh.keys, 'AuthorizationPolicy'), foreign));
    };
    expect(types('1.17')).toEqual(['lds', 'rds']);
    expect(types('1.30')).toEqual(['lds']);
    expect(types('1.32-dev')).toEqual(['lds']);
  });
});

describe('clusters under delta', () => {
  test.each([
    ['1.17', ['ServiceEntry'], ['cart']],
    ['1.17', ['ServiceEntry', 'DestinationRule'], 'all'],
    ['1.30', ['ServiceEntry'], ['cart']],
    ['1.30', ['DestinationRule'], ['cart']],
    ['1.30', ['VirtualService'], []],
    ['1.30', ['Sidecar'], []],
    ['1.30', ['PeerAuthentication'], ['cart', 'pay']],
    ['1.30', ['ServiceEntry', 'VirtualService', 'Sidecar'], ['cart']],
    ['1.30', ['EnvoyFilter'], 'all'],
    ['1.30', ['ServiceEntry', 'EnvoyFilter'], 'all'],
    ['1.32-dev', ['ServiceEntry', 'DestinationRule'], ['cart']],
    ['1.32-dev', ['MeshConfig'], 'all'],
  ] as const)('%s: for %j only those of %j beside the static ones', (version, kinds, expected) => {
    const plans = plansOf(version, MESH, { xds: 'delta' });
    const keys = kinds.map((kind) => keyOf(plans.mesh.keys, kind));
    const cds = planned(plans, 'client', 'cds', requestFor(plans, 'config', ...keys));
    expect(namesIn(cds)).toEqual(expected);
    expect(cds).toMatchObject({ delta: expected !== 'all', sends: true });
  });

  test('are whole for mutual TLS of the root namespace, and when everything is forced', () => {
    const plans = plansOf('1.30', MESH, { xds: 'delta' });
    const key = keyOf(plans.mesh.keys, 'PeerAuthentication', ROOT);
    expect(namesIn(planned(plans, 'client', 'cds', requestFor(plans, 'config', key)))).toBe('all');
    expect(namesIn(planned(plans, 'client', 'cds', plans.requests.everything()))).toBe('all');
  });

  test('while listeners and routes stay whole, and under state-of-the-world clusters, too', () => {
    const delta = plansOf('1.30', MESH, { xds: 'delta' });
    for (const type of ['lds', 'rds']) {
      expect(planned(delta, 'client', type, delta.requests.service('cart'))).toMatchObject({ delta: false });
    }
    const whole = plansOf('1.30', MESH, { xds: 'sotw' });
    expect(namesIn(planned(whole, 'client', 'cds', whole.requests.service('cart')))).toBe('all');
  });
});

describe('secrets', () => {
  const CERT = `${HOME}/cert`;
  const OTHER = `${HOME}/other`;

  /** Whether a gateway that uses `cert` is sent something. */
  const sends = (version: IstioVersion, request: (plans: Plans) => PushRequest): boolean | undefined => {
    const plans = plansOf(version, MESH);
    return planned(plans, 'edge', 'sds', request(plans))?.sends;
  };

  test.each([
    ['1.17', true, true],
    ['1.30', true, false],
    ['1.32-dev', true, false],
  ] as const)('in %s one that is used is sent: %s; for another one an empty answer: %s', (version, own, other) => {
    expect(sends(version, ({ requests }) => requests.secret(CERT))).toBe(own);
    expect(sends(version, ({ requests }) => requests.secret(`${CERT}-cacert`))).toBe(own);
    expect(sends(version, ({ requests }) => requests.secret(OTHER))).toBe(other);
  });

  test('of its name in another namespace, or another object of its name, is not the one that is used', () => {
    expect(sends('1.30', ({ requests }) => requests.secret('elsewhere/cert'))).toBe(false);
    const joined = ({ requests, mesh }: Plans): PushRequest => ({
      ...requests.secret(OTHER),
      keys: new Set([...requests.secret(OTHER).keys, mesh.keys.of('Gateway', HOME, 'cert')]),
    });
    expect(sends('1.32-dev', joined)).toBe(false);
  });

  test.each([
    ['1.17', true],
    ['1.30', true],
    ['1.32-dev', false],
  ] as const)('in %s another one that joined a change of configuration is sent to all: %s', (version, all) => {
    const joined = ({ requests, profile }: Plans): PushRequest => ({
      ...requests.secret(OTHER),
      full: profile.hasFull,
      keys: new Set([...requests.secret(OTHER).keys, ...requests.change('vs/cart').keys]),
    });
    expect(sends(version, joined)).toBe(all);
  });
});

describe('the shortcut of the development head for batches of headless endpoints', () => {
  const types = (proxy: string, reasons: readonly Reason[], ...kinds: readonly ConfigKind[]) => {
    const plans = plansOf('1.32-dev', MESH);
    const keys = kinds.map((kind) => keyOf(plans.mesh.keys, kind));
    const request = { ...pushRequest({ keys }), reasons: new Map(reasons.map((reason) => [reason, 1])) };
    return plans.types(proxy, request);
  };

  test('skips clusters and routes, and at gateways listeners', () => {
    expect(types('client', ['headlessendpoint'], 'ServiceEntry')).toEqual(['eds', 'lds', 'nds']);
    expect(types('edge', ['headlessendpoint'], 'ServiceEntry')).toEqual(['eds']);
  });

  test('is defeated by the endpoint key that usually comes with it', () => {
    expect(types('client', ['headlessendpoint', 'endpoint'], 'ServiceEntry', 'Endpoints')).toContain('cds');
    expect(types('edge', ['headlessendpoint', 'endpoint'], 'ServiceEntry', 'Endpoints')).toContain('lds');
  });

  test('is defeated by a changed service in the same batch, though not by a changed service account', () => {
    expect(types('client', ['headlessendpoint', 'service'], 'ServiceEntry')).toContain('cds');
    expect(types('client', ['headlessendpoint', 'endpoint'], 'ServiceEntry')).not.toContain('cds');
  });

  test('does not exist in earlier versions', () => {
    for (const version of ['1.17', '1.30'] as const) {
      const plans = plansOf(version, MESH);
      const request = {
        ...plans.requests.service('cart'),
        reasons: new Map<Reason, number>([['headlessendpoint', 1]]),
      };
      expect(plans.types('client', request)).toEqual(['cds', 'eds', 'lds', 'rds', 'nds']);
    }
  });
});

function planned(plans: Plans, proxy: string, type: string, request: PushRequest): ResponsePlan | undefined {
  return plans.plan(proxy, request).types.find((candidate) => candidate.type === type);
}

/** `all`, `none`, or the first words of the hosts. */
function namesIn(type: ResponsePlan | undefined): 'all' | 'none' | readonly string[] {
  if (type === undefined) return 'none';
  return type.names?.map(({ name }) => name.split('.')[0]!).sort() ?? 'all';
}

function eds(plans: Plans, proxy: string, request: PushRequest): 'all' | 'none' | readonly string[] {
  return namesIn(planned(plans, proxy, 'eds', request));
}

function inAnyOrder(types: readonly string[] | undefined): readonly string[] | undefined {
  return types && [...types].sort();
}
