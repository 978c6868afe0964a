/** Kubernetes Services and EndpointSlices → what istiod's registry makes of them (`serviceregistry/kube/conversion.go`). */
import type { EndpointSpec, PortProtocol, PortSpec, Resolution, ServiceSpec, SliceSpec } from '../spec.js';

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
  };
}

function resolutionOf({ clusterIP, type }: Fields): Resolution {
  if (type === 'ExternalName') return 'dns';
  return clusterIP === 'None' ? 'headless' : 'client';
}

function portOf(port: Fields, index: number): PortSpec {
  const number = Number(port.port);
  const name = typeof port.name === 'string' && port.name !== '' ? port.name : `port-${index}`;
  return { name, number: Number.isInteger(number) ? number : 0, protocol: protocolOf(port) };
}

const APP_PROTOCOLS: Readonly<Record<string, PortProtocol>> = {
  http: 'http',
  http2: 'http2',
  'kubernetes.io/h2c': 'http2',
  grpc: 'grpc',
  'grpc-web': 'http2',
  https: 'https',
  tls: 'tls',
  tcp: 'tcp',
  mongo: 'mongo',
  udp: 'udp',
};

/**
 * `appProtocol`, else the name's first word (`grpc-web` is two). What neither names is sniffed by Envoy; the model
 * treats it as TCP, which has the listener but not the route of a sniffed port.
 */
function protocolOf({ name, protocol, appProtocol }: Fields): PortProtocol {
  if (protocol === 'UDP') return 'udp';
  const named = typeof appProtocol === 'string' ? appProtocol.toLowerCase() : undefined;
  const text = typeof name === 'string' ? name.toLowerCase() : '';
  const word = text.startsWith('grpc-web') ? 'grpc-web' : text.split('-', 1)[0]!;
  return (named === undefined ? undefined : APP_PROTOCOLS[named]) ?? APP_PROTOCOLS[word] ?? 'tcp';
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
