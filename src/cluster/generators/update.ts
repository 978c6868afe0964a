import { choose } from '../cluster-state.js';
import type { UpdateObject } from '../event-spec.js';
import { chooseService, type Effect, type EffectEnvironment, putConfig } from './effect-environment.js';

export function updateObject({ kind, target, change }: UpdateObject, environment: EffectEnvironment): Effect {
  const { cluster, random, emit } = environment;
  if (kind !== 'Service') {
    return (occurrence) => {
      const object = choose(cluster.configs(kind), target, occurrence, random);
      if (object !== undefined) putConfig(environment, object, change);
    };
  }
  return (occurrence) => {
    const live = chooseService(environment, target, occurrence);
    if (live === undefined) return;
    if (change === 'spec')
      live.spec = { ...live.spec, ports: live.spec.ports.map((port) => ({ ...port, number: port.number + 1 })) };
    emit({ of: 'service', action: 'write', service: live.spec });
  };
}
