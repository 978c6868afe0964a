import { z } from 'zod';
import { eventKind, timing } from './event-kind.js';

const A_JOB = 'a job NAMESPACE/NAME';

/** `job: NAMESPACE/NAME`: all pods of the job begin. */
export const job = eventKind({
  key: 'job',
  schema: z.strictObject({
    ...timing,
    job: z
      .string({ error: A_JOB })
      .regex(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9]*$/, { error: A_JOB })
      .meta({ description: 'NAMESPACE/NAME' }),
  }),
  effect: (event) => ({ do: 'job', workload: event.job }),
});
