/** Objects as they would be written in a file: reading one gives an equal one. */
import type { AppliedObject } from '../../cluster/event-spec.js';
import { KINDS_WITHOUT_SPEC, RESOURCE_KINDS, type ResourceKind } from '../../istio/resource-kinds.js';
import { EXPORT_TO_ANNOTATION, SERVICE_NAME_LABEL } from '../../mesh/services/kubernetes.js';
import type { ConfigObject, PodSpec, ServiceSpec, SliceSpec } from '../../mesh/spec.js';

export function toResource(config: ConfigObject): unknown {
  const { kind, apiVersion } = RESOURCE_KINDS[config.kind as ResourceKind];
  const namespace = config.namespace === '' ? {} : { namespace: config.namespace };
  const annotations = config.annotations === undefined ? {} : { annotations: config.annotations };
  const metadata = { name: config.name, ...namespace, labels: config.labels, ...annotations };
  const status = config.status === undefined ? {} : { status: JSON.parse(config.status) as unknown };
  const content = KINDS_WITHOUT_SPEC.has(config.kind) ? config.spec : { spec: config.spec };
  return { apiVersion, kind, metadata, ...content, ...status };
}

export function toApplied(applied: AppliedObject): unknown {
  if (applied.of === 'config') return toResource(applied.object);
  if (applied.of === 'pod') return toPod(applied.pod);
  return applied.of === 'service' ? toService(applied.service) : toSlice(applied.slice);
}

export function toService({ name, namespace, ports, resolution, exportTo, selector, labels }: ServiceSpec): unknown {
  const annotations = exportTo.length === 0 ? {} : { annotations: { [EXPORT_TO_ANNOTATION]: exportTo.join(',') } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, ...(labels === undefined ? {} : { labels }), ...annotations },
    spec: {
      ...(resolution === 'headless' ? { clusterIP: 'None' } : {}),
      ...(resolution === 'dns' ? { type: 'ExternalName' } : {}),
      ...(selector === undefined ? {} : { selector }),
      ports: ports.map(({ name: port, number, protocol }) => ({
        name: port,
        port: number,
        ...(protocol === 'udp' ? { protocol: 'UDP' } : {}),
        // As a word it is none of Istio's, so it is what it says: sniffed.
        ...(protocol === 'udp' ? {} : { appProtocol: protocol }),
      })),
    },
  };
}

export function toSlice({ name, namespace, service, ports, endpoints }: SliceSpec): unknown {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { [SERVICE_NAME_LABEL]: service } },
    ports: JSON.parse(ports) as unknown,
    endpoints: endpoints.map(({ id, address, healthy, attributes }) => ({
      ...(address === '' ? {} : { addresses: [address] }),
      ...(healthy ? {} : { conditions: { ready: false } }),
      ...(id === address ? {} : { targetRef: { kind: 'Pod', name: id } }),
      ...(attributes === '' ? {} : { zone: attributes }),
    })),
  };
}

export function toPod({ name, namespace, labels, account, addresses }: PodSpec): unknown {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, labels },
    spec: { serviceAccountName: account },
    status: { podIPs: addresses.map((ip) => ({ ip })) },
  };
}
