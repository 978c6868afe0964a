import type { Stream } from '../../engine/random/streams.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import { readyOf, scaledTo, withGroup } from '../../mesh/services/labelled.js';
import type { ConfigObject } from '../../mesh/spec.js';
import type { Edit, WatchEvent } from '../../pipeline/model/watch-event.js';
import type { ClusterState, LiveService, Named } from '../cluster-state.js';
import { choose } from '../cluster-state.js';
import type { RejectMessages, Target } from '../event-spec.js';
import type { FleetActions } from '../fleet-actions.js';

/** What an event acts upon. */
export interface EffectEnvironment {
  readonly sim: Simulation;
  readonly cluster: ClusterState;
  readonly proxies: readonly Named[];
  /** Proxies, by position in `proxies`, reject these types until then. */
  readonly reject: (proxies: readonly number[], types: RejectMessages['types'], until: Nanos) => void;
  /** Of this event's source. */
  readonly random: Stream;
  /** An object was written now. */
  readonly emit: (event: WatchEvent) => void;
  /** Pods and istiods, where they come and go. */
  readonly fleet?: FleetActions | undefined;
}

/** Makes an event happen for the n-th time, n from 0. */
export type Effect = (occurrence: number) => void;

export function putConfig({ cluster, emit }: EffectEnvironment, object: ConfigObject, edit: Edit): void {
  cluster.putConfig(object);
  emit({ of: 'config', action: 'write', object, edit });
}

export function chooseService(
  { cluster, random }: EffectEnvironment,
  target: Target,
  occurrence: number,
): LiveService | undefined {
  const chosen = choose(cluster.serviceNames(), target, occurrence, random);
  return chosen === undefined ? undefined : cluster.service(chosen);
}

/** @param swapped whether addresses differ even if there are as many */
export function setReady({ emit }: EffectEnvironment, live: LiveService, ready: number, swapped = false): void {
  const changed = swapped || live.ready !== ready;
  live.ready = ready;
  if (live.labelled !== undefined) live.labelled = scaledTo(ready, live.labelled);
  emit({ ...endpointsOf(live), changed });
}

/** Of the endpoints with these labels so many are ready now. */
export function setReadyWith(
  { emit }: EffectEnvironment,
  live: LiveService,
  labels: Readonly<Record<string, string>>,
  ready: number,
  swapped: boolean,
): void {
  const before = live.labelled ?? [];
  const changed = swapped || readyOf(before, labels) !== ready;
  live.ready += ready - readyOf(before, labels);
  live.labelled = withGroup(before, labels, ready);
  emit({ ...endpointsOf(live), changed });
}

/** A service, known or not, with what is known of its endpoints. */
type SaidEndpoints = Pick<LiveService, 'ready' | 'labelled' | 'accounts'> & {
  readonly spec: Pick<LiveService['spec'], 'namespace' | 'host'>;
};

/** As an event says them. */
export function endpointsOf({ spec: { namespace, host }, ready, labelled, accounts }: SaidEndpoints) {
  const known = labelled === undefined ? {} : { labelled };
  return {
    of: 'endpoints',
    namespace,
    host,
    ready,
    ...known,
    ...(accounts === undefined ? {} : { accounts }),
  } as const;
}
