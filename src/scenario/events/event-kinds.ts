/** The grammar of `events`: each says when (a timing) and what (one effect). */
import { z } from 'zod';
import type { EventEffect } from '../../cluster/event-spec.js';
import { apply } from './apply.js';
import { canary } from './canary.js';
import { create } from './create.js';
import { deletion } from './delete.js';
import { deploys } from './deploys.js';
import { drain } from './drain.js';
import { drop } from './drop.js';
import { endpoints } from './endpoints.js';
import type { EventKind, Place } from './event-kind.js';
import { forcedPush } from './forced-push.js';
import { job } from './job.js';
import { proxyUpdate } from './proxy-update.js';
import { reject } from './reject.js';
import { restart } from './restart.js';
import { rollout } from './rollout.js';
import { scale } from './scale.js';
import { slow } from './slow.js';
import { update } from './update.js';
import { upgrade } from './upgrade.js';

const KINDS = [
  create,
  apply,
  update,
  deletion,
  endpoints,
  reject,
  proxyUpdate,
  forcedPush,
  restart,
  upgrade,
  scale,
  rollout,
  deploys,
  canary,
  drain,
  job,
  slow,
  drop,
] as const;

/** Keys that say what an event does. */
export const EFFECT_KEYS: readonly string[] = KINDS.map(({ key }) => key);

export const EventYaml = z
  .union([
    create.schema,
    apply.schema,
    update.schema,
    deletion.schema,
    endpoints.schema,
    reject.schema,
    proxyUpdate.schema,
    forcedPush.schema,
    restart.schema,
    upgrade.schema,
    scale.schema,
    rollout.schema,
    deploys.schema,
    canary.schema,
    drain.schema,
    job.schema,
    slow.schema,
    drop.schema,
  ])
  .meta({ description: 'When (at, repeat, every; or poisson, from, until) and what' });
export type EventYamlOutput = z.output<typeof EventYaml>;

type AnyKind = EventKind<string, z.ZodType>;

/** Those whose key the event has. `endpoints` beside `create` is a number: how many the new service has. */
function kindsOf(event: object): readonly AnyKind[] {
  const named = KINDS.filter(({ key }) => key in event && !(key === 'endpoints' && 'create' in event));
  return named as readonly object[] as readonly AnyKind[];
}

/**
 * The schema that fits what the event says it does, so that its problems are about that and not about every
 * alternative; or the keys it has when that is not exactly one.
 */
export function eventSchema(event: object): z.ZodType | readonly string[] {
  const named = kindsOf(event);
  const [only] = named;
  if (only === undefined || named.length > 1) return named.map(({ key }) => key);
  return only.looseSchema ?? only.schema;
}

/** What a checked event does. Undefined when something in it is wrong, which the reporter knows then. */
export function effectOf(event: EventYamlOutput, place: Place): EventEffect | undefined {
  return kindsOf(event)[0]?.effect(event, place);
}
