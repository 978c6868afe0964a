/** The kinds that events of a scenario may write. */
import type { WritableKind } from '../../cluster/event-spec.js';
import { RESOURCE_KINDS, type ResourceKind } from '../../istio/resource-kinds.js';

/** What events may create, update or delete. */
export const WRITABLE_KINDS = [
  'Service',
  ...(Object.keys(RESOURCE_KINDS) as ResourceKind[]).filter((kind) => kind !== 'TrafficExtension'),
] as [WritableKind, ...WritableKind[]];
