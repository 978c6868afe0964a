/**
 * A request of the proxy (`xds/ads.go`: processRequest, pushXds on requests): it is read, and answered where there is
 * something to say. The first one also sets up the stream.
 */
import type { Nanos } from '../../engine/time.js';
import { complete, type Delivery } from '../model/change.js';
import type { Connection, XdsRequest } from '../model/connection.js';
import { COMPLETE, MessageTask, type StreamOwner, type StreamSetup } from './message-task.js';
import { isNacked, nack } from './nacked-changes.js';
import { adoptContext, wholeState } from './proxy-state.js';
import { type Answer, answerTo } from './request-answer.js';

export class AnswerTask extends MessageTask {
  protected readonly isPush = false;
  private step: 'begin' | 'initialise' | 'read' | 'adopt' = 'begin';
  private answer: Answer | undefined;
  /** The message under way are endpoints that follow an answer with clusters by themselves. */
  private follows = false;

  constructor(
    connection: Connection,
    setup: StreamSetup,
    stream: StreamOwner,
    private readonly request: XdsRequest,
  ) {
    super(connection, setup, stream);
  }

  protected proceed(): Nanos {
    switch (this.step) {
      case 'begin': {
        if (this.stream.isInitialised) return this.read();
        const { cost } = this.setup;
        this.step = 'initialise';
        return cost.connect() + cost.proxyState(wholeState(this.connection));
      }
      case 'initialise':
        this.stream.isInitialised = true;
        return this.read();
      case 'read':
        return this.respond();
      case 'adopt':
        adoptContext(this.connection);
        return this.send();
    }
  }

  protected messageEnded(usedAt: Nanos | undefined): Nanos {
    if (this.follows) return COMPLETE;
    const { setup, connection } = this;
    const { type } = this.request;
    this.follows = type === 'cds' && setup.xds === 'delta' && setup.profile.forcesEdsAfterDeltaCds;
    if (this.follows && connection.watched.eds !== undefined) {
      const all = { type: 'eds', names: undefined, delta: false, sends: true } as const;
      return this.generate(all, connection.context.tables, connection.lastPushStart);
    }
    if (type === 'eds') this.resolveAwaited(usedAt);
    return COMPLETE;
  }

  private read(): Nanos {
    this.step = 'read';
    return this.setup.cost.acknowledge(this.request.names?.size ?? 0, this.connection.proxy.id);
  }

  private respond(): Nanos {
    const { connection, setup, request } = this;
    this.answer = answerTo(request, connection, setup);
    if (this.answer === undefined) {
      if (request.type === 'eds') this.resolveAwaited(undefined);
      return COMPLETE;
    }
    if (connection.scope.contextNumber === connection.context.number) return this.send();
    this.step = 'adopt';
    return setup.cost.proxyState(wholeState(connection));
  }

  private send(): Nanos {
    const { type } = this.request;
    const { names, added } = this.answer!;
    const { context, lastPushStart } = this.connection;
    const delta = this.setup.xds === 'delta' && added !== undefined;
    return this.generate({ type, names, delta, added, sends: true }, context.tables, lastPushStart);
  }

  /**
   * Endpoints were asked for, and answered for use from `usedAt` on: that is when changes are in use whose clusters are
   * all subscribed now. Changes whose clusters have gone again meanwhile are completed without an answer.
   */
  private resolveAwaited(usedAt: Nanos | undefined): void {
    const { connection } = this;
    const { observer } = this.setup;
    if (connection.awaiting.length === 0) return;
    const waits = (change: Delivery): boolean => change.keys.some((key) => connection.lacksEndpointsOf(key));
    const resolved = connection.awaiting.filter((change) => !waits(change));
    const waiting = connection.awaiting.filter(waits);
    connection.awaiting.splice(0, connection.awaiting.length, ...waiting);
    for (const change of resolved) {
      if (this.rejected !== undefined) nack(connection, change, this.rejected, observer);
      else if (usedAt !== undefined && !isNacked(connection, change)) observer.used(change, connection, usedAt);
    }
    complete(resolved, observer);
  }
}
