import { z } from 'zod';
import { aimToDelete, targetOf } from './aim.js';
import { eventKind, timing } from './event-kind.js';

/** `delete: { kind, name, namespace }`, also with `target`: an object goes. */
export const deletion = eventKind({
  key: 'delete',
  schema: z.strictObject({ ...timing, delete: z.strictObject(aimToDelete) }),
  effect(event, { path, reporter }) {
    const target = targetOf(event.delete, [...path, 'delete'], reporter);
    return target && { do: 'delete', kind: event.delete.kind, target };
  },
});
