/** Kubernetes' own objects, as far as istiod reads them: Services, EndpointSlices (and Endpoints), Namespaces. */
import type { SliceSpec } from '../../cluster/event-spec.js';
import { type Fields, fields, list, strings, text } from '../../mesh/config/fields.js';
import { protocolOf } from '../../mesh/services/protocols.js';
import type { PortSpec, Resolution, ServiceSpec } from '../../mesh/spec.js';

export const EXPORT_TO_ANNOTATION = 'networking.istio.io/exportTo';
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';

/** What every object says of itself. */
export interface ObjectHead {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** `kube/conversion.go`: ConvertService. It does not say how many endpoints it has: `endpoints` are 0. */
export function serviceFrom({ namespace, name, annotations }: ObjectHead, spec: Fields): ServiceSpec {
  const written = annotations[EXPORT_TO_ANNOTATION] ?? '';
  const exportTo = written
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const selector = Object.fromEntries(
    Object.entries(fields(spec.selector)).map(([key, value]) => [key, String(value)]),
  );
  return {
    name,
    namespace,
    host: `${name}.${namespace}.svc.cluster.local`,
    ports: list(spec.ports).map(portFrom),
    resolution: resolutionOf(spec),
    exportTo,
    endpoints: 0,
    selector,
  };
}

function resolutionOf({ type, clusterIP }: Fields): Resolution {
  if (type === 'ExternalName') return 'dns';
  return clusterIP === 'None' ? 'headless' : 'client';
}

function portFrom(port: Fields): PortSpec {
  const number = Number(port.port ?? 80);
  const name = text(port.name);
  const appProtocol = typeof port.appProtocol === 'string' ? { appProtocol: port.appProtocol } : {};
  const protocol = protocolOf({ name, number, transport: text(port.protocol), ...appProtocol });
  return { name: name || `port-${number}`, number, protocol };
}

/** Undefined for a slice of no Service, and for one of names instead of addresses. */
export function sliceFrom({ namespace, name, labels }: ObjectHead, object: Fields): SliceSpec | undefined {
  const service = labels[SERVICE_NAME_LABEL] ?? '';
  if (service === '' || object.addressType === 'FQDN') return undefined;
  // Absent or null means ready.
  const ready = list(object.endpoints).filter(({ conditions }) => (fields(conditions).ready ?? true) === true);
  return { namespace, name, service, addresses: distinct(ready.flatMap((one) => strings(one.addresses).slice(0, 1))) };
}

/** The older kind has the name of its Service. */
export function endpointsFrom({ namespace, name }: ObjectHead, object: Fields): SliceSpec {
  const addresses = list(object.subsets).flatMap((subset) => list(subset.addresses).map(({ ip }) => text(ip)));
  return { namespace, name, service: name, addresses: distinct(addresses) };
}

function distinct(addresses: readonly string[]): readonly string[] {
  return [...new Set(addresses)];
}
