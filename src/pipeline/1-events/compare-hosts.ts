/**
 * What a write changes about the services of a ServiceEntry (`serviceentry/controller.go`: servicesDiff): the old object
 * and the new one are compared host by host, the definition of the service apart from its endpoints.
 */
import type { Service } from '../../mesh/services/service.js';
import type { ConfigObject } from '../../mesh/spec.js';

/** One host of the entry: how its service differs, and whether its endpoints do. */
export interface HostChange {
  readonly service: Service;
  readonly what: 'added' | 'removed' | 'changed' | 'same';
  readonly endpointsDiffer: boolean;
}

/**
 * @param before the services of the entry before the write, none if it is new
 * @param redefined whether something differs that is part of all its services
 */
export function compareHosts(
  before: readonly Service[],
  after: readonly Service[],
  redefined: boolean,
): readonly HostChange[] {
  const old = new Map(before.map((service) => [service.key, service]));
  const changes: HostChange[] = after.map((service) => {
    const known = old.get(service.key);
    old.delete(service.key);
    if (known === undefined) return { service, what: 'added', endpointsDiffer: true };
    const isSame = !redefined && definitionOf(known) === definitionOf(service);
    return { service, what: isSame ? 'same' : 'changed', endpointsDiffer: endpointsOf(known) !== endpointsOf(service) };
  });
  for (const service of old.values()) changes.push({ service, what: 'removed', endpointsDiffer: true });
  return changes;
}

/** Whether two objects differ in more than hosts, which are compared one by one, and endpoints. */
export function isRedefined(before: ConfigObject | undefined, after: ConfigObject | undefined): boolean {
  return before !== undefined && after !== undefined && restOf(before) !== restOf(after);
}

function restOf({ spec }: ConfigObject): string {
  return JSON.stringify({ ...spec, hosts: undefined, endpoints: undefined });
}

function definitionOf({ spec }: Service): string {
  return JSON.stringify({ ...spec, endpoints: undefined });
}

/** As many endpoints with another address, weight, label or port are other endpoints. */
function endpointsOf({ spec, listed }: Service): string {
  return JSON.stringify([spec.endpoints, listed]);
}
