/**
 * Event sources: turn the scenario's `events` into object writes at simulated times. Each source has random streams of
 * its own, so adding or changing one never shifts the draws of another.
 */
import { quantileOf } from '../engine/random/distributions.js';
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import { hasStatus } from '../mesh/config/conversion.js';
import type { FindObject } from '../mesh/config/ownership.js';
import type { MeshSpec } from '../mesh/spec.js';
import { type Change, newChange } from '../pipeline/model/change.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';
import { ClusterState } from './cluster-state.js';
import { effectOf } from './effects.js';
import type { EventSpec, TimelineSpec } from './event-spec.js';
import type { EffectEnvironment } from './generators/effect-environment.js';
import { ObjectReferences } from './object-references.js';
import { eventsOf, writer } from './timeline/replay.js';

export interface SourceSetup extends Pick<EffectEnvironment, 'proxies' | 'reject' | 'fleet'> {
  /** Where others look at it, too; default: as the mesh says. */
  readonly cluster?: ClusterState;
  readonly mesh: MeshSpec;
  readonly events: readonly EventSpec[];
  readonly timeline?: TimelineSpec | undefined;
  /** Nothing is written at or after this time. */
  readonly duration: Nanos;
  readonly streams: Streams;
  /** When istiod's own writes of a status follow the writes that they answer; absent: it writes none. */
  readonly statusAfter?: Nanos;
  /** Draws the time from a write to its event reaching istiod. */
  readonly watch: () => Nanos;
}

/** An object was written; its event reaches istiod now. */
export type Observe = (event: WatchEvent, change: Change) => void;

/** Answers how a source that is no event of the scenario writes. */
export function startSources(
  sim: Simulation,
  setup: SourceSetup,
  next: Observe,
): (source: string, event: WatchEvent) => void {
  const { proxies, reject, fleet, cluster = new ClusterState(setup.mesh) } = setup;
  const references = new ObjectReferences(setup.mesh);
  const answer = statusWriter(sim, setup, cluster, write);
  let changes = 0;
  let lastArrival: Nanos = 0;

  /** Events of one API server arrive in the order of the writes. */
  function write(source: string, event: WatchEvent): void {
    const change = newChange(changes, source, sim.now, references.of(event));
    changes += 1;
    lastArrival = Math.max(lastArrival, sim.now + setup.watch());
    if (lastArrival === sim.now) next(event, change);
    else sim.at(lastArrival, () => next(event, change));
  }

  for (const spec of setup.events) {
    const targets = setup.streams.stream('target', spec.name);
    const emit = (event: WatchEvent): void => {
      write(spec.source ?? spec.name, event);
      answer(event);
    };
    const happen = effectOf(spec.what, { sim, cluster, proxies, reject, random: targets, emit, fleet });
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
  if (setup.timeline !== undefined) replay(setup.timeline);

  /** One event is pending at a time, however many there are. */
  function replay(timeline: TimelineSpec): void {
    const events = eventsOf(timeline);
    let actor = '';
    const make = writer({ cluster, proxies, emit: (event) => write(actor, event) });
    const schedule = (): void => {
      const next = events.next();
      if (next.done === true || next.value.at >= setup.duration) return;
      const { at, actor: by, write: written } = next.value;
      sim.at(Math.max(at, sim.now), () => {
        actor = by;
        make(written);
        schedule();
      });
    };
    schedule();
  }
  return write;
}

/** What became of a Gateway API object is written into it, which is an event of its own (`config/kube/gateway`). */
function statusWriter(
  sim: Simulation,
  { statusAfter, duration }: SourceSetup,
  cluster: ClusterState,
  write: (source: string, event: WatchEvent) => void,
): (event: WatchEvent) => void {
  const find: FindObject = (kind, namespace, name) => cluster.config(kind, { namespace, name });
  return (event) => {
    if (statusAfter === undefined || sim.now + statusAfter >= duration) return;
    if (event.of !== 'config' || event.action !== 'write' || event.edit !== 'spec') return;
    const { object } = event;
    if (!hasStatus(object, find)) return;
    sim.after(statusAfter, () => {
      const now = cluster.config(object.kind, object);
      if (now !== undefined) write('istiod', { of: 'config', action: 'write', object: now, edit: 'status' });
    });
  };
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
