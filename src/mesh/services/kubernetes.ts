/** Kubernetes Services and EndpointSlices → what istiod's registry makes of them (`serviceregistry/kube/conversion.go`). */
import type { EndpointSpec, PortSpec, Resolution, ServiceSpec, SliceSpec } from '../spec.js';
import { protocolOf } from './protocols.js';

type Fields = Readonly<Record<string, unknown>>;

export interface KubernetesObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** `spec`, or for kinds without one the object itself. */
  readonly content: Fields;
}

const EXPORT_TO = 'networking.istio.io/exportTo';
const SERVICE_NAME = 'kubernetes.io/service-name';

/** @param endpoints how many it has now, which a Service does not tell */
export function serviceOf(
  { namespace, name, labels, annotations, content }: KubernetesObject,
  endpoints: number,
): ServiceSpec {
  return {
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    ports: items(content.ports).map(portOf),
    resolution: resolutionOf(content),
    exportTo: (annotations[EXPORT_TO] ?? '').split(',').flatMap((one) => one.trim() || []),
    endpoints,
    labels,
    selector: Object.fromEntries(
      Object.entries(fieldsOf(content.selector)).map(([key, value]) => [key, String(value)]),
    ),
  };
}

function resolutionOf({ clusterIP, type }: Fields): Resolution {
  if (type === 'ExternalName') return 'dns';
  return clusterIP === 'None' ? 'headless' : 'client';
}

function portOf(port: Fields, index: number): PortSpec {
  const number = Number(port.port);
  const written = textOf(port.name);
  const appProtocol = textOf(port.appProtocol);
  const protocol = protocolOf({
    name: written,
    number,
    transport: textOf(port.protocol),
    ...(appProtocol === '' ? {} : { appProtocol }),
  });
  return { name: written || `port-${index}`, number: Number.isInteger(number) ? number : 0, protocol };
}

/** Undefined for slices that istiod leaves out: of host names, and copies of an Endpoints object. */
export function sliceOf({ namespace, name, labels, content }: KubernetesObject): SliceSpec | undefined {
  if (content.addressType === 'FQDN') return undefined;
  return {
    namespace,
    name,
    service: labels[SERVICE_NAME] ?? '',
    ports: JSON.stringify(content.ports ?? null),
    endpoints: items(content.endpoints).flatMap((endpoint) => endpointOf(endpoint) ?? []),
  };
}

/** Absent or null conditions are ready; one that serves while it ends is not sent either. */
function endpointOf(endpoint: Fields): EndpointSpec | undefined {
  const { ready } = fieldsOf(endpoint.conditions);
  const pod = fieldsOf(endpoint.targetRef).name;
  const addresses = Array.isArray(endpoint.addresses) ? (endpoint.addresses as readonly unknown[]) : [];
  const id = typeof pod === 'string' ? pod : addresses[0];
  if (typeof id !== 'string') return undefined;
  const zone = typeof endpoint.zone === 'string' ? endpoint.zone : '';
  return { id, healthy: ready !== false, attributes: zone };
}

function items(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
