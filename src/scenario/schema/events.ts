/** The grammar of `events`: each says when (a timing) and what (one effect). */
import { z } from 'zod';
import type { XdsType } from '../../istio/xds-types.js';
import { WRITABLE_KINDS } from './kinds.js';
import { count, Duration, dnsName, Labels, objectName, oneOf, Rate } from './leaves.js';
import { Ports, ResourceFile, ResourceObject } from './mesh.js';
import { ProxySetYaml, ReadyYaml, TargetYaml } from './targets.js';

const Kind = oneOf(WRITABLE_KINDS, 'Kind of object');

const REJECTABLE = ['cds', 'eds', 'lds', 'rds', 'sds', 'nds', 'ecds'] as const satisfies readonly XdsType[];
const SOME_TYPES = 'a list of xDS types, such as [lds]';

const A_NAME = 'a name of letters, digits, dashes and dots';
const EventName = z
  .string({ error: A_NAME })
  .regex(/^[A-Za-z0-9][-\w.]{0,99}$/, { error: A_NAME })
  .meta({ description: 'Names the source in reports and keys its random numbers; default KIND-N' });

const timing = {
  name: EventName.optional(),
  at: Duration.optional(),
  repeat: count('How many times', 1, 100_000_000).optional(),
  every: Duration.optional(),
  poisson: Rate.optional(),
  from: Duration.optional(),
  until: Duration.optional(),
};

/** Which object: one of many, or that of a name; which of the two it is, is looked at later. */
const aim = {
  kind: Kind,
  target: TargetYaml.optional(),
  name: objectName('Name of the object, instead of target').optional(),
  namespace: dnsName('Namespace of the named object; default "default"').optional(),
};
export type AimYamlOutput = z.output<z.ZodObject<typeof aim>>;

const Applied = z.union([ResourceFile, ResourceObject]);

const EVENT_SCHEMAS = {
  create: z.strictObject({
    ...timing,
    create: z
      .array(Kind, { error: 'a list of kinds, such as [Service, VirtualService]' })
      .min(1, { error: 'at least one kind' }),
    spacing: Duration.prefault('0s'),
    namespace: dnsName('Where they are created').prefault('default'),
    named: dnsName('Name; the number of the repetition is appended').prefault('app'),
    ports: Ports.prefault(['http']),
    endpoints: count('Ready endpoints of a created Service', 0, 100_000).prefault(0),
    gatewaySelector: Labels.prefault({ istio: 'ingressgateway' }),
  }),
  apply: z.strictObject({
    ...timing,
    apply: z.union([Applied, z.array(Applied)]).meta({
      description: 'As kubectl apply: Istio objects, or { file } entries, created or updated in this order',
    }),
    spacing: Duration.prefault('0s'),
  }),
  update: z.strictObject({
    ...timing,
    update: z.strictObject({
      ...aim,
      change: oneOf(['spec', 'metadata', 'status'], 'Which part of the object changes').prefault('spec'),
    }),
  }),
  delete: z.strictObject({ ...timing, delete: z.strictObject(aim) }),
  endpoints: z.strictObject({ ...timing, endpoints: z.strictObject({ services: TargetYaml, ready: ReadyYaml }) }),
  reject: z.strictObject({
    ...timing,
    reject: z.strictObject({
      proxies: ProxySetYaml,
      types: z
        .array(oneOf(REJECTABLE, 'Type of message'), { error: SOME_TYPES })
        .min(1, { error: SOME_TYPES })
        .meta({ description: 'What they reject, keeping what they have' }),
      for: Duration,
    }),
  }),
  proxyUpdate: z.strictObject({ ...timing, proxyUpdate: TargetYaml }),
  forcedPush: z.strictObject({ ...timing, forcedPush: z.literal(true, { error: 'true' }) }),
} as const;

export const HAPPENINGS = Object.keys(EVENT_SCHEMAS) as readonly (keyof typeof EVENT_SCHEMAS)[];

export const EventYaml = z
  .union([
    EVENT_SCHEMAS.create,
    EVENT_SCHEMAS.apply,
    EVENT_SCHEMAS.update,
    EVENT_SCHEMAS.delete,
    EVENT_SCHEMAS.endpoints,
    EVENT_SCHEMAS.reject,
    EVENT_SCHEMAS.proxyUpdate,
    EVENT_SCHEMAS.forcedPush,
  ])
  .meta({ description: 'When (at, repeat, every; or poisson, from, until) and what' });
export type EventYamlOutput = z.output<typeof EventYaml>;

/** Objects are checked one by one afterwards, so that a mistake in one is not a mistake in every alternative. */
const AROUND_APPLY = EVENT_SCHEMAS.apply.extend({ apply: z.unknown() });

/**
 * The schema that fits what the event says it does, so that its problems are about that and not about every
 * alternative; or the effects it names when that is not exactly one.
 */
export function eventSchema(event: object): z.ZodType | readonly string[] {
  // `endpoints` beside `create` is a number: how many the new service has.
  const named = HAPPENINGS.filter((key) => key in event && !(key === 'endpoints' && 'create' in event));
  const [only] = named;
  if (only === undefined || named.length > 1) return named;
  return only === 'apply' ? AROUND_APPLY : EVENT_SCHEMAS[only];
}
