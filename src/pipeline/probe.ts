/**
 * What the pipeline tells whoever measures it. Every method is a moment; nothing comes back, so measuring can never
 * change a run. The silent probe is the default and costs a call.
 */
import type { Nanos } from '../engine/time.js';
import type { XdsType } from '../mesh/xds-types.js';
import type { Change } from './change.js';
import type { Connection } from './connection.js';
import type { PushRequest } from './push-request.js';

export type InboundType = 'config' | 'eds' | 'svc' | 'svcdelete';
export type RoundKind = 'full' | 'incremental' | 'bypass';

export interface SentMessage {
  /** Generation and send. */
  readonly took: Nanos;
  readonly generated: Nanos;
  readonly bytes: number;
  /** An answer to a request, not part of a push. */
  readonly answer: boolean;
}

export interface Probe {
  /** `pilot_inbound_updates{type}`. */
  inbound(type: InboundType): void;
  /** The debounce loop received an update. */
  received(request: PushRequest): void;
  /** A push began; `since` is when the loop received the first update of the batch. */
  pushStarted(kind: RoundKind, merged: number, since: Nanos, request: PushRequest): void;
  contextBuilt(took: Nanos, services: number): void;
  /** All connections are queued; `debounced` is undefined for pushes that bypassed the debounce. */
  pushFinished(kind: RoundKind, debounced: Nanos | undefined): void;
  enqueued(connection: Connection, depth: number): void;
  dequeued(connection: Connection, request: PushRequest, waited: Nanos, slotsInUse: number): void;
  /** The proxy needed nothing from the push. */
  skipped(connection: Connection, request: PushRequest): void;
  /** A message was handed to the transport. */
  sent(connection: Connection, type: XdsType, message: SentMessage): void;
  converged(connection: Connection, request: PushRequest, took: Nanos): void;
  expiredNonce(type: XdsType): void;
  /** A proxy uses the change from `at` on. */
  used(change: Change, connection: Connection, at: Nanos): void;
  /** No push with this change is queued or running any more. */
  settled(change: Change): void;
  connected(connection: Connection, admitted: boolean): void;
  ready(connection: Connection): void;
}

const nothing = (): void => {};

export const SILENT: Probe = {
  inbound: nothing,
  received: nothing,
  pushStarted: nothing,
  contextBuilt: nothing,
  pushFinished: nothing,
  enqueued: nothing,
  dequeued: nothing,
  skipped: nothing,
  sent: nothing,
  converged: nothing,
  expiredNonce: nothing,
  used: nothing,
  settled: nothing,
  connected: nothing,
  ready: nothing,
};
