/**
 * What the pipeline tells whoever measures it. Every method is a moment; nothing comes back, so measuring can never
 * change a run. The silent observer is the default and costs a call.
 */
import type { Nanos } from '../engine/time.js';
import type { XdsType } from '../istio/xds-types.js';
import type { Delivery } from './model/change.js';
import type { Connection } from './model/connection.js';
import type { PushRequest } from './model/push-request.js';
import type { ResponsePlan } from './model/response-plan.js';
import type { SkippedPushes } from './model/skipped-pushes.js';
import type { WatchEvent } from './model/watch-event.js';

export type InboundType = 'config' | 'eds' | 'svc' | 'svcdelete';
export type RoundKind = 'full' | 'incremental' | 'bypass';

export interface SentMessage {
  /** Generation and send. */
  readonly took: Nanos;
  readonly generated: Nanos;
  /** CPU of both. */
  readonly cpu: Nanos;
  readonly bytes: number;
  /** An answer to a request, not part of a push. */
  readonly answer: boolean;
  /** What was asked of the generator; shared by all proxies that are alike. */
  readonly planned: ResponsePlan;
}

export interface Observer {
  /** `pilot_inbound_updates{type}`. */
  inbound(type: InboundType): void;
  /** A watch event reached istiod's informers; `isNew`: of an object it did not know. */
  observed(event: WatchEvent, change: Delivery, isNew: boolean): void;
  /** The debounce loop received an update. */
  received(request: PushRequest): void;
  /** A pod event is about to queue its own proxy, past the debounce. */
  proxyUpdated(request: PushRequest): void;
  /** A push began; `since` is when the loop received the first update of the batch. */
  pushStarted(kind: RoundKind, merged: number, since: Nanos, request: PushRequest): void;
  /** A context is in use, with so many objects; the first one is there when istiod is. */
  contextPublished(services: number, virtualServices: number): void;
  /** The push has built the context that was published just now. */
  contextBuilt(took: Nanos, request: PushRequest, cpu: Nanos): void;
  /** All connections are queued; `debounced` is undefined for pushes that bypassed the debounce. */
  pushFinished(kind: RoundKind, debounced: Nanos | undefined): void;
  /** These were queued, or what they wait for was merged; the queue is so long now and has merged so often. */
  enqueued(ids: Int32Array, connections: readonly Connection[], depth: number, merges: number): void;
  dequeued(connection: Connection, request: PushRequest, waited: Nanos, slotsInUse: number): void;
  /** These were taken from the queue while so many slots were in use, and their proxies needed nothing, which took no time. */
  skippedMany(
    skippedPushes: Readonly<SkippedPushes>,
    connections: readonly Connection[],
    request: PushRequest,
    slotsInUse: number,
  ): void;
  /** The stream has received its push and begins with it. */
  taken(connection: Connection): void;
  /** The proxy needed nothing from the push; finding that out took `cpu`. */
  skipped(connection: Connection, request: PushRequest, cpu: Nanos): void;
  /** The message that `sent` tells of next left istiod; it will reach its proxy and be in use at these times. */
  transmitted(arrives: Nanos, applied: Nanos): void;
  /** A message was handed to the transport. */
  sent(connection: Connection, type: XdsType, message: SentMessage): void;
  /** All messages of a push are sent; `cpu` is what preparing them took, without the messages themselves. */
  converged(connection: Connection, request: PushRequest, took: Nanos, cpu: Nanos): void;
  expiredNonce(type: XdsType): void;
  /** istiod reads that the proxy rejects a message (NACK). */
  rejected(connection: Connection, type: XdsType): void;
  /** A proxy rejected a message with the change, and lacks it until it is `used` after all. */
  nacked(change: Delivery, connection: Connection): void;
  /** A proxy uses the change from `at` on. */
  used(change: Delivery, connection: Connection, at: Nanos): void;
  /** No push with this change is queued or running any more. */
  completed(change: Delivery): void;
  /** `admitted`: its stream was opened now; otherwise it had been there before the start. */
  connected(connection: Connection, admitted: boolean): void;
  /** Its stream has ended. */
  disconnected(connection: Connection): void;
  ready(connection: Connection): void;
}

const nothing = (): void => {};

export const SILENT: Observer = {
  inbound: nothing,
  observed: nothing,
  received: nothing,
  proxyUpdated: nothing,
  pushStarted: nothing,
  contextPublished: nothing,
  contextBuilt: nothing,
  pushFinished: nothing,
  enqueued: nothing,
  dequeued: nothing,
  skippedMany: nothing,
  taken: nothing,
  skipped: nothing,
  transmitted: nothing,
  sent: nothing,
  converged: nothing,
  expiredNonce: nothing,
  rejected: nothing,
  nacked: nothing,
  used: nothing,
  completed: nothing,
  connected: nothing,
  disconnected: nothing,
  ready: nothing,
};
