import { z } from 'zod';
import { Duration, oneOf } from '../schema/leaves.js';
import { eventKind, timing } from './event-kind.js';

const STEPS = 'a list of shares of traffic, such as [5%, 25%, 50%, 100%]';
const A_SERVICE = 'a service NAMESPACE/NAME';

/** `canary: { tool, rollout, steps, pause, order }`: what a tool writes to move traffic to another version. */
export const canary = eventKind({
  key: 'canary',
  schema: z.strictObject({
    ...timing,
    canary: z.strictObject({
      tool: oneOf(['argo', 'flagger', 'helm'], 'Whose objects are written').prefault('argo'),
      rollout: z
        .string({ error: A_SERVICE })
        .regex(/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-a-z0-9]*$/, { error: A_SERVICE })
        .meta({ description: 'NAMESPACE/NAME of the service, and of its workload if it has one' }),
      steps: z
        .array(z.string({ error: STEPS }).regex(/^(\d|[1-9]\d|100)%$/, { error: STEPS }), { error: STEPS })
        .min(1, { error: STEPS })
        .prefault(['5%', '25%', '50%', '100%']),
      pause: Duration.prefault('1m').meta({ description: 'Between steps' }),
      spacing: Duration.prefault('1s').meta({ description: 'Between the two writes of the first and the last step' }),
      order: oneOf(['rule-first', 'route-first'], 'Whether subsets are defined before routes name them').prefault(
        'rule-first',
      ),
    }),
  }),
  effect(event) {
    const { tool, rollout, steps, pause, spacing, order } = event.canary;
    const [namespace = '', name = ''] = rollout.split('/');
    return {
      do: 'canary',
      tool,
      namespace,
      name,
      steps: steps.map((step) => Number.parseInt(step, 10)),
      pause,
      spacing,
      order,
    };
  },
});
