/** pilot-load's cluster configuration (`sims/cluster/config.go`): namespaces of applications, and steady churn. */
import { isObject, listAt, objectAt, textAt } from '../framing/piece.js';
import type { Fields, LoadTest } from './load-test.js';

const APPLICATION_KEYS: ReadonlySet<string> = new Set(['name', 'type', 'replicas', 'pods', 'labels', 'configs']);
const PROXIES: Readonly<Record<string, string>> = { sidecar: 'sidecar', gateway: 'gateway', waypoint: 'waypoint' };

export function pilotLoad(config: Fields): LoadTest {
  const warnings: string[] = [];
  const services: Fields[] = [];
  const proxies: Fields[] = [];
  const resources: Fields[] = [];
  for (const item of listAt(config, 'namespaces')) {
    const name = textAt(item, 'name') ?? 'namespace';
    const copies = count(item, 'replicas', 1);
    for (let i = 0; i < copies; i++) {
      const namespace = copies === 1 ? name : `${name}-${i}`;
      for (const application of listAt(item, 'applications'))
        addApplication(application, namespace, services, proxies, resources, warnings);
      for (const template of listAt(item, 'configs')) addConfig(template, namespace, namespace, resources, warnings);
    }
  }
  const events = churn(config, resources.length > 0);
  const proxied = proxies.length === 0 ? ['it has no proxies: its types are plain; add mesh.proxies'] : [];
  return {
    kind: 'pilot-load',
    warnings: [...new Set([...warnings, ...proxied])],
    scenario: {
      description: 'The cluster of a pilot-load configuration',
      mesh: { services, proxies, resources },
      events,
    },
  };
}

function addApplication(
  application: unknown,
  namespace: string,
  services: Fields[],
  proxies: Fields[],
  resources: Fields[],
  warnings: string[],
): void {
  if (!isObject(application)) return;
  for (const key of Object.keys(application))
    if (!APPLICATION_KEYS.has(key)) warnings.push(`applications.${key} does nothing: it is an older format's key`);
  const { type = 'plain' } = application;
  const copies = count(application, 'replicas', 1);
  const pods = count(application, 'pods', 0);
  for (let i = 0; i < copies; i++) {
    const base = textAt(application, 'name') ?? 'app';
    const name = copies === 1 ? base : `${base}-${i}`;
    if (type === 'external' || type === 'vm') {
      const hosts = [`${name}.${namespace}.example.com`];
      const spec = { hosts, ports: [{ name: 'http', number: 80, protocol: 'HTTP' }], resolution: 'DNS' };
      resources.push(object('ServiceEntry', namespace, name, spec));
      continue;
    }
    const ports = [
      { name: 'http', number: 80, protocol: 'http' },
      { name: 'https', number: 443, protocol: 'https' },
    ];
    services.push({ name, namespace, ports, endpoints: pods });
    const proxy = PROXIES[String(type)];
    if (proxy !== undefined && pods > 0)
      proxies.push({
        name,
        namespace,
        type: proxy,
        count: pods,
        service: `${namespace}/${name}`,
        labels: { app: name },
      });
    for (const template of listAt(application, 'configs')) addConfig(template, namespace, name, resources, warnings);
  }
}

function addConfig(template: unknown, namespace: string, name: string, resources: Fields[], warnings: string[]): void {
  const kind = typeof template === 'string' ? template : textAt(template, 'name');
  const given = objectAt(template, 'config');
  const host = `${name}.${namespace}.svc.cluster.local`;
  if (kind === 'virtualservice')
    resources.push(
      object('VirtualService', namespace, name, {
        hosts: [host],
        ...(Array.isArray(given.gateways) ? { gateways: given.gateways } : {}),
        http: [{ route: [{ destination: { host } }] }],
      }),
    );
  else if (kind === 'istio-gateway')
    resources.push(
      object('Gateway', namespace, name, {
        selector: { istio: 'ingressgateway' },
        servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts: [`${name}.example.com`] }],
      }),
    );
  else if (kind === 'sidecar') resources.push(object('Sidecar', namespace, name, { egress: [{ hosts: ['./*'] }] }));
  else warnings.push(`the template ${kind ?? ''} is not known here; its objects are left out`);
}

function object(kind: string, namespace: string, name: string, spec: Fields): Fields {
  return { apiVersion: 'networking.istio.io/v1', kind, metadata: { name, namespace }, spec };
}

/** One replacement adds a pod and then takes one away: two changes of endpoints. */
function churn(config: Fields, hasConfigs: boolean): Fields[] {
  const workloads = nanos(objectAt(config, 'jitter').workloads);
  const configs = nanos(objectAt(config, 'jitter').config);
  const perMinute = (interval: number) => `${Number((60e9 / interval).toPrecision(6))}/m`;
  return [
    ...(workloads > 0
      ? [
          {
            name: 'pod-replacements',
            poisson: perMinute(workloads / 2),
            endpoints: { services: 'any', ready: '+1/-1' },
          },
        ]
      : []),
    ...(configs > 0 && hasConfigs
      ? [{ name: 'config-refreshes', poisson: perMinute(configs), update: { kind: 'VirtualService', target: 'any' } }]
      : []),
  ];
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** A Go duration, or a bare number of nanoseconds. */
function nanos(value: unknown): number {
  if (typeof value === 'number') return value;
  let sum = 0;
  for (const [, number, unit] of String(value ?? '').matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    sum += Number(number) * UNITS[unit!]!;
  return sum;
}

function count(value: unknown, key: string, least: number): number {
  const found = isObject(value) ? Number(value[key] ?? 0) : 0;
  return Math.max(least, Number.isInteger(found) ? Math.min(found, 100_000) : 0);
}
