/**
 * How a stream makes messages, one after the other, for whatever reason: the generator runs, in pieces where its work
 * depends on what others put into the caches meanwhile, and the result is handed to the transport.
 */
import type { CostModel, Generation, Work } from '../../cost/model.js';
import { type Goroutine, PARKED, type Processor } from '../../engine/cpu/processor.js';
import type { Stream } from '../../engine/random/streams.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import type { Profile } from '../../istio/profile.js';
import { placeOf, type XdsType } from '../../istio/xds-types.js';
import type { Connection } from '../model/connection.js';
import type { PushRequest } from '../model/push-request.js';
import type { ResponsePlan } from '../model/response-plan.js';
import type { ShardLock, Waiter } from '../model/shard-lock.js';
import type { Observer } from '../observer.js';
import { accepted } from './nacked-changes.js';
import type { Planner } from './plan/planner.js';

/** Puts a message on the wire; answers when its proxy will use it, undefined if it rejects it. */
export type Transmit = (connection: Connection, type: XdsType, bytes: number, answer: boolean) => Nanos | undefined;

export interface StreamSetup {
  readonly sim: Simulation;
  readonly processor: Processor;
  readonly observer: Observer;
  readonly transmit: Transmit;
  /** Until when the transport takes no message of this stream; undefined: it does. */
  readonly blockedUntil: (connection: Connection) => Nanos | undefined;
  /** A send that blocks as long ends the stream; 0: never. */
  readonly sendTimeout: Nanos;
  readonly timedOut: (connection: Connection) => void;
  /** A closed stream has nothing left to do, or its slot is free since then. */
  readonly ended: (connection: Connection) => void;
  readonly profile: Profile;
  readonly xds: 'sotw' | 'delta';
  /** `PILOT_PARTIAL_FULL_PUSHES`: a changed subscription is answered for what is new in it, not for all of it. */
  readonly answersAddedOnly: boolean;
  readonly planner: Planner;
  readonly cost: CostModel;
  /** Go's choice when a request and a push are both ready, and of the order of NDS and ECDS. */
  readonly choice: Stream;
  /** Taken by generators of endpoints for reading, when its contention is modelled. */
  readonly shardLock?: ShardLock | undefined;
}

/** The stream's goroutine, as its tasks know it. */
export interface StreamOwner extends Goroutine {
  /** Its first request has been read: it takes part in pushes. */
  isInitialised: boolean;
  /** A push is done with: its slot is free. */
  finish(request: PushRequest): void;
}

/** The task is done; anything else is the CPU time of its next step, or PARKED. */
export const COMPLETE = -3;

/** What is at hand when the CPU time of the last step is consumed; `own` is the business of the kind of task. */
type Phase = 'own' | 'locked' | 'blocked' | 'stalled' | 'piece' | 'generated' | 'sent';

export abstract class MessageTask implements Waiter {
  private phase: Phase = 'own';
  private planned: ResponsePlan | undefined;
  private generation: Generation | undefined;
  /** Of the last message that was sent, in bytes; 0 before. */
  protected size = 0;
  /** Messages that the proxy rejects; nearly always none. */
  protected rejected: ResponsePlan[] | undefined;
  private pieces: Exclude<Work, Nanos> | undefined;
  private holdsLock = false;
  /** How often a send has blocked. */
  private blocks = 0;
  private began: Nanos = 0;
  private generatedIn: Nanos = 0;
  private cpu: Nanos = 0;

  constructor(
    protected readonly connection: Connection,
    protected readonly setup: StreamSetup,
    protected readonly stream: StreamOwner,
  ) {}

  resume(): Nanos {
    switch (this.phase) {
      case 'own':
        return this.proceed();
      case 'locked':
        return this.holdsLock ? this.startGenerating() : PARKED;
      case 'stalled':
        return this.startGenerating();
      case 'piece':
        return this.nextPiece();
      case 'generated':
        return this.handToTransport();
      case 'sent':
      case 'blocked':
        return this.connection.open ? this.messageSent() : this.notSent();
    }
  }

  granted(): void {
    this.holdsLock = true;
    this.setup.processor.wake(this.stream);
  }

  /** Goes on with what is not a message. */
  protected abstract proceed(): Nanos;
  /** A message is out of hand; it is in use from `usedAt` on, or never when it was not sent. */
  protected abstract messageEnded(usedAt: Nanos | undefined): Nanos;
  /** Whether the message under way is of a push and not an answer to a request. */
  protected abstract readonly isPush: boolean;

  protected generate(planned: ResponsePlan, tables: Generation['tables'], start: Nanos | undefined): Nanos {
    const { type, names, delta, added, sends } = planned;
    const { proxy, scope, gateway, watched } = this.connection;
    this.began = this.setup.sim.now;
    this.planned = planned;
    this.generation = { type, proxy, scope, gateway, tables, names, added, watched: watched.eds, delta, sends, start };
    const { shardLock } = this.setup;
    if (shardLock !== undefined && type === 'eds' && names?.length !== 0) {
      this.holdsLock = shardLock.read(this);
      if (!this.holdsLock) {
        this.phase = 'locked';
        return PARKED;
      }
    }
    return this.startGenerating();
  }

  private startGenerating(): Nanos {
    if (!this.setup.cost.admits(this.stream)) {
      this.phase = 'stalled';
      return PARKED;
    }
    const work = this.setup.cost.generate(this.generation!);
    if (typeof work === 'number') {
      this.cpu = work;
      this.phase = 'generated';
      return work;
    }
    this.cpu = 0;
    this.pieces = work;
    this.phase = 'piece';
    return this.nextPiece();
  }

  private nextPiece(): Nanos {
    const piece = this.pieces!();
    if (piece === undefined) {
      this.pieces = undefined;
      return this.handToTransport();
    }
    this.cpu += piece;
    return piece;
  }

  private handToTransport(): Nanos {
    if (this.holdsLock) {
      this.holdsLock = false;
      this.setup.shardLock?.readDone();
    }
    const generation = this.generation!;
    this.generatedIn = this.setup.sim.now - this.began;
    this.phase = 'own';
    if (!generation.sends || !this.connection.open) return this.messageEnded(undefined);
    const { cost } = this.setup;
    this.size = cost.size(generation);
    const sending = cost.send(generation, this.size);
    this.cpu += sending;
    this.phase = 'sent';
    return sending;
  }

  /** The stream ended before the transport had the message. */
  private notSent(): Nanos {
    this.phase = 'own';
    return this.messageEnded(undefined);
  }

  /** gRPC's SendMsg waits while the other end's flow-control window and the write quota are used up. */
  private block(until: Nanos): Nanos {
    const { sim, sendTimeout, processor, timedOut } = this.setup;
    const { connection } = this;
    const gaveUp = sendTimeout > 0 && sim.now + sendTimeout < until;
    if (this.phase !== 'blocked') {
      this.phase = 'blocked';
      this.blocks += 1;
      const { stream, blocks } = this;
      sim.at(gaveUp ? sim.now + sendTimeout : until, () => {
        if (!connection.open || this.phase !== 'blocked' || this.blocks !== blocks) return;
        if (gaveUp) timedOut(connection);
        else {
          this.phase = 'sent';
          processor.wake(stream);
        }
      });
    }
    return PARKED;
  }

  private messageSent(): Nanos {
    const until = this.setup.blockedUntil(this.connection);
    if (until !== undefined) return this.block(until);
    const { connection, setup, cpu, generatedIn: generated } = this;
    const planned = this.planned!;
    const { type } = planned;
    const answer = !this.isPush;
    this.phase = 'own';
    connection.nonces[placeOf(type)]! += 1;
    const usedAt = setup.transmit(connection, type, this.size, answer);
    const took = setup.sim.now - this.began;
    const bytes = Math.round(this.size);
    setup.observer.sent(connection, type, { took, generated, cpu, bytes, answer, planned });
    if (usedAt === undefined) {
      this.rejected ??= [];
      this.rejected.push(planned);
    } else if (connection.nacked !== undefined) accepted(connection, planned, usedAt, setup.observer);
    return this.messageEnded(usedAt);
  }
}
