import { z } from 'zod';
import { WorkloadYaml } from '../schema/workload-name.js';
import { eventKind, timing } from './event-kind.js';

const HOW_MANY = 'a number of pods, or a change such as "+1" or "-1"';

/** `scale: istiod` or a workload, `to` so many pods. */
export const scale = eventKind({
  key: 'scale',
  schema: z.strictObject({
    ...timing,
    scale: z.union([z.literal('istiod'), WorkloadYaml], { error: 'istiod, or a workload NAMESPACE/NAME' }),
    to: z.union([z.int().min(0), z.string().regex(/^[+-][1-9]\d{0,5}$/)], { error: HOW_MANY }),
  }),
  effect(event, { path, reporter }) {
    const { to } = event;
    const pods = Number(to);
    const isChange = typeof to === 'string';
    if (event.scale !== 'istiod') return { do: 'scale', workload: event.scale, pods, isChange };
    if (!isChange && pods >= 1) return { do: 'scaleIstiod', replicas: pods };
    reporter.error('bad-value', [...path, 'to'], 'a number of istiods of at least 1', { received: to });
    return undefined;
  },
});
