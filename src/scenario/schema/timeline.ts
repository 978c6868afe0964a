/** The grammar of `timeline`: a file of timed writes, as `pushsim import` makes it, and which part of it is replayed. */
import { z } from 'zod';
import { Duration } from './leaves.js';

const A_SPEED = 'a number above zero: 2 replays twice as fast';

const File = z
  .string({ error: 'the name of a timeline file, such as events.jsonl.gz' })
  .min(1)
  .meta({ description: 'JSON lines, packed or not, relative to this file' });

export const TimelineYaml = z
  .union([
    File,
    z.strictObject({
      file: File,
      from: Duration.prefault('0s').meta({ description: 'What was written before is there at the start' }),
      until: Duration.optional(),
      speedUp: z.number({ error: A_SPEED }).positive({ error: A_SPEED }).max(1_000_000, { error: A_SPEED }).prefault(1),
    }),
  ])
  .meta({ description: 'Writes that were seen in a cluster, made again at their times' });
