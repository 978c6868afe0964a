import { z } from 'zod';
import { appliedObjects } from '../resolve/apply.js';
import { Duration } from '../schema/leaves.js';
import { ResourceFile, ResourceObject } from '../schema/mesh.js';
import { eventKind, timing } from './event-kind.js';

const Applied = z.union([ResourceFile, ResourceObject]);

const schema = z.strictObject({
  ...timing,
  apply: z.union([Applied, z.array(Applied)]).meta({
    description: 'As kubectl apply: Istio objects, or { file } entries, created or updated in this order',
  }),
  spacing: Duration.prefault('0s'),
});

/** `apply: { file: canary.yaml }`: as `kubectl apply`; created, updated, or left alone when equal. */
export const apply = eventKind({
  key: 'apply',
  schema,
  // Objects are checked one by one afterwards, so that a mistake in one is not a mistake in every alternative.
  looseSchema: schema.extend({ apply: z.unknown() }),
  effect(event, { path, reporter, readResources }) {
    const objects = appliedObjects(event.apply, [...path, 'apply'], reporter, readResources);
    return { do: 'apply', objects, spacing: event.spacing };
  },
});
