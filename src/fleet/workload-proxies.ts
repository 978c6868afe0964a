/** The proxies of a workload's pods, as the mesh lists proxies. */
import type { ProxySpec } from '../mesh/spec.js';
import type { WorkloadSpec } from './spec.js';

export function proxySpecOf({ namespace, name, labels, pods, services }: WorkloadSpec): ProxySpec {
  const [first] = services;
  const [of, service] = first?.split('/') ?? [];
  return {
    namespace,
    name,
    labels,
    type: 'sidecar',
    count: pods,
    ...(service === undefined ? {} : { service: `${service}.${of}.svc.cluster.local` }),
  };
}
