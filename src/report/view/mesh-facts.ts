/** What a mesh is, in numbers and in one line: a mistake such as copies × proxies shows before anything is simulated. */
import type { MeshSpec } from '../../mesh/spec.js';
import { count } from './format.js';

export interface MeshFacts {
  readonly namespaces: number;
  readonly services: number;
  /** Ready at the start. */
  readonly endpoints: number;
  readonly sidecars: number;
  readonly gateways: number;
  readonly waypoints: number;
  /** Istio and other watched objects by kind. */
  readonly objects: Readonly<Record<string, number>>;
}

export function meshFacts({ namespaces, services, proxies, configs }: MeshSpec): MeshFacts {
  const ofType = (type: string) => proxies.reduce((sum, proxy) => sum + (proxy.type === type ? proxy.count : 0), 0);
  const kinds = new Map<string, number>();
  for (const { kind } of configs) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return {
    namespaces: namespaces.length,
    services: services.length,
    endpoints: services.reduce((sum, { endpoints }) => sum + endpoints, 0),
    sidecars: ofType('sidecar'),
    gateways: ofType('gateway'),
    waypoints: ofType('waypoint'),
    objects: Object.fromEntries([...kinds].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))),
  };
}

/** `100 services with 300 endpoints in 5 namespaces; 300 sidecars, 2 gateways; 25 VirtualServices`. */
export function meshLine(facts: MeshFacts): string {
  const { namespaces, services, endpoints, sidecars, gateways, waypoints, objects } = facts;
  const proxies = [
    [sidecars, 'sidecar'],
    [gateways, 'gateway pod'],
    [waypoints, 'waypoint'],
  ] as const;
  const shown = proxies.filter(([n]) => n > 0).map(([n, what]) => count(n, what));
  const kinds = Object.entries(objects).map(([kind, n]) => count(n, kind, plural(kind)));
  return [
    `${count(services, 'service')} with ${count(endpoints, 'endpoint')} in ${count(namespaces, 'namespace')}`,
    shown.length === 0 ? 'no proxies' : shown.join(', '),
    ...(kinds.length === 0 ? [] : [kinds.join(', ')]),
  ].join('; ');
}

/** `Gateways`, `ServiceEntries`, `Ingresses`. */
function plural(kind: string): string {
  if (/[^aeiou]y$/.test(kind)) return `${kind.slice(0, -1)}ies`;
  return kind.endsWith('s') ? `${kind}es` : `${kind}s`;
}
