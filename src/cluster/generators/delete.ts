import type { SliceSpec } from '../../mesh/spec.js';
import { choose } from '../cluster-state.js';
import type { DeleteObject } from '../event-spec.js';
import { chooseService, type Effect, type EffectEnvironment, endpointsOf } from './effect-environment.js';

export function deleteObject({ kind, target }: DeleteObject, environment: EffectEnvironment): Effect {
  const { cluster, random, emit } = environment;
  if (kind === 'EndpointSlice') {
    return (occurrence) => {
      const slice = choose(cluster.slices.all, target, occurrence, random);
      if (slice !== undefined) deleteSlice(slice, environment);
    };
  }
  if (kind === 'Pod') {
    return (occurrence) => {
      const pod = choose(cluster.slices.pods, target, occurrence, random);
      // It tells nobody: its endpoints go when the slice is written.
      if (pod !== undefined) cluster.slices.podIsThere(pod.namespace, pod.name, false);
    };
  }
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
    // Its slices go without events of their own.
    cluster.slices.deleteOf(spec.namespace, spec.name);
    emit({ of: 'service', action: 'delete', namespace: spec.namespace, host: spec.host });
  };
}

function deleteSlice({ namespace, name, service }: SliceSpec, { cluster, emit }: EffectEnvironment): void {
  const live = cluster.endpointsOf({ namespace, name: service });
  const effect = cluster.slices.delete(namespace, name);
  if (live === undefined || effect === undefined) return;
  const { changed, ready, labelled, accounts } = effect;
  Object.assign(live, { ready, labelled, accounts });
  emit({ ...endpointsOf(live), changed });
}
