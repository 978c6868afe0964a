import { z } from 'zod';
import { WorkloadYaml } from '../schema/workload-name.js';
import { eventKind, timing } from './event-kind.js';
import { rolloutAllowance, surgeAndUnavailable } from './surge.js';

/** `rollout: NAMESPACE/NAME`: all pods of the workload are replaced. */
export const rollout = eventKind({
  key: 'rollout',
  schema: z.strictObject({ ...timing, rollout: WorkloadYaml, ...surgeAndUnavailable }),
  effect: (event) => ({ do: 'rollout', workload: event.rollout, ...rolloutAllowance(event) }),
});
