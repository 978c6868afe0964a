/**
 * One connection's stream goroutine and the sender that hands it pushes (`xds/ads.go`: Stream, pushConnection;
 * `pkg/xds/server.go`). The stream does everything of one proxy in sequence: it serves waiting requests first, then
 * waits for either a request or a push. What a push or a request makes it do is a task; only when that is done does a
 * push give its slot back.
 *
 *     dispatcher ──► sender ──(unbuffered: waits until the stream is ready to receive)──► stream ──► proxy
 *                                                             requests ──► mailbox ──┘
 */
import { assert } from '../../engine/assert.js';
import { FINISHED, Goroutine, PARKED } from '../../engine/cpu/processor.js';
import { Ring } from '../../engine/ring.js';
import type { Nanos } from '../../engine/time.js';
import { complete } from '../model/change.js';
import type { Connection, XdsRequest } from '../model/connection.js';
import type { PushRequest } from '../model/push-request.js';
import { recomputesState } from '../model/request-rules.js';
import { AnswerTask } from './answer-task.js';
import { COMPLETE, type StreamSetup } from './message-task.js';
import { letGo } from './nacked-changes.js';
import { PushTask } from './push-task.js';

export interface XdsStream {
  /** The first request has been read and the state of its proxy computed. */
  readonly isInitialised: boolean;
  /** Blocks the slot until the push has finished; `done` releases it. */
  push(request: PushRequest, done: (id: number) => void): void;
  request(request: XdsRequest): void;
  close(): void;
  /** Closed, and with nothing left to do. */
  readonly hasEnded: boolean;
}

/** `setup` is shared by all streams of one istiod. */
export function createXdsStream(connection: Connection, setup: StreamSetup): XdsStream {
  return new StreamGoroutine(connection, setup);
}

/** What a stream that waited in its select was given; before that, and when it is busy, it looks for itself. */
type Given = 'nothing' | 'request' | 'push';

function resumeSender(this: Sender): Nanos {
  this.stream.send();
  return PARKED;
}

function resumeStream(this: StreamGoroutine): Nanos {
  return this.goOn();
}

class Sender extends Goroutine {
  constructor(readonly stream: StreamGoroutine) {
    super('sender', resumeSender);
  }
}

/**
 * The goroutine and its stream are one object, and what only tasks need is theirs: there is a stream for each proxy, and
 * a push that concerns most of them not at all is nothing but a walk through these objects.
 */
class StreamGoroutine extends Goroutine implements XdsStream {
  isInitialised: boolean;
  hasEnded = false;
  /** In its select: whatever comes first, request or push, it takes at once. */
  private waits: boolean;
  /** The sender was woken and has yet to have its turn. */
  private senderIsDue = false;
  private given: Given = 'nothing';
  /** After a push or a request other requests go first, once. */
  private looksAtRequestsOnly = true;
  /** Handed to the sender and not received yet. */
  private offered: PushRequest | undefined;
  private done: ((id: number) => void) | undefined;
  private task: PushTask | AnswerTask | undefined;
  private requests: Ring<XdsRequest> | undefined;
  private readonly sender: Sender;
  /**
   * Blocked in its send because the stream was busy; a stream that waits is handed the push at once (Go's chansend).
   * Until the sender has had its turn there is nothing to receive.
   */
  private senderWaits = false;

  constructor(
    private readonly connection: Connection,
    private readonly setup: StreamSetup,
  ) {
    super('stream', resumeStream);
    this.isInitialised = connection.watched.cds;
    // Before the first request is answered a stream waits for requests alone, which is no select.
    this.waits = this.isInitialised;
    this.sender = new Sender(this);
    this.noteRest();
  }

  push(request: PushRequest, done: (id: number) => void): void {
    assert(this.done === undefined, 'one push at a time for one connection');
    this.offered = request;
    this.done = done;
    this.wakeSender();
  }

  request(request: XdsRequest): void {
    this.requests ??= new Ring(4);
    this.requests.push(request);
    if (this.waits) this.handOver('request');
    else this.setup.processor.wake(this);
  }

  close(): void {
    this.connection.open = false;
    this.wakeSender();
    this.setup.processor.wake(this);
  }

  /** The sender's turn. */
  send(): void {
    this.senderIsDue = false;
    this.noteRest();
    if (this.offered === undefined) return;
    if (this.connection.open) {
      if (this.waits) this.handOver('push');
      else this.senderWaits = true;
      return;
    }
    complete(this.offered.changes, this.setup.observer);
    this.offered = undefined;
    this.release();
  }

  /** The stream's turn. */
  goOn(): Nanos {
    for (;;) {
      if (this.task !== undefined) {
        const cost = this.task.resume();
        if (cost !== COMPLETE) return cost;
        this.task = undefined;
      }
      if (!this.connection.open) return this.closeDown();
      const choice = this.choose();
      if (choice === undefined) return PARKED;
      if (choice === 'push') this.receive();
      else this.task = new AnswerTask(this.connection, this.setup, this, this.requests?.shift() as XdsRequest);
    }
  }

  /** The stream waits in its select: whoever comes first has it. */
  private handOver(what: 'request' | 'push'): void {
    this.waits = false;
    this.noteRest();
    this.given = what;
    this.setup.processor.wake(this);
  }

  private choose(): 'request' | 'push' | undefined {
    const { given } = this;
    if (given !== 'nothing') {
      this.given = 'nothing';
      this.looksAtRequestsOnly = true;
      return given;
    }
    const requestReady = this.requests !== undefined && this.requests.length > 0;
    if (this.looksAtRequestsOnly) {
      this.looksAtRequestsOnly = false;
      if (requestReady) return 'request';
    }
    const pushReady = this.isInitialised && this.senderWaits;
    if (!requestReady && !pushReady) {
      this.waits = this.isInitialised;
      this.noteRest();
      return undefined;
    }
    this.looksAtRequestsOnly = true;
    if (requestReady && pushReady) return this.setup.choice.integer(2) === 0 ? 'request' : 'push';
    return pushReady ? 'push' : 'request';
  }

  /** Nearly all pushes end here: the proxy needs nothing, and finding that out is no work. */
  private receive(): void {
    const { connection, offered: request } = this;
    const { observer, planner, profile } = this.setup;
    assert(request !== undefined, 'a push is received from its sender');
    this.offered = undefined;
    if (this.senderWaits) {
      this.senderWaits = false;
      this.wakeSender();
    }
    observer.taken(connection);
    if (recomputesState(request, profile)) {
      this.task = new PushTask(connection, this.setup, this, request, undefined);
      return;
    }
    const plan = planner.planFor(connection, request);
    if (plan.needed) {
      this.task = new PushTask(connection, this.setup, this, request, plan);
      return;
    }
    observer.skipped(connection, request, 0);
    this.finish(request);
  }

  finish(request: PushRequest): void {
    complete(request.changes, this.setup.observer);
    this.release();
  }

  private release(): void {
    const { done } = this;
    this.done = undefined;
    done?.(this.connection.id);
    if (this.hasEnded) this.setup.ended(this.connection);
  }

  private wakeSender(): void {
    this.senderIsDue = true;
    this.noteRest();
    this.setup.processor.wake(this.sender);
  }

  private noteRest(): void {
    const { table, id, open } = this.connection;
    table.isAtRest[id] = this.waits && !this.senderIsDue && open ? 1 : 0;
  }

  private closeDown(): Nanos {
    const { connection, setup } = this;
    complete(connection.awaiting, setup.observer);
    connection.awaiting.length = 0;
    letGo(connection, setup.observer);
    this.hasEnded = true;
    if (this.offered !== undefined) this.wakeSender();
    setup.ended(connection);
    return FINISHED;
  }
}
