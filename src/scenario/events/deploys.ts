import { z } from 'zod';
import { Rate } from '../schema/leaves.js';
import { WorkloadYaml } from '../schema/workload-name.js';
import { eventKind, timing } from './event-kind.js';
import { rolloutAllowance, surgeAndUnavailable } from './surge.js';

const { name, from, until } = timing;

/** `deploys: 12/h, of: "shop/*"`: rollouts of workloads drawn at random, at exponential gaps. */
export const deploys = eventKind({
  key: 'deploys',
  schema: z.strictObject({ name, from, until, deploys: Rate, of: WorkloadYaml.prefault('*'), ...surgeAndUnavailable }),
  effect: (event) => ({ do: 'deploys', workload: event.of, ...rolloutAllowance(event) }),
});
