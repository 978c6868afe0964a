import { z } from 'zod';
import { oneOf } from '../schema/leaves.js';
import { aim, targetOf } from './aim.js';
import { eventKind, timing } from './event-kind.js';

/** `update: { kind, target, change }`: the spec, metadata or status of an object that is there. */
export const update = eventKind({
  key: 'update',
  schema: z.strictObject({
    ...timing,
    update: z.strictObject({
      ...aim,
      change: oneOf(['spec', 'metadata', 'status'], 'Which part of the object changes').prefault('spec'),
    }),
  }),
  effect({ update: { kind, change, ...aimed } }, { path, reporter }) {
    const target = targetOf({ kind, ...aimed }, [...path, 'update'], reporter);
    return target && { do: 'update', kind, target, change };
  },
});
