import { z } from 'zod';
import { Labels } from '../schema/leaves.js';
import { ReadyYaml, TargetYaml } from '../schema/targets.js';
import { eventKind, timing } from './event-kind.js';

/** `endpoints: { services, ready }`: an EndpointSlice with so many ready addresses. */
export const endpoints = eventKind({
  key: 'endpoints',
  schema: z.strictObject({
    ...timing,
    endpoints: z.strictObject({
      services: TargetYaml,
      ready: ReadyYaml,
      labels: Labels.optional().meta({ description: 'Only of the endpoints with exactly these labels' }),
    }),
  }),
  effect: ({ endpoints: { services: target, ready, labels } }) => ({
    do: 'endpoints',
    target,
    ready,
    ...(labels === undefined ? {} : { labels }),
  }),
});
