import { proxiesOf } from '../cluster-state.js';
import type { RejectMessages } from '../event-spec.js';
import type { Effect, EffectEnvironment } from './effect-environment.js';

export function rejectMessages(what: RejectMessages, { sim, proxies, reject }: EffectEnvironment): Effect {
  const rejecting = proxiesOf(what.proxies, proxies);
  return () => reject(rejecting, what.types, sim.now + what.lasts);
}
