import { z } from 'zod';
import { eventKind, timing } from './event-kind.js';

/** `forcedPush: true`: MeshConfig changes. */
export const forcedPush = eventKind({
  key: 'forcedPush',
  schema: z.strictObject({ ...timing, forcedPush: z.literal(true, { error: 'true' }) }),
  effect: () => ({ do: 'forcedPush' }),
});
