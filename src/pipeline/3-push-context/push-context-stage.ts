/**
 * The push (`xds/discovery.go`: Push, initPushContext; `xds/ads.go`: StartPush): builds the push context if the version
 * and the request ask for one, publishes it, stamps the start and queues every connection. Runs on a goroutine of its
 * own; the debounce may not start another until this one has queued everybody.
 */

import type { CostModel } from '../../cost/model.js';
import { FINISHED, Goroutine, type Processor } from '../../engine/cpu/processor.js';
import type { Stream } from '../../engine/random/streams.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import type { ContextPart } from '../../istio/context-parts.js';
import type { Profile } from '../../istio/profile.js';
import type { Mesh } from '../../mesh/mesh.js';
import { complete } from '../model/change.js';
import type { PushContext } from '../model/push-context.js';
import type { PushRequest, StartPush } from '../model/push-request.js';
import { buildsContext, isBypassable, isUnrestricted } from '../model/request-rules.js';
import type { Observer, RoundKind } from '../observer.js';

export interface PushContextOptions {
  readonly profile: Profile;
  readonly mesh: Mesh;
  readonly cost: CostModel;
  /** Go walks its map of connections in another order for every push. */
  readonly order: Stream;
  /** Ids of all registered connections, as a new array. */
  readonly connections: () => Int32Array;
}

export interface PushContextStage {
  readonly start: StartPush;
  /** The published context. */
  readonly current: PushContext;
}

export function createPushContextStage(
  sim: Simulation,
  processor: Processor,
  options: PushContextOptions,
  next: (ids: Int32Array, request: PushRequest) => void,
  observer: Observer,
): PushContextStage {
  const { profile, mesh, cost } = options;
  let built = 1;
  let current = publish({ number: 1, tables: mesh.tables(1) });

  function start(request: PushRequest, merged: number, since: Nanos | undefined, finished: () => void): void {
    const kind = since === undefined ? 'bypass' : roundKind(request, profile);
    let phase: 'begin' | 'built' | 'queued' = 'begin';
    let context: PushContext | undefined;
    let began: Nanos = 0;
    let cpu: Nanos = 0;

    function step(): Nanos {
      if (phase === 'begin') {
        began = sim.now;
        observer.pushStarted(kind, merged, since ?? sim.now, request);
        phase = 'built';
        if (buildsContext(request, profile)) {
          const parts = partsToRebuild(request, profile);
          context = build(parts);
          cpu = cost.contextInit(parts, context.tables);
          return cpu;
        }
      }
      if (phase === 'built') {
        if (context !== undefined) {
          current = publish(context);
          observer.contextBuilt(sim.now - began, request, cpu);
        }
        cost.invalidate(isUnrestricted(request, profile) ? undefined : request.keys, sim.now);
        phase = 'queued';
        const queued = enqueueAll({ ...request, start: sim.now, context: current });
        return cost.enqueue(queued);
      }
      observer.pushFinished(kind, since === undefined ? undefined : sim.now - since);
      finished();
      return FINISHED;
    }

    processor.wake(new Goroutine('push', step));
  }

  function build(parts: ReadonlySet<ContextPart> | undefined): PushContext {
    built += 1;
    return { number: built, tables: mesh.tables(built, current.tables, parts) };
  }

  function publish(context: PushContext): PushContext {
    const { services, virtualServices } = context.tables;
    const count = profile.countsExportedOnly ? services.seenCount : services.seenAtHomeCount;
    observer.contextPublished(count, virtualServices.length);
    return context;
  }

  function enqueueAll(request: PushRequest): number {
    const ids = options.connections();
    options.order.shuffle(ids);
    for (const change of request.changes) change.pendingCount += ids.length;
    next(ids, request);
    // The request has become so many pushes.
    complete(request.changes, observer);
    return ids.length;
  }

  return {
    start,
    get current() {
      return current;
    },
  };
}

/** Undefined: all of them (`createNewContext`); otherwise what the kinds of the keys touch (`updateContext`). */
function partsToRebuild(request: PushRequest, profile: Profile): ReadonlySet<ContextPart> | undefined {
  if (isUnrestricted(request, profile)) return undefined;
  return new Set([...request.keys].flatMap((key) => profile.rebuilds[key.kind] ?? []));
}

function roundKind(request: PushRequest, profile: Profile): RoundKind {
  return isBypassable(request, profile) ? 'incremental' : 'full';
}
