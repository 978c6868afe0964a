/** The grammar of what comes and goes: istiods, their autoscaler, connections, workloads and their pods. */
import { z } from 'zod';
import type { Distribution } from '../../engine/random/distributions.js';
import type { Share } from '../../fleet/deployment.js';
import { parseDuration } from '../units/units.js';
import { Cost } from './costs.js';
import { Cores, count, Duration, dnsName, Labels, oneOf } from './leaves.js';

const A_PERCENTAGE = 'a percentage, such as 80%';
/** As a share of one. */
export const Percentage = z
  .string({ error: A_PERCENTAGE })
  .meta({ description: 'A percentage: 80%' })
  .transform((text, context): number => {
    const match = /^(\d{1,4}(?:\.\d{1,3})?)%$/.exec(text);
    if (match) return Number(match[1]) / 100;
    context.issues.push({ code: 'custom', message: A_PERCENTAGE, input: text });
    return z.NEVER;
  });

const A_SHARE = 'a number of pods or a percentage, such as 25%';
export const ShareYaml = z
  .union([z.int(), z.string()], { error: A_SHARE })
  .meta({ description: 'Pods, or a percentage of them: 1, 25%' })
  .transform((value, context): Share => {
    if (typeof value === 'number' && value >= 0) return { pods: value };
    const match = /^(\d{1,3})%$/.exec(String(value));
    if (match) return { percent: Number(match[1]) };
    context.issues.push({ code: 'custom', message: A_SHARE, input: value });
    return z.NEVER;
  });

const A_SPAN = 'a duration, two of them as in 4s..9s, or a distribution';
/** `4s..9s` is uniform. */
const Span = z
  .string({ error: A_SPAN })
  .regex(/^\S+\.\.\S+$/, { error: A_SPAN })
  .transform((text, context): Distribution => {
    const [min, max] = text.split('..').map(parseDuration);
    if (min?.ok && max?.ok && min.value <= max.value) return { kind: 'uniform', min: min.value, max: max.value };
    context.issues.push({ code: 'custom', message: A_SPAN, input: text });
    return z.NEVER;
  });
export const DistributionYaml = z
  .union([Span, Cost], { error: A_SPAN })
  .meta({ description: 'How long: 5s, 4s..9s, or a distribution' });

const MANY_ISTIODS = 100;
export const Replicas = count('Pods of istiod', 1, MANY_ISTIODS);

export const AutoscaleYaml = z.strictObject({
  min: count('Fewest istiods', 1, MANY_ISTIODS).prefault(1),
  max: count('Most istiods', 1, MANY_ISTIODS).prefault(5),
  cpu: Percentage.prefault('80%').meta({ description: 'Target, of what a pod requests' }),
  request: Cores.prefault('500m').meta({ description: 'Cores that a pod of istiod requests' }),
});

export const ConnectionsYaml = z.strictObject({
  maxAge: Duration.prefault('30m').meta({ description: 'istiod closes connections at this age, ± 10 %; 0: never' }),
  grace: Duration.prefault('10s').meta({ description: 'How long it waits for the stream to end by itself' }),
  choice: oneOf(['random', 'least'], 'Which istiod a new connection reaches').prefault('random'),
});

export const RevisionYaml = z.strictObject({
  name: dnsName('Name of the revision'),
  istio: z.string({ error: 'a release of Istio' }).meta({ description: 'Its release' }),
  replicas: Replicas.prefault(1),
  namespaces: z
    .array(dnsName('Namespace'), { error: 'a list of namespaces' })
    .min(1, { error: 'a list of namespaces' })
    .meta({ description: 'Namespaces whose proxies it serves' }),
});

export const FLEET_KEYS = [
  'replicas',
  'autoscale',
  'connections',
  'startup',
  'readiness',
  'revisions',
  'requests',
] as const;

/** Under `istiod`. */
export const fleetOfIstiod = {
  replicas: Replicas.optional().meta({ description: 'Pods of istiod; default 1, or the least of the autoscaler' }),
  autoscale: AutoscaleYaml.optional(),
  connections: ConnectionsYaml.optional(),
  startup: DistributionYaml.optional(),
  readiness: z
    .strictObject({ delay: Duration.prefault('1s'), period: Duration.prefault('3s') })
    .optional()
    .meta({ description: 'Readiness probe; period 0s: ready as soon as it listens' }),
  revisions: z.array(RevisionYaml, { error: 'a list of revisions' }).optional(),
  requests: z.number({ error: 'a number' }).min(0, { error: 'a number of at least 0' }).optional().meta({
    description:
      'Requests per second from each proxy to each endpoint: what fails at endpoints that are gone; default 1',
  }),
};

const KINDS = ['deployment', 'statefulset', 'daemonset', 'job', 'rollout'] as const;
const A_NAME = 'NAMESPACE/NAME, such as shop/cart';
const WorkloadName = z
  .string({ error: A_NAME })
  .regex(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9]*$/, { error: A_NAME })
  .optional()
  .meta({ description: 'NAMESPACE/NAME' });

export const WorkloadYaml = z.strictObject({
  ...(Object.fromEntries(KINDS.map((kind) => [kind, WorkloadName])) as Record<
    (typeof KINDS)[number],
    typeof WorkloadName
  >),
  pods: count('Pods', 0, 100_000).prefault(1),
  services: z
    .array(z.string({ error: A_NAME }), { error: 'a list of services, such as [shop/cart]' })
    .prefault([])
    .meta({ description: 'Services whose endpoints its pods are' }),
  labels: Labels.prefault({}),
  startup: DistributionYaml.prefault('5s'),
  preStop: Duration.prefault('0s'),
  stopping: Duration.prefault('0s').meta({ description: 'How long the application serves after SIGTERM' }),
  grace: Duration.prefault('30s'),
  surge: ShareYaml.optional(),
  unavailable: ShareYaml.optional(),
  minReady: Duration.prefault('0s'),
  zone: z.array(z.string({ error: 'a zone' }), { error: 'a list of zones' }).prefault([]),
  every: Duration.optional().meta({ description: 'Jobs: how often one begins' }),
  lasts: Duration.optional().meta({ description: 'Jobs: how long a pod runs once it is ready' }),
});
export const WORKLOAD_KINDS = KINDS;
