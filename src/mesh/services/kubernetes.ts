/**
 * Kubernetes Services, EndpointSlices, Endpoints and Pods → what istiod's registry makes of them
 * (`serviceregistry/kube/conversion.go`, `kube/controller/{endpointslice,pod}.go`).
 */
import { type Fields, fields, list, strings, text } from '../config/fields.js';
import type { EndpointSpec, PodSpec, PortSpec, Resolution, ServiceSpec, SliceSpec } from '../spec.js';
import { protocolOf } from './protocols.js';

export interface KubernetesObject extends KubernetesHead {
  readonly kind: string;
}

/** An object whose kind is known. */
export interface KubernetesHead {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** `spec`, or for kinds without one the object itself. */
  readonly content: Fields;
}

export const EXPORT_TO_ANNOTATION = 'networking.istio.io/exportTo';
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** @param endpoints how many it has now, which a Service does not tell */
export function serviceOf(
  { namespace, name, labels, annotations, content }: KubernetesHead,
  endpoints: number,
): ServiceSpec {
  return {
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    ports: list(content.ports).map(portOf),
    resolution: resolutionOf(content),
    exportTo: (annotations[EXPORT_TO_ANNOTATION] ?? '').split(',').flatMap((one) => one.trim() || []),
    endpoints,
    selector: Object.fromEntries(
      Object.entries(fields(content.selector)).flatMap(([key, value]) =>
        typeof value === 'string' ? [[key, value]] : [],
      ),
    ),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
  };
}

function resolutionOf({ clusterIP, type }: Fields): Resolution {
  if (type === 'ExternalName') return 'dns';
  return clusterIP === 'None' ? 'headless' : 'client';
}

function portOf(port: Fields, index: number): PortSpec {
  const number = Number.isInteger(port.port) ? (port.port as number) : 0;
  const name = text(port.name);
  const appProtocol = typeof port.appProtocol === 'string' ? { appProtocol: port.appProtocol } : {};
  const protocol = protocolOf({ name, number, transport: text(port.protocol), ...appProtocol });
  return { name: name || `port-${index}`, number, protocol };
}

/** Undefined for slices that istiod leaves out: those of host names. */
export function sliceOf({ namespace, name, labels, content }: KubernetesHead): SliceSpec | undefined {
  if (content.addressType === 'FQDN') return undefined;
  return {
    namespace,
    name,
    service: labels[SERVICE_NAME_LABEL] ?? '',
    ports: JSON.stringify(content.ports ?? null),
    endpoints: list(content.endpoints).flatMap((endpoint) => endpointOf(endpoint) ?? []),
  };
}

/** Absent or null conditions are ready; one that serves while it ends is not sent either. */
function endpointOf(endpoint: Fields): EndpointSpec | undefined {
  const { ready } = fields(endpoint.conditions);
  const [address = ''] = strings(endpoint.addresses);
  const id = text(fields(endpoint.targetRef).name) || address;
  return id === '' ? undefined : { id, address, healthy: ready !== false, attributes: text(endpoint.zone) };
}

/** Kubernetes mirrors an Endpoints object of a Service's name into slices. */
export function sliceOfEndpoints({ namespace, name, content }: KubernetesHead): SliceSpec {
  const subsets = list(content.subsets);
  const endpoints = subsets.flatMap((subset) =>
    list(subset.addresses).flatMap((address): EndpointSpec[] => {
      const ip = text(address.ip);
      const id = text(fields(address.targetRef).name) || ip;
      return id === '' ? [] : [{ id, address: ip, healthy: true, attributes: '' }];
    }),
  );
  return {
    namespace,
    name,
    service: name,
    ports: JSON.stringify(subsets.map(({ ports }) => ports ?? null)),
    endpoints,
  };
}

/** @param content `spec` and `status` */
export function podOf({ namespace, name, labels, content }: KubernetesHead): PodSpec {
  const { podIP, podIPs } = fields(content.status);
  const addresses = [text(podIP), ...list(podIPs).map(({ ip }) => text(ip))].filter((address) => address !== '');
  const account = text(fields(content.spec).serviceAccountName) || 'default';
  return { namespace, name, labels, account, addresses: [...new Set(addresses)] };
}
