/** What the driver of a recording did, as watch events. */

import type { Operation, SetUp } from '../../import/recording.js';
import type { WatchEvent } from '../../pipeline/model/watch-event.js';
import {
  destinationRuleAt,
  gatewayAt,
  gatewayRouteAt,
  manyRoutesAt,
  serviceAt,
  virtualServiceAt,
} from './set-up-mesh.js';

/**
 * An API server tells nobody of a write that changes nothing: endpoints set to the number that there is, and every other
 * write of one slice, which puts back an address that nobody has removed.
 */
export function writesOf({ ops, mesh, testbed }: SetUp): readonly Operation[] {
  if (testbed === undefined) return ops;
  const ready = new Map<number, number>();
  let slices = 0;
  return ops.filter(({ op, svc, n }) => {
    if (op === 'eps') return slices++ % 2 === 1;
    if (op !== 'ep') return true;
    const same = (ready.get(svc) ?? mesh.endpoints) === n;
    ready.set(svc, n);
    return !same;
  });
}

export function eventsOf({ op, svc, n }: Operation, { mesh, testbed }: SetUp): readonly WatchEvent[] {
  const service = serviceAt(svc, mesh);
  const { namespace, host } = service;
  switch (op) {
    case 'ep':
    case 'slice':
      return [{ of: 'endpoints', namespace, host, ready: n, changed: testbed !== undefined, addresses: n }];
    case 'eps': {
      const addresses = mesh.endpoints / (mesh.slicesPerService ?? 1);
      return [{ of: 'endpoints', namespace, host, ready: mesh.endpoints - 1, changed: true, addresses }];
    }
    case 'svc':
      return [{ of: 'service', action: 'write', service: { ...service, endpoints: 0 } }];
    case 'svcu':
      // Only a label differs: to istiod it is another service all the same.
      return [{ of: 'service', action: 'write', service: { ...service, exportTo: n % 2 === 0 ? ['*'] : [] } }];
    case 'vs':
      return [{ of: 'config', action: 'write', object: virtualServiceAt(svc, mesh), edit: 'spec' }];
    case 'vsr':
      return [{ of: 'config', action: 'write', object: manyRoutesAt(svc, n, mesh), edit: 'spec' }];
    case 'gvs':
      return [{ of: 'config', action: 'write', object: gatewayRouteAt(svc, mesh), edit: 'spec' }];
    case 'dr':
      return [{ of: 'config', action: 'write', object: destinationRuleAt(svc, mesh), edit: 'spec' }];
    case 'gw':
      return [{ of: 'config', action: 'write', object: gatewayAt(svc), edit: 'spec' }];
    case 'full':
      return [{ of: 'mesh' }];
  }
}
