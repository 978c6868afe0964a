/** What events do to pods, connections and istiods. */
import { type Named, proxiesOf } from '../cluster-state.js';
import type { FleetEvent } from '../fleet-events.js';
import { runCanary } from './canary.js';
import type { Effect, EffectEnvironment } from './effect-environment.js';

export function fleetEffect(what: FleetEvent, environment: EffectEnvironment): Effect {
  const { fleet, random, emit, sim, proxies } = environment;
  const cause = { random, emit };
  if (fleet === undefined) return () => {};
  const each = (pattern: string, act: (workload: Named) => void): Effect => {
    return () => fleet.workloads(pattern).forEach(act);
  };
  switch (what.do) {
    case 'restart':
      return () => fleet.restartIstiod(what.how);
    case 'scaleIstiod':
      return () => fleet.scaleIstiod(what.replicas);
    case 'upgrade':
      return () => fleet.upgradeIstiod(what.istio);
    case 'rollout':
      return each(what.workload, (workload) => fleet.rollout(workload, cause, what));
    case 'deploys':
      return () => {
        const workloads = fleet.workloads(what.workload);
        if (workloads.length > 0) fleet.rollout(workloads[random.integer(workloads.length)]!, cause, what);
      };
    case 'scale':
      return each(what.workload, (workload) => fleet.scaleWorkload(workload, what, cause));
    case 'drain':
      return () => drain(what, environment);
    case 'job': {
      const [namespace = '', name = ''] = what.workload.split('/');
      return () => fleet.runJob({ namespace, name }, cause);
    }
    case 'slow': {
      const held = proxiesOf(what.proxies, proxies);
      return () => fleet.hold(held, sim.now + what.lasts);
    }
    case 'drop': {
      const all = proxiesOf(what.proxies, proxies);
      return () => {
        const some = what.count === undefined ? all : random.shuffle([...all]).slice(0, what.count);
        fleet.drop(some, what.again, what.silently);
      };
    }
    case 'canary':
      return () => runCanary(what, environment);
  }
}

/** So many pods of a zone per stretch of time, until none is left. */
function drain(
  { zone, pods, per }: Extract<FleetEvent, { do: 'drain' }>,
  { fleet, random, emit, sim }: EffectEnvironment,
): void {
  const gap = Math.max(1, Math.round(per / pods));
  const next = (): void => {
    if (fleet!.evict(zone, 1, { random, emit }) > 0) sim.after(gap, next);
  };
  next();
}
