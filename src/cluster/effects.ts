/** What the events of a scenario do to the cluster when their time has come: which objects are written, and with what. */

import type { Stream } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { ConfigObject } from '../mesh/spec.js';
import type { WatchEvent } from '../pipeline/1-events/events.js';
import { type ClusterState, choose, editOf, type LiveService, type Named, proxiesOf } from './cluster-state.js';
import type {
  ApplyObjects,
  CreateObjects,
  EventEffect,
  ReadyChange,
  RejectMessages,
  WritableKind,
} from './event-spec.js';
import { newConfig, newService } from './templates.js';

/** What events act upon besides the objects of the cluster. */
export interface EffectEnvironment {
  readonly proxies: readonly Named[];
  /** Proxies, by position in `proxies`, reject these types until then. */
  readonly reject: (proxies: readonly number[], types: RejectMessages['types'], until: Nanos) => void;
}

/** An object was written now. */
export type Emit = (event: WatchEvent) => void;

/** Answers, for an effect, what to call each time it occurs, with the number of the occurrence from 0. */
export function createEffects(sim: Simulation, cluster: ClusterState, { proxies, reject }: EffectEnvironment) {
  function effect(what: EventEffect, random: Stream, emit: Emit): (occurrence: number) => void {
    switch (what.do) {
      case 'create':
        return (occurrence) => createObjects(what, occurrence, emit);
      case 'apply':
        return () => applyObjects(what, emit);
      case 'update':
        return (occurrence) => updateObject(what, occurrence, random, emit);
      case 'delete':
        return (occurrence) => deleteObject(what, occurrence, random, emit);
      case 'endpoints': {
        const flapped = new Set<LiveService>();
        return (occurrence) => {
          const { target } = what;
          const live =
            target.pick === 'named' ? cluster.endpointsOf(target) : chooseService(target, occurrence, random);
          if (live !== undefined) setReady(live, nextReady(live, what.ready, flapped, random), emit);
        };
      }
      case 'reject': {
        const rejecting = proxiesOf(what.proxies, proxies);
        return () => reject(rejecting, what.types, sim.now + what.lasts);
      }
      case 'proxyUpdate':
        return (occurrence) => {
          const chosen = choose(proxies, what.target, occurrence, random);
          if (chosen !== undefined) emit({ of: 'pod', proxy: proxies.indexOf(chosen) });
        };
      case 'forcedPush':
        return () => emit({ of: 'mesh' });
    }
  }

  function createObjects(what: CreateObjects, occurrence: number, emit: Emit): void {
    const name = `${what.name}-${occurrence}`;
    for (const [position, kind] of what.kinds.entries()) {
      sim.after(position * what.spacing, () => {
        if (kind !== 'Service') {
          putConfig(newConfig(kind, name, what), 'spec', emit);
          return;
        }
        const spec = newService(name, what);
        emit({ of: 'service', action: 'write', service: spec });
        setReady(cluster.putService(spec, -1), what.endpoints, emit);
      });
    }
  }

  function applyObjects(what: ApplyObjects, emit: Emit): void {
    for (const [position, object] of what.objects.entries()) {
      sim.after(position * what.spacing, () => {
        const edit = editOf(cluster.config(object.kind, object), object);
        if (edit !== undefined) putConfig(object, edit, emit);
      });
    }
  }

  function updateObject(
    what: Extract<EventEffect, { do: 'update' }>,
    occurrence: number,
    random: Stream,
    emit: Emit,
  ): void {
    if (what.kind === 'Service') {
      const live = chooseService(what.target, occurrence, random);
      if (live === undefined) return;
      if (what.change === 'spec')
        live.spec = { ...live.spec, ports: live.spec.ports.map((port) => ({ ...port, number: port.number + 1 })) };
      emit({ of: 'service', action: 'write', service: live.spec });
      return;
    }
    const object = choose(cluster.configs(what.kind), what.target, occurrence, random);
    if (object !== undefined) putConfig(object, what.change, emit);
  }

  function deleteObject(
    what: Extract<EventEffect, { do: 'delete' }>,
    occurrence: number,
    random: Stream,
    emit: Emit,
  ): void {
    if (what.kind === 'Service') {
      const live = chooseService(what.target, occurrence, random);
      if (live === undefined) return;
      cluster.removeService(live.spec);
      emit({ of: 'service', action: 'delete', namespace: live.spec.namespace, host: live.spec.host });
      return;
    }
    const kind: Exclude<WritableKind, 'Service'> = what.kind;
    const object = choose(cluster.configs(kind), what.target, occurrence, random);
    if (object === undefined) return;
    cluster.removeConfig(kind, object);
    emit({ of: 'config', action: 'delete', kind, namespace: object.namespace, name: object.name });
  }

  function putConfig(object: ConfigObject, edit: 'spec' | 'metadata' | 'status', emit: Emit): void {
    cluster.putConfig(object);
    emit({ of: 'config', action: 'write', object, edit });
  }

  function chooseService(target: EventTarget, occurrence: number, random: Stream): LiveService | undefined {
    const chosen = choose(cluster.serviceNames(), target, occurrence, random);
    return chosen === undefined ? undefined : cluster.service(chosen);
  }

  function setReady(live: LiveService, ready: number, emit: Emit): void {
    const changed = live.ready !== ready;
    live.ready = ready;
    emit({ of: 'endpoints', namespace: live.spec.namespace, host: live.spec.host, ready, changed });
  }

  return effect;
}

type EventTarget = Extract<EventEffect, { do: 'endpoints' }>['target'];

/** `flap` alternates per service: one more, then as many as before. */
function nextReady(live: LiveService, change: ReadyChange, flapped: Set<LiveService>, random: Stream): number {
  if ('least' in change) return change.least + random.integer(change.most - change.least + 1);
  if ('set' in change) return change.set;
  if ('add' in change) return Math.max(0, live.ready + change.add);
  const back = flapped.delete(live);
  if (!back) flapped.add(live);
  return Math.max(0, live.ready + (back ? -change.flap : change.flap));
}
