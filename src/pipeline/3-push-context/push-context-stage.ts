/**
 * The push (`xds/discovery.go`: Push, initPushContext; `xds/ads.go`: StartPush): builds the push context if the version
 * and the request ask for one, publishes it, stamps the start and queues every connection. Runs on a goroutine of its
 * own; the debounce may not start another until this one has queued everybody.
 */

import type { CostModel } from '../../cost/model.js';
import { assert } from '../../engine/assert.js';
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
  return new PushStarter(sim, processor, options, next, observer);
}

class PushStarter implements PushContextStage {
  current: PushContext;
  private built = 1;

  constructor(
    readonly sim: Simulation,
    private readonly processor: Processor,
    readonly options: PushContextOptions,
    private readonly next: (ids: Int32Array, request: PushRequest) => void,
    readonly observer: Observer,
  ) {
    this.current = { number: 1, tables: options.mesh.tables(1) };
    this.publish(this.current);
  }

  /** Callers hand it on by itself. */
  readonly start: StartPush = (request, merged, since, finished) => {
    const push = new Push(this, request, merged, since, finished);
    this.processor.wake(new Goroutine('push', () => push.step()));
  };

  build(parts: ReadonlySet<ContextPart> | undefined): PushContext {
    this.built += 1;
    return { number: this.built, tables: this.options.mesh.tables(this.built, this.current.tables, parts) };
  }

  publish(context: PushContext): void {
    const { services, virtualServices } = context.tables;
    const count = this.options.profile.countsExportedOnly ? services.seenCount : services.seenAtHomeCount;
    this.observer.contextPublished(count, virtualServices.length);
    this.current = context;
  }

  /** Answers how many there are. */
  enqueueAll(request: PushRequest): number {
    const ids = this.options.connections();
    this.options.order.shuffle(ids);
    for (const change of request.changes) change.pendingCount += ids.length;
    this.next(ids, request);
    // The request has become so many pushes.
    complete(request.changes, this.observer);
    return ids.length;
  }
}

/** One push on its goroutine, up to where every connection is queued. */
class Push {
  private readonly kind: RoundKind;
  private phase: 'begin' | 'built' | 'queued' = 'begin';
  private context: PushContext | undefined;
  private began: Nanos = 0;
  private cpu: Nanos = 0;

  constructor(
    private readonly stage: PushStarter,
    private readonly request: PushRequest,
    private readonly merged: number,
    private readonly since: Nanos | undefined,
    private readonly finished: () => void,
  ) {
    this.kind = since === undefined ? 'bypass' : roundKind(request, stage.options.profile);
  }

  step(): Nanos {
    if (this.phase === 'begin') {
      this.begin();
      if (this.context !== undefined) return this.cpu;
    }
    if (this.phase === 'built') return this.publishAndEnqueue();
    const { sim, observer } = this.stage;
    observer.pushFinished(this.kind, this.since === undefined ? undefined : sim.now - this.since);
    this.finished();
    return FINISHED;
  }

  private begin(): void {
    assert(this.phase === 'begin', 'a push begins once');
    const { request, stage } = this;
    const { profile, cost } = stage.options;
    this.began = stage.sim.now;
    stage.observer.pushStarted(this.kind, this.merged, this.since ?? stage.sim.now, request);
    this.phase = 'built';
    if (!buildsContext(request, profile)) return;
    const parts = partsToRebuild(request, profile);
    this.context = stage.build(parts);
    this.cpu = cost.contextInit(parts, this.context.tables);
  }

  /** Answers the CPU of queueing every connection. */
  private publishAndEnqueue(): Nanos {
    const { request, stage, context } = this;
    const { sim, observer } = stage;
    const { profile, cost } = stage.options;
    if (context !== undefined) {
      stage.publish(context);
      observer.contextBuilt(sim.now - this.began, request, this.cpu);
    }
    cost.invalidate(isUnrestricted(request, profile) ? undefined : request.keys, sim.now);
    assert(this.phase === 'built', 'a push queues every connection once');
    this.phase = 'queued';
    return cost.enqueue(stage.enqueueAll({ ...request, start: sim.now, context: stage.current }));
  }
}

/** Undefined: all of them (`createNewContext`); otherwise what the kinds of the keys touch (`updateContext`). */
function partsToRebuild(request: PushRequest, profile: Profile): ReadonlySet<ContextPart> | undefined {
  if (isUnrestricted(request, profile)) return undefined;
  return new Set([...request.keys].flatMap((key) => profile.rebuilds[key.kind] ?? []));
}

function roundKind(request: PushRequest, profile: Profile): RoundKind {
  return isBypassable(request, profile) ? 'incremental' : 'full';
}
