/**
 * Event sources: turn the scenario's `events` into object writes at simulated times. Each source has random streams of
 * its own, so adding or changing one never shifts the draws of another.
 */
import { quantileOf } from '../engine/distributions.js';
import type { Simulation } from '../engine/simulation.js';
import type { Stream, Streams } from '../engine/streams.js';
import type { Nanos } from '../engine/time.js';
import type { ConfigObject, MeshSpec } from '../mesh/spec.js';
import type { WatchEvent } from '../pipeline/1-events.js';
import { type Change, newChange } from '../pipeline/change.js';
import type { CreateObjects, EventSpec, Happening, ReadyChange, WritableKind } from '../scenario/scenario.js';
import { Subjects } from './subjects.js';
import { newConfig, newService } from './templates.js';
import { choose, type LiveService, type Named, World } from './world.js';

export interface SourceSetup {
  readonly mesh: MeshSpec;
  readonly proxies: readonly Named[];
  readonly events: readonly EventSpec[];
  /** Nothing is written at or after this time. */
  readonly duration: Nanos;
  readonly streams: Streams;
  /** Draws the time from a write to its event reaching istiod. */
  readonly watch: () => Nanos;
}

/** An object was written; its event reaches istiod now. */
export type Observe = (event: WatchEvent, change: Change) => void;

export function startSources(sim: Simulation, setup: SourceSetup, next: Observe): void {
  const world = new World(setup.mesh);
  const subjects = new Subjects(setup.mesh);
  let changes = 0;
  let lastArrival: Nanos = 0;

  /** Events of one API server arrive in the order of the writes. */
  function write(source: string, event: WatchEvent): void {
    const change = newChange(changes, source, sim.now, subjects.of(event));
    changes += 1;
    lastArrival = Math.max(lastArrival, sim.now + setup.watch());
    if (lastArrival === sim.now) next(event, change);
    else sim.at(lastArrival, () => next(event, change));
  }

  for (const spec of setup.events) {
    const targets = setup.streams.stream('target', spec.name);
    const happen = happening(spec, targets);
    const times = occurrences(spec, setup);
    const schedule = (): void => {
      const occurrence = times.next();
      if (occurrence.done === true) return;
      const { at, index } = occurrence.value;
      sim.at(at, () => {
        happen(index);
        schedule();
      });
    };
    schedule();
  }

  function happening(spec: EventSpec, random: Stream): (occurrence: number) => void {
    const emit = (event: WatchEvent): void => write(spec.name, event);
    const { what } = spec;
    switch (what.do) {
      case 'create':
        return (occurrence) => createObjects(what, occurrence, emit);
      case 'update':
        return (occurrence) => updateObject(what, occurrence, random, emit);
      case 'delete':
        return (occurrence) => deleteObject(what, occurrence, random, emit);
      case 'endpoints': {
        const flapped = new Set<LiveService>();
        return (occurrence) => {
          const { target } = what;
          const live = target.pick === 'named' ? world.endpointsOf(target) : chooseService(target, occurrence, random);
          if (live !== undefined) setReady(live, nextReady(live, what.ready, flapped, random), emit);
        };
      }
      case 'proxyUpdate':
        return (occurrence) => {
          const chosen = choose(setup.proxies, what.target, occurrence, random);
          if (chosen !== undefined) emit({ of: 'pod', proxy: setup.proxies.indexOf(chosen) });
        };
      case 'forcedPush':
        return () => emit({ of: 'mesh' });
    }
  }

  function createObjects(what: CreateObjects, occurrence: number, emit: (event: WatchEvent) => void): void {
    const name = `${what.name}-${occurrence}`;
    for (const [position, kind] of what.kinds.entries()) {
      sim.after(position * what.spacing, () => {
        if (kind !== 'Service') {
          putConfig(newConfig(kind, name, what), 'spec', emit);
          return;
        }
        const spec = newService(name, what);
        emit({ of: 'service', action: 'write', service: spec });
        setReady(world.putService(spec, -1), what.endpoints, emit);
      });
    }
  }

  function updateObject(
    what: Extract<Happening, { do: 'update' }>,
    occurrence: number,
    random: Stream,
    emit: (event: WatchEvent) => void,
  ): void {
    if (what.kind === 'Service') {
      const live = chooseService(what.target, occurrence, random);
      if (live === undefined) return;
      if (what.change === 'spec')
        live.spec = { ...live.spec, ports: live.spec.ports.map((port) => ({ ...port, number: port.number + 1 })) };
      emit({ of: 'service', action: 'write', service: live.spec });
      return;
    }
    const object = choose(world.configs(what.kind), what.target, occurrence, random);
    if (object !== undefined) putConfig(object, what.change, emit);
  }

  function deleteObject(
    what: Extract<Happening, { do: 'delete' }>,
    occurrence: number,
    random: Stream,
    emit: (event: WatchEvent) => void,
  ): void {
    if (what.kind === 'Service') {
      const live = chooseService(what.target, occurrence, random);
      if (live === undefined) return;
      world.removeService(live.spec);
      emit({ of: 'service', action: 'delete', namespace: live.spec.namespace, host: live.spec.host });
      return;
    }
    const kind: Exclude<WritableKind, 'Service'> = what.kind;
    const object = choose(world.configs(kind), what.target, occurrence, random);
    if (object === undefined) return;
    world.removeConfig(kind, object);
    emit({ of: 'config', action: 'delete', kind, namespace: object.namespace, name: object.name });
  }

  function putConfig(
    object: ConfigObject,
    edit: 'spec' | 'metadata' | 'status',
    emit: (event: WatchEvent) => void,
  ): void {
    world.putConfig(object);
    emit({ of: 'config', action: 'write', object, edit });
  }

  function chooseService(target: EventTarget, occurrence: number, random: Stream): LiveService | undefined {
    const chosen = choose(world.serviceNames(), target, occurrence, random);
    return chosen === undefined ? undefined : world.service(chosen);
  }

  function setReady(live: LiveService, ready: number, emit: (event: WatchEvent) => void): void {
    const changed = live.ready !== ready;
    live.ready = ready;
    emit({ of: 'endpoints', namespace: live.spec.namespace, host: live.spec.host, ready, changed });
  }
}

type EventTarget = Extract<Happening, { do: 'endpoints' }>['target'];

/** `flap` alternates per service: one more, then as many as before. */
function nextReady(live: LiveService, change: ReadyChange, flapped: Set<LiveService>, random: Stream): number {
  if ('least' in change) return change.least + random.integer(change.most - change.least + 1);
  if ('set' in change) return change.set;
  if ('add' in change) return Math.max(0, live.ready + change.add);
  const back = flapped.delete(live);
  if (!back) flapped.add(live);
  return Math.max(0, live.ready + (back ? -change.flap : change.flap));
}

function* occurrences(spec: EventSpec, setup: SourceSetup): Generator<{ at: Nanos; index: number }> {
  const { when } = spec;
  if (when.kind === 'times') {
    for (let index = 0; index < when.count; index++) {
      const at = when.at + index * when.every;
      if (at < setup.duration) yield { at, index };
    }
    return;
  }
  const gaps = setup.streams.stream('gap', spec.name);
  const gap = quantileOf({ kind: 'exponential', mean: when.meanGap });
  const until = Math.min(when.until, setup.duration);
  let at = when.at;
  for (let index = 0; ; index++) {
    at += Math.round(gap(gaps.uniform()));
    if (at >= until) return;
    yield { at, index };
  }
}
