import { z } from 'zod';
import { count, Duration } from '../schema/leaves.js';
import { ProxySetYaml } from '../schema/targets.js';
import { eventKind, timing } from './event-kind.js';

/** `drop: { proxies }`: their connections are reset. */
export const drop = eventKind({
  key: 'drop',
  schema: z.strictObject({
    ...timing,
    drop: z.strictObject({
      proxies: ProxySetYaml,
      count: count('So many of them, drawn at random', 1, 100_000).optional(),
      again: Duration.optional().meta({ description: 'When they come back; default after the back-off of Envoy' }),
      silently: z
        .boolean({ error: 'true or false' })
        .prefault(false)
        .meta({ description: 'istiod does not notice until its keepalive does' }),
    }),
  }),
  effect({ drop: { proxies, count: some, again, silently } }) {
    return {
      do: 'drop',
      proxies,
      silently,
      ...(some === undefined ? {} : { count: some }),
      ...(again === undefined ? {} : { again }),
    };
  },
});
