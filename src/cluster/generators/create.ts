import type { CreateObjects } from '../event-spec.js';
import { newConfig, newService } from '../templates.js';
import { type Effect, type EffectEnvironment, putConfig, setReady } from './effect-environment.js';

export function createObjects(what: CreateObjects, environment: EffectEnvironment): Effect {
  const { sim, cluster, emit } = environment;
  return (occurrence) => {
    const name = `${what.name}-${occurrence}`;
    for (const [position, kind] of what.kinds.entries()) {
      sim.after(position * what.spacing, () => {
        if (kind !== 'Service') {
          putConfig(environment, newConfig(kind, name, what), 'spec');
          return;
        }
        const spec = newService(name, what);
        emit({ of: 'service', action: 'write', service: spec });
        setReady(environment, cluster.putService(spec, -1), what.endpoints);
      });
    }
  };
}
