/** What events do to pods, connections and istiods: asked of the fleet, which is made of what this folder knows nothing of. */
import type { Stream } from '../engine/random/streams.js';
import type { Nanos } from '../engine/time.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';
import type { Named } from './cluster-state.js';
import type { RestartManner } from './fleet-events.js';

/** Who writes what pods make happen, and where it draws from. */
export interface Cause {
  readonly random: Stream;
  readonly emit: (event: WatchEvent) => void;
}

export interface FleetActions {
  restartIstiod(how: RestartManner): void;
  scaleIstiod(replicas: number): void;
  upgradeIstiod(istio: string): void;
  /** All pods of the workload are replaced, by the workload's own rules unless others are given. */
  rollout(workload: Named, cause: Cause, allowance?: RolloutAllowance): void;
  /** Names of the workloads that fit: NAMESPACE/NAME, NAMESPACE/* or *. */
  workloads(pattern: string): readonly Named[];
  scaleWorkload(workload: Named, to: { readonly pods: number; readonly isChange: boolean }, cause: Cause): void;
  /** So many pods of the zone go, at most; answers how many went. */
  evict(zone: string, pods: number, cause: Cause): number;
  runJob(workload: Named, cause: Cause): void;
  /** These proxies stop reading until then. */
  hold(proxies: readonly number[], until: Nanos): void;
  /** Their connections are reset; they come back after `again`, or after Envoy's back-off. `silently`: istiod does not notice. */
  drop(proxies: readonly number[], again: Nanos | undefined, silently: boolean): void;
}

export interface RolloutAllowance {
  readonly surgePercent?: number | undefined;
  readonly unavailablePercent?: number | undefined;
}
