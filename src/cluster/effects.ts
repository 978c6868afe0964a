/** What each kind of event does to the cluster when its time has come; one file a kind in `generators/`. */
import type { EventEffect } from './event-spec.js';
import { applyObjects } from './generators/apply.js';
import { createObjects } from './generators/create.js';
import { deleteObject } from './generators/delete.js';
import type { Effect, EffectEnvironment } from './generators/effect-environment.js';
import { changeEndpoints } from './generators/endpoints.js';
import { fleetEffect } from './generators/fleet.js';
import { updateProxy } from './generators/proxy-update.js';
import { rejectMessages } from './generators/reject.js';
import { updateObject } from './generators/update.js';

export function effectOf(what: EventEffect, environment: EffectEnvironment): Effect {
  switch (what.do) {
    case 'create':
      return createObjects(what, environment);
    case 'apply':
      return applyObjects(what, environment);
    case 'update':
      return updateObject(what, environment);
    case 'delete':
      return deleteObject(what, environment);
    case 'endpoints':
      return changeEndpoints(what, environment);
    case 'reject':
      return rejectMessages(what, environment);
    case 'proxyUpdate':
      return updateProxy(what.target, environment);
    case 'forcedPush':
      return () => environment.emit({ of: 'mesh' });
    default:
      return fleetEffect(what, environment);
  }
}
