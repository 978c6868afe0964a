import { choose } from '../cluster-state.js';
import type { Target } from '../event-spec.js';
import type { Effect, EffectEnvironment } from './effect-environment.js';

/** A pod becomes ready, or its labels change. */
export function updateProxy(target: Target, { proxies, random, emit }: EffectEnvironment): Effect {
  return (occurrence) => {
    const chosen = choose(proxies, target, occurrence, random);
    if (chosen !== undefined) emit({ of: 'pod', proxy: proxies.indexOf(chosen) });
  };
}
