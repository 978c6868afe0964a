import { choose } from '../cluster-state.js';
import type { DeleteObject } from '../event-spec.js';
import { chooseService, type Effect, type EffectEnvironment } from './effect-environment.js';

export function deleteObject({ kind, target }: DeleteObject, environment: EffectEnvironment): Effect {
  const { cluster, random, emit } = environment;
  if (kind !== 'Service') {
    return (occurrence) => {
      const object = choose(cluster.configs(kind), target, occurrence, random);
      if (object === undefined) return;
      cluster.removeConfig(kind, object);
      emit({ of: 'config', action: 'delete', kind, namespace: object.namespace, name: object.name });
    };
  }
  return (occurrence) => {
    const live = chooseService(environment, target, occurrence);
    if (live === undefined) return;
    const { spec } = live;
    cluster.removeService(spec);
    emit({ of: 'service', action: 'delete', namespace: spec.namespace, host: spec.host });
  };
}
