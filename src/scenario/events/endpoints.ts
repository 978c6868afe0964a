import { z } from 'zod';
import { ReadyYaml, TargetYaml } from '../schema/targets.js';
import { eventKind, timing } from './event-kind.js';

/** `endpoints: { services, ready }`: an EndpointSlice with so many ready addresses. */
export const endpoints = eventKind({
  key: 'endpoints',
  schema: z.strictObject({ ...timing, endpoints: z.strictObject({ services: TargetYaml, ready: ReadyYaml }) }),
  effect: (event) => ({ do: 'endpoints', target: event.endpoints.services, ready: event.endpoints.ready }),
});
