/**
 * One connection's stream goroutine and the sender that hands it pushes (`xds/ads.go`: Stream, pushConnection;
 * `pkg/xds/server.go`). The stream does everything of one proxy in sequence: it serves waiting requests first, then
 * waits for either a request or a push. A push recomputes the proxy's state, decides what is needed, generates and
 * sends the types in order, and only then gives its slot back.
 *
 *     dispatcher ──► sender ──(unbuffered: waits until the stream is ready to receive)──► stream ──► proxy
 *                                                             requests ──► mailbox ──┘
 */
import type { CostModel, Generation, Work } from '../cost/model.js';
import { assert } from '../engine/assert.js';
import { FINISHED, Goroutine, PARKED, type Processor } from '../engine/processor.js';
import { Ring } from '../engine/ring.js';
import type { Simulation } from '../engine/simulation.js';
import type { Stream } from '../engine/streams.js';
import type { Nanos } from '../engine/time.js';
import { XDS_TYPES, type XdsType } from '../mesh/xds-types.js';
import { type Change, settle } from './change.js';
import type { Connection, XdsRequest } from './connection.js';
import type { Probe } from './probe.js';
import type { Profile } from './profiles/profile.js';
import { adoptContext, recomputeState, stateWork, wholeState } from './proxy-state.js';
import type { PlannedType, Planner, PushPlan } from './push-plan.js';
import type { PushRequest } from './push-request.js';
import { accepted, hold, isHeld, letGo } from './rejections.js';
import { type Answer, answerTo } from './request-answer.js';
import { recomputesState } from './request-rules.js';
import type { ShardLock, Waiter } from './shard-lock.js';

export interface StreamOptions {
  readonly profile: Profile;
  readonly xds: 'sotw' | 'delta';
  readonly planner: Planner;
  readonly cost: CostModel;
  /** Go's choice when a request and a push are both ready, and of the order of NDS and ECDS. */
  readonly choice: Stream;
  /** Taken by generators of endpoints for reading, when its contention is modelled. */
  readonly shardLock?: ShardLock | undefined;
}

/** Puts a message on the wire; answers when its proxy will use it, undefined if it rejects it. */
export type Transmit = (connection: Connection, type: XdsType, answer: boolean) => Nanos | undefined;

export interface XdsStream {
  /** Blocks the slot until the push has finished; `done` releases it. */
  push(request: PushRequest, done: (connection: Connection) => void): void;
  request(request: XdsRequest): void;
  close(): void;
}

/** What the stream's goroutine does when the CPU time of its last step is consumed. */
type Phase =
  | 'idle'
  /** The proxy's state is computed: of a push, of the first request, of a request on scopes of another context. */
  | 'state'
  | 'initialise'
  | 'adopt'
  /** The request is read. */
  | 'read'
  /** The generator waits for the lock of the endpoint shards. */
  | 'locked'
  /** It waits until it may allocate. */
  | 'stalled'
  /** A piece of a message is generated; all of it is; it is handed to the transport. */
  | 'piece'
  | 'generated'
  | 'sent'
  /** The slot is free again; the transport has yet to write the rest. */
  | 'finishing';

/** The work at hand is complete; anything else is the CPU time of its next step. */
const COMPLETE = -3;
/** What the message under way is part of. `endpoints` are those that follow an answer with clusters by themselves. */
type Purpose = 'push' | 'answer' | 'endpoints';

const NO_TYPES: readonly PlannedType[] = [];

export function createXdsStream(
  connection: Connection,
  sim: Simulation,
  processor: Processor,
  options: StreamOptions,
  next: Transmit,
  probe: Probe,
): XdsStream {
  return new StreamMachine(connection, sim, processor, options, next, probe);
}

/** Goroutines whose function is shared by all connections: there are two for each proxy. */
class OwnedGoroutine extends Goroutine {
  constructor(
    name: string,
    readonly owner: StreamMachine,
    resume: () => Nanos,
  ) {
    super(name, resume);
  }
}

function resumeStream(this: OwnedGoroutine): Nanos {
  return this.owner.resume();
}

function resumeSender(this: OwnedGoroutine): Nanos {
  return this.owner.send();
}

/** What a push that the proxy needs, or a request, is about; there is none between two of them. */
class Task {
  serving: XdsRequest | undefined;
  answer: Answer | undefined;
  plan: PushPlan | undefined;
  messages: readonly PlannedType[] = NO_TYPES;
  position = 0;
  usedAt: Nanos = 0;
  /** Messages that the proxy rejects. */
  rejected: PlannedType[] | undefined;

  purpose: Purpose = 'push';
  planned: PlannedType | undefined;
  generation: Generation | undefined;
  pieces: Exclude<Work, Nanos> | undefined;
  holdsLock = false;
  began: Nanos = 0;
  generatedIn: Nanos = 0;
  cpu: Nanos = 0;
}

/** A class and not closures, and a state machine and not a generator: there is one for each proxy, and a step each push. */
class StreamMachine implements XdsStream, Waiter {
  private requests: Ring<XdsRequest> | undefined;
  private offered: PushRequest | undefined;
  private taken: PushRequest | undefined;
  private done: ((connection: Connection) => void) | undefined;
  private isInitialised: boolean;
  private looksAtRequestsOnly = true;
  private selecting: boolean;
  private handedOver: 'request' | 'push' | undefined;

  private phase: Phase = 'idle';
  private stateCpu: Nanos = 0;
  private task: Task | undefined;

  private readonly stream = new OwnedGoroutine('stream', this, resumeStream);
  private readonly sender = new OwnedGoroutine('sender', this, resumeSender);

  constructor(
    private readonly connection: Connection,
    private readonly sim: Simulation,
    private readonly processor: Processor,
    private readonly options: StreamOptions,
    private readonly next: Transmit,
    private readonly probe: Probe,
  ) {
    this.isInitialised = connection.watched.cds;
    this.selecting = this.isInitialised;
  }

  push(request: PushRequest, done: (connection: Connection) => void): void {
    assert(this.offered === undefined && this.taken === undefined, 'one push at a time for one connection');
    this.offered = request;
    this.done = done;
    this.processor.wake(this.sender);
  }

  request(request: XdsRequest): void {
    this.requests ??= new Ring(4);
    this.requests.push(request);
    if (this.selecting) this.handOver('request');
    else this.processor.wake(this.stream);
  }

  close(): void {
    this.connection.open = false;
    this.processor.wake(this.sender);
    this.processor.wake(this.stream);
  }

  send(): Nanos {
    if (this.offered !== undefined && (this.selecting || !this.connection.open)) {
      if (!this.connection.open) {
        settle(this.offered.changes, this.probe);
        this.offered = undefined;
        this.release();
      } else {
        this.handOver('push');
      }
    }
    return PARKED;
  }

  resume(): Nanos {
    for (;;) {
      if (this.phase !== 'idle') {
        const cost = this.goOn();
        if (cost !== COMPLETE) return cost;
        this.forget();
      }
      if (!this.connection.open) return this.closeDown();
      const choice = this.choose();
      if (choice === undefined) return PARKED;
      const cost = choice === 'request' ? this.serve(this.requests?.shift() as XdsRequest) : this.runPush();
      if (cost !== COMPLETE) return cost;
      this.forget();
    }
  }

  /** Between two pieces of work: of a hundred thousand streams nearly all are there. A push of nothing has begun none. */
  private forget(): void {
    if (this.phase === 'idle') return;
    this.phase = 'idle';
    this.task = undefined;
  }

  /** The stream waits in its select: whoever comes first has it. */
  private handOver(what: 'request' | 'push'): void {
    if (!this.selecting) return;
    this.selecting = false;
    this.handedOver = what;
    this.processor.wake(this.stream);
  }

  private choose(): 'request' | 'push' | undefined {
    if (this.handedOver !== undefined) {
      const what = this.handedOver;
      this.handedOver = undefined;
      this.looksAtRequestsOnly = true;
      return what;
    }
    const requestReady = this.requests !== undefined && this.requests.length > 0;
    if (this.looksAtRequestsOnly) {
      this.looksAtRequestsOnly = false;
      if (requestReady) return 'request';
    }
    const pushReady = this.isInitialised && this.offered !== undefined;
    if (!requestReady && !pushReady) {
      this.selecting = this.isInitialised;
      return undefined;
    }
    this.looksAtRequestsOnly = true;
    if (requestReady && pushReady) return this.options.choice.integer(2) === 0 ? 'request' : 'push';
    return pushReady ? 'push' : 'request';
  }

  private goOn(): Nanos {
    switch (this.phase) {
      case 'state':
        recomputeState(this.connection, this.taken as PushRequest, this.options.profile);
        return this.planPush();
      case 'initialise':
        this.isInitialised = true;
        return this.read();
      case 'read':
        return this.respond();
      case 'adopt':
        adoptContext(this.connection);
        return this.sendAnswer();
      case 'locked':
        return this.task!.holdsLock ? this.startGenerating() : PARKED;
      case 'stalled':
        return this.startGenerating();
      case 'piece':
        return this.nextPiece();
      case 'generated':
        return this.handToTransport();
      case 'sent':
        return this.messageSent();
      case 'finishing':
      case 'idle':
        return COMPLETE;
    }
  }

  private runPush(): Nanos {
    const request = this.offered;
    assert(request !== undefined, 'a push is received from its sender');
    this.taken = request;
    this.offered = undefined;
    this.processor.wake(this.sender);
    this.probe.taken(this.connection);
    this.stateCpu = 0;
    const { profile, cost } = this.options;
    if (!recomputesState(request, profile)) return this.planPush();
    this.stateCpu = cost.proxyState(stateWork(this.connection, request, profile));
    this.phase = 'state';
    return this.stateCpu;
  }

  private planPush(): Nanos {
    const request = this.taken as PushRequest;
    const plan = this.options.planner.planFor(this.connection, request);
    if (!plan.needed) {
      this.probe.skipped(this.connection, request, this.stateCpu);
      return this.finishPush(request);
    }
    const task = new Task();
    task.plan = plan;
    task.messages = this.inOrder(plan.types);
    task.usedAt = this.sim.now;
    this.task = task;
    return this.nextMessage(request);
  }

  private nextMessage(request: PushRequest): Nanos {
    const planned = this.task!.messages[this.task!.position];
    if (planned === undefined) return this.endPush(request);
    this.task!.position += 1;
    const { tables } = request.context ?? this.connection.context;
    return this.generate(planned, tables, request.start, 'push');
  }

  private endPush(request: PushRequest): Nanos {
    const { connection, probe } = this;
    const { brings, awaits } = this.task!.plan!;
    for (const change of brings) {
      const isLost = this.holdIfRejected(change);
      if (awaits.includes(change)) {
        change.outstanding += 1;
        connection.awaiting.push(change);
      } else if (!isLost) {
        probe.used(change, connection, this.task!.usedAt);
      }
    }
    if (connection.open)
      probe.converged(connection, request, this.sim.now - (request.start ?? this.sim.now), this.stateCpu);
    this.finishPush(request);
    const last = this.task!.generation;
    const left = last === undefined ? 0 : this.options.cost.finish(last);
    if (left === 0) return COMPLETE;
    this.phase = 'finishing';
    return left;
  }

  private holdIfRejected(change: Change): boolean {
    const { connection, options, probe } = this;
    const lost = this.task!.rejected?.filter((planned) => options.planner.carries(planned, change, connection)) ?? [];
    if (lost.length > 0) hold(connection, change, lost, probe);
    return lost.length > 0;
  }

  private finishPush(request: PushRequest): Nanos {
    settle(request.changes, this.probe);
    this.taken = undefined;
    this.release();
    return COMPLETE;
  }

  private release(): void {
    const { done } = this;
    this.done = undefined;
    done?.(this.connection);
  }

  private serve(request: XdsRequest): Nanos {
    this.task = new Task();
    this.task.serving = request;
    if (this.isInitialised) return this.read();
    const { cost } = this.options;
    this.phase = 'initialise';
    return cost.connect() + cost.proxyState(wholeState(this.connection));
  }

  private read(): Nanos {
    this.phase = 'read';
    return this.options.cost.acknowledge(this.task!.serving?.names?.size ?? 0);
  }

  private respond(): Nanos {
    const { connection, options } = this;
    const request = this.task!.serving!;
    this.task!.answer = answerTo(request, connection, options.xds, this.probe);
    if (this.task!.answer === undefined) {
      if (request.type === 'eds') this.resolveAwaited(undefined);
      return COMPLETE;
    }
    if (connection.scope.contextNumber === connection.context.number) return this.sendAnswer();
    this.phase = 'adopt';
    return options.cost.proxyState({ ...wholeState(connection), targets: false });
  }

  private sendAnswer(): Nanos {
    const { type } = this.task!.serving!;
    const { names } = this.task!.answer!;
    const { context, lastPushStart } = this.connection;
    const delta = this.options.xds === 'delta' && names !== undefined;
    return this.generate({ type, names, delta, sends: true }, context.tables, lastPushStart, 'answer');
  }

  private answered(usedAt: Nanos | undefined): Nanos {
    const { options, connection } = this;
    const { type } = this.task!.serving!;
    const isFollowed = type === 'cds' && options.xds === 'delta' && options.profile.forcesEdsAfterDeltaCds;
    if (isFollowed && connection.watched.eds !== undefined) {
      const all: PlannedType = { type: 'eds', names: undefined, delta: false, sends: true };
      return this.generate(all, this.task!.generation!.tables, connection.lastPushStart, 'endpoints');
    }
    if (type === 'eds') this.resolveAwaited(usedAt);
    return COMPLETE;
  }

  /**
   * Endpoints were asked for, and answered for use from `usedAt` on: that is when changes are in use whose clusters are
   * all subscribed now. Changes whose clusters have gone again meanwhile are settled without an answer.
   */
  private resolveAwaited(usedAt: Nanos | undefined): void {
    const { connection, probe } = this;
    if (connection.awaiting.length === 0) return;
    const missing = connection.unwatchedEndpoints();
    const waits = (change: Change): boolean => change.keys.some((key) => missing.includes(key.dependency));
    const resolved = connection.awaiting.filter((change) => !waits(change));
    const waiting = connection.awaiting.filter(waits);
    connection.awaiting.splice(0, connection.awaiting.length, ...waiting);
    const rejected = this.task!.rejected;
    for (const change of resolved) {
      if (rejected !== undefined) hold(connection, change, rejected, probe);
      else if (usedAt !== undefined && !isHeld(connection, change)) probe.used(change, connection, usedAt);
    }
    settle(resolved, probe);
  }

  private generate(
    planned: PlannedType,
    tables: Generation['tables'],
    start: Nanos | undefined,
    purpose: Purpose,
  ): Nanos {
    const { type, names, delta, sends } = planned;
    const { proxy, scope, gateway, watched } = this.connection;
    const generation = { type, proxy, scope, gateway, tables, names, watched: watched.eds, delta, sends, start };
    const task = this.task!;
    task.began = this.sim.now;
    task.planned = planned;
    task.purpose = purpose;
    task.generation = generation;
    const { shardLock } = this.options;
    if (shardLock !== undefined && type === 'eds' && names?.length !== 0) {
      task.holdsLock = shardLock.read(this);
      if (!task.holdsLock) {
        this.phase = 'locked';
        return PARKED;
      }
    }
    return this.startGenerating();
  }

  granted(): void {
    this.task!.holdsLock = true;
    this.processor.wake(this.stream);
  }

  private startGenerating(): Nanos {
    if (!this.options.cost.admits(this.stream)) {
      this.phase = 'stalled';
      return PARKED;
    }
    const work = this.options.cost.generate(this.task!.generation!);
    if (typeof work === 'number') {
      this.task!.cpu = work;
      this.phase = 'generated';
      return work;
    }
    this.task!.cpu = 0;
    this.task!.pieces = work;
    this.phase = 'piece';
    return this.nextPiece();
  }

  private nextPiece(): Nanos {
    const piece = this.task!.pieces?.();
    if (piece === undefined) {
      this.task!.pieces = undefined;
      return this.handToTransport();
    }
    this.task!.cpu += piece;
    return piece;
  }

  private handToTransport(): Nanos {
    if (this.task!.holdsLock) {
      this.task!.holdsLock = false;
      this.options.shardLock?.readDone();
    }
    const generation = this.task!.generation!;
    this.task!.generatedIn = this.sim.now - this.task!.began;
    if (!generation.sends || !this.connection.open) return this.messageEnded(undefined);
    const sending = this.options.cost.send(generation);
    this.task!.cpu += sending;
    this.phase = 'sent';
    return sending;
  }

  private messageSent(): Nanos {
    const { connection } = this;
    const { cpu, generatedIn: generated } = this.task!;
    const generation = this.task!.generation!;
    const planned = this.task!.planned!;
    const { type } = planned;
    const answer = this.task!.purpose !== 'push';
    connection.nonces[XDS_TYPES.indexOf(type)]! += 1;
    const usedAt = this.next(connection, type, answer);
    const took = this.sim.now - this.task!.began;
    const bytes = this.options.cost.bytes(generation);
    this.probe.sent(connection, type, { took, generated, cpu, bytes, answer, planned });
    if (usedAt === undefined) {
      this.task!.rejected ??= [];
      this.task!.rejected.push(planned);
    } else if (connection.held !== undefined) accepted(connection, planned, usedAt, this.probe);
    return this.messageEnded(usedAt);
  }

  private messageEnded(usedAt: Nanos | undefined): Nanos {
    if (this.task!.purpose === 'answer') return this.answered(usedAt);
    if (this.task!.purpose === 'endpoints') return COMPLETE;
    const request = this.taken as PushRequest;
    // The first message that cannot be sent ends the push.
    if (!this.connection.open) return this.finishPush(request);
    if (usedAt !== undefined && usedAt > this.task!.usedAt) this.task!.usedAt = usedAt;
    return this.nextMessage(request);
  }

  /** Everything but NDS and ECDS has its place; those two follow in either order. */
  private inOrder(types: readonly PlannedType[]): readonly PlannedType[] {
    const last = types.length - 1;
    if (types[last]?.type !== 'ecds' || types[last - 1]?.type !== 'nds' || this.options.choice.integer(2) === 0)
      return types;
    return [...types.slice(0, last - 1), types[last], types[last - 1] as PlannedType];
  }

  private closeDown(): Nanos {
    settle(this.connection.awaiting, this.probe);
    this.connection.awaiting.length = 0;
    letGo(this.connection, this.probe);
    if (this.offered !== undefined) this.processor.wake(this.sender);
    return FINISHED;
  }
}
