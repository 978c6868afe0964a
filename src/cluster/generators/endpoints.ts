import type { Stream } from '../../engine/random/streams.js';
import { readyOf } from '../../mesh/services/labelled.js';
import type { LiveService } from '../cluster-state.js';
import type { ChangeEndpoints, ReadyChange } from '../event-spec.js';
import { chooseService, type Effect, type EffectEnvironment, setReady, setReadyWith } from './effect-environment.js';

export function changeEndpoints({ target, ready, labels }: ChangeEndpoints, environment: EffectEnvironment): Effect {
  const { cluster, random } = environment;
  const flapped = new Set<LiveService>();
  /** Whether it is time to go back: in turn for each service. */
  const turn = (live: LiveService) => (): boolean => {
    const back = flapped.delete(live);
    if (!back) flapped.add(live);
    return back;
  };
  return (occurrence) => {
    const live = target.pick === 'named' ? cluster.endpointsOf(target) : chooseService(environment, target, occurrence);
    if (live === undefined) return;
    // As many addresses as before are other ones, unless the event says that nothing changes (+0).
    const swapped = 'set' in ready;
    const before = labels === undefined ? live.ready : readyOf(live.labelled ?? [], labels);
    const after = nextReady(before, ready, turn(live), random);
    if (labels === undefined) setReady(environment, live, after, swapped);
    else setReadyWith(environment, live, labels, after, swapped);
  };
}

/** `flap` alternates: one more, then as many as before. */
function nextReady(before: number, change: ReadyChange, isBack: () => boolean, random: Stream): number {
  if ('least' in change) return change.least + random.integer(change.most - change.least + 1);
  if ('set' in change) return change.set;
  if ('add' in change) return Math.max(0, before + change.add);
  return Math.max(0, before + (isBack() ? -change.flap : change.flap));
}
