/** Objects as they would be written in a file: reading one gives an equal one. */
import type { AppliedObject, SliceSpec } from '../../cluster/event-spec.js';
import { KINDS_WITHOUT_SPEC, RESOURCE_KINDS, type ResourceKind } from '../../istio/resource-kinds.js';
import type { ConfigObject, ServiceSpec } from '../../mesh/spec.js';
import { EXPORT_TO_ANNOTATION, SERVICE_NAME_LABEL } from './kubernetes.js';

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
  return applied.of === 'service' ? toService(applied.service) : toSlice(applied.slice);
}

function toService({ name, namespace, ports, resolution, exportTo, selector }: ServiceSpec): unknown {
  const annotations = exportTo.length === 0 ? {} : { annotations: { [EXPORT_TO_ANNOTATION]: exportTo.join(',') } };
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace, ...annotations },
    spec: {
      ...(resolution === 'headless' ? { clusterIP: 'None' } : {}),
      ...(resolution === 'dns' ? { type: 'ExternalName' } : {}),
      ...(selector === undefined ? {} : { selector }),
      ports: ports.map(({ name: port, number, protocol }) => ({
        name: port,
        port: number,
        ...(protocol === 'udp' ? { protocol: 'UDP' } : {}),
        ...(protocol === 'udp' || protocol === 'auto' ? {} : { appProtocol: protocol }),
      })),
    },
  };
}

function toSlice({ name, namespace, service, addresses }: SliceSpec): unknown {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name, namespace, labels: { [SERVICE_NAME_LABEL]: service } },
    endpoints: addresses.map((address) => ({ addresses: [address] })),
  };
}
