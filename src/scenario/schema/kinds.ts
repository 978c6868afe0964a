/** The kinds that events of a scenario may write. */
import type { DeletableKind, WritableKind } from '../../cluster/event-spec.js';
import { apiGroup, RESOURCE_KINDS, type ResourceKind } from '../../istio/resource-kinds.js';

/** Objects that are in no namespace. */
export const CLUSTER_SCOPED: ReadonlySet<string> = new Set(['GatewayClass', 'IngressClass']);

/** Groups that istiod's own kinds are in: a kind of theirs that is not known is misspelt. */
export function isOurGroup(apiVersion: string): boolean {
  const group = apiGroup(apiVersion);
  return group.endsWith('.istio.io') || group === 'gateway.networking.k8s.io';
}

/** What events may create or update. */
export const WRITABLE_KINDS = ['Service', ...(Object.keys(RESOURCE_KINDS) as ResourceKind[])] as [
  WritableKind,
  ...WritableKind[],
];

export const DELETABLE_KINDS = [...WRITABLE_KINDS, 'EndpointSlice', 'Pod'] as [DeletableKind, ...DeletableKind[]];
