import type { Stream } from '../../engine/random/streams.js';
import type { LiveService } from '../cluster-state.js';
import type { ChangeEndpoints, ReadyChange } from '../event-spec.js';
import { chooseService, type Effect, type EffectEnvironment, setReady } from './effect-environment.js';

export function changeEndpoints({ target, ready }: ChangeEndpoints, environment: EffectEnvironment): Effect {
  const { cluster, random } = environment;
  const flapped = new Set<LiveService>();
  return (occurrence) => {
    const live = target.pick === 'named' ? cluster.endpointsOf(target) : chooseService(environment, target, occurrence);
    if (live === undefined) return;
    // As many addresses as before are other ones, unless the event says that nothing changes (+0).
    setReady(environment, live, nextReady(live, ready, flapped, random), 'set' in ready);
  };
}

/** `flap` alternates per service: one more, then as many as before. */
function nextReady(live: LiveService, change: ReadyChange, flapped: Set<LiveService>, random: Stream): number {
  if ('least' in change) return change.least + random.integer(change.most - change.least + 1);
  if ('set' in change) return change.set;
  if ('add' in change) return Math.max(0, live.ready + change.add);
  const back = flapped.delete(live);
  if (!back) flapped.add(live);
  return Math.max(0, live.ready + (back ? -change.flap : change.flap));
}
