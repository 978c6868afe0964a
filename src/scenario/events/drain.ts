import { z } from 'zod';
import { parseRate } from '../units/units.js';
import { eventKind, timing } from './event-kind.js';

const A_PACE = 'pods per time, such as 10/m';

/** `drain: { zone, pods }`: the pods of a zone go, so many per time. */
export const drain = eventKind({
  key: 'drain',
  schema: z.strictObject({
    ...timing,
    drain: z.strictObject({
      zone: z.string({ error: 'a zone' }).min(1, { error: 'a zone' }),
      pods: z.string({ error: A_PACE }).meta({ description: 'How fast: 10/m' }),
    }),
  }),
  effect(event, { path, reporter }) {
    const { zone, pods } = event.drain;
    const pace = parseRate(pods);
    if (pace.ok) return { do: 'drain', zone, pods: 1, per: pace.value };
    reporter.error('bad-value', [...path, 'drain', 'pods'], A_PACE, { received: pods });
    return undefined;
  },
});
