import { editOf } from '../cluster-state.js';
import type { ApplyObjects } from '../event-spec.js';
import { type Effect, type EffectEnvironment, putConfig } from './effect-environment.js';

export function applyObjects(what: ApplyObjects, environment: EffectEnvironment): Effect {
  const { sim, cluster } = environment;
  return () => {
    for (const [position, object] of what.objects.entries()) {
      sim.after(position * what.spacing, () => {
        const edit = editOf(cluster.config(object.kind, object), object);
        if (edit !== undefined) putConfig(environment, object, edit);
      });
    }
  };
}
