import { z } from 'zod';
import { oneOf } from '../schema/leaves.js';
import { eventKind, timing } from './event-kind.js';

/** `restart: istiod`: its pods are replaced one after the other, or killed. */
export const restart = eventKind({
  key: 'restart',
  schema: z.strictObject({
    ...timing,
    restart: z.literal('istiod', { error: 'istiod' }),
    how: oneOf(
      ['rolling', 'kill', 'kill-one'],
      'As kubectl rollout restart, or SIGKILL to all or one of them',
    ).prefault('rolling'),
  }),
  effect: (event) => ({ do: 'restart', how: event.how }),
});
