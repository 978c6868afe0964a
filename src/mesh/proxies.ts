/**
 * Proxies. Everything that decides what a proxy sees is in its shape, which all proxies of one deployment share; a
 * proxy itself is a number and a name.
 */
import type { ConfigKey } from './keys.js';
import type { ProxySpec, ProxyType } from './spec.js';

export interface ProxyShape {
  readonly id: number;
  readonly type: ProxyType;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** ServiceEntry key of the service these proxies are endpoints of. */
  readonly ownService: ConfigKey | undefined;
  /** Whether the sidecar's agent answers DNS, for which it watches the name table. */
  readonly dnsCapture: boolean;
}

export interface Proxy {
  readonly id: number;
  readonly name: string;
  /** Name of the workload whose pod it is: what measures group by, with the namespace. */
  readonly workload: string;
  readonly shape: ProxyShape;
}

/** One proxy per count; groups that differ in nothing that matters share a shape. */
export function expandProxies(
  specs: readonly ProxySpec[],
  serviceKey: (namespace: string, host: string) => ConfigKey,
): Proxy[] {
  const shapes = new Map<string, ProxyShape>();
  const proxies: Proxy[] = [];
  for (const spec of specs) {
    const shape = shapeOf(spec, shapes, serviceKey);
    for (let i = 0; i < spec.count; i++) {
      proxies.push({
        id: proxies.length,
        name: spec.count === 1 ? spec.name : `${spec.name}-${i}`,
        workload: spec.name,
        shape,
      });
    }
  }
  return proxies;
}

function shapeOf(
  spec: ProxySpec,
  shapes: Map<string, ProxyShape>,
  serviceKey: (namespace: string, host: string) => ConfigKey,
): ProxyShape {
  const labels = Object.entries(spec.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const dnsCapture = spec.type === 'sidecar' && (spec.dnsCapture ?? false);
  const text = JSON.stringify([spec.type, spec.namespace, labels, spec.service ?? '', dnsCapture]);
  let shape = shapes.get(text);
  if (shape === undefined) {
    shape = {
      id: shapes.size,
      type: spec.type,
      namespace: spec.namespace,
      labels: Object.fromEntries(labels),
      ownService: spec.service === undefined ? undefined : serviceKey(spec.namespace, spec.service),
      dnsCapture,
    };
    shapes.set(text, shape);
  }
  return shape;
}
