/** An observer that notes every moment as plain data: what most tests look at. Times are milliseconds. */
import type { XdsType } from '../../src/istio/xds-types.js';
import type { Delivery } from '../../src/pipeline/model/change.js';
import type { Connection } from '../../src/pipeline/model/connection.js';
import type { PushRequest } from '../../src/pipeline/model/push-request.js';
import { type Observer, type RoundKind, SILENT } from '../../src/pipeline/observer.js';
import { inMs } from './time.js';

export interface NotedRound {
  readonly at: number;
  readonly kind: RoundKind;
  readonly merged: number;
  readonly request: PushRequest;
}

export interface NotedMessage {
  readonly at: number;
  readonly to: string;
  readonly type: XdsType;
  readonly answer: boolean;
  /** Services whose resources were generated. */
  readonly names: number | 'all';
}

export interface NotedPush {
  readonly at: number;
  readonly to: string;
  readonly took: number;
  readonly request: PushRequest;
}

export interface Notes {
  readonly observer: Observer;
  /** `pilot_inbound_updates` by type. */
  readonly inbound: Partial<Record<string, number>>;
  readonly received: PushRequest[];
  readonly rounds: NotedRound[];
  readonly contexts: { readonly at: number; readonly took: number }[];
  /** Samples of `pilot_debounce_time`. */
  readonly debounced: number[];
  readonly dequeued: (NotedPush & { readonly slots: number; readonly depth: number })[];
  readonly messages: NotedMessage[];
  readonly converged: NotedPush[];
  readonly skipped: string[];
  readonly expired: XdsType[];
  readonly rejected: { readonly at: number; readonly by: string; readonly type: XdsType }[];
  readonly used: { readonly change: Delivery; readonly by: Connection; readonly at: number }[];
  readonly completed: Delivery[];
  readonly connected: { readonly at: number; readonly proxy: string }[];
  readonly ready: { readonly at: number; readonly proxy: string }[];
  /** Largest depth of the queue after an enqueue. */
  depthMax: number;
}

export function takeNotes(clock: { readonly now: number }): Notes {
  const now = (): number => inMs(clock.now);
  const notes: Notes = {
    observer: {
      ...SILENT,
      inbound(type) {
        notes.inbound[type] = (notes.inbound[type] ?? 0) + 1;
      },
      received(request) {
        notes.received.push(request);
      },
      pushStarted(kind, merged, _since, request) {
        notes.rounds.push({ at: now(), kind, merged, request });
      },
      contextBuilt(took) {
        notes.contexts.push({ at: now(), took: inMs(took) });
      },
      pushFinished(_kind, debounced) {
        if (debounced !== undefined) notes.debounced.push(inMs(debounced));
      },
      enqueued(_ids, _connections, depth) {
        notes.depthMax = Math.max(notes.depthMax, depth);
      },
      dequeued(connection, request, waited, slots) {
        notes.dequeued.push({
          at: now(),
          to: connection.proxy.name,
          took: inMs(waited),
          request,
          slots,
          depth: notes.depthMax,
        });
      },
      skippedMany({ since, count, ids, times }, connections, request, slots) {
        for (let i = 0; i < count; i++) {
          const to = connections[ids[i]!]!.proxy.name;
          const took = inMs(times[i]! - since);
          notes.dequeued.push({ at: inMs(times[i]!), to, took, request, slots, depth: notes.depthMax });
          notes.skipped.push(to);
        }
      },
      skipped(connection) {
        notes.skipped.push(connection.proxy.name);
      },
      sent(connection, type, { answer, planned }) {
        const names = planned.names?.length ?? 'all';
        notes.messages.push({ at: now(), to: connection.proxy.name, type, answer, names });
      },
      converged(connection, request, took) {
        notes.converged.push({ at: now(), to: connection.proxy.name, took: inMs(took), request });
      },
      expiredNonce(type) {
        notes.expired.push(type);
      },
      rejected(connection, type) {
        notes.rejected.push({ at: now(), by: connection.proxy.name, type });
      },
      used(change, connection, at) {
        notes.used.push({ change, by: connection, at: inMs(at) });
      },
      completed(change) {
        notes.completed.push(change);
      },
      connected(connection) {
        notes.connected.push({ at: now(), proxy: connection.proxy.name });
      },
      ready(connection) {
        notes.ready.push({ at: now(), proxy: connection.proxy.name });
      },
    },
    inbound: {},
    received: [],
    rounds: [],
    contexts: [],
    debounced: [],
    dequeued: [],
    messages: [],
    converged: [],
    skipped: [],
    expired: [],
    rejected: [],
    used: [],
    completed: [],
    connected: [],
    ready: [],
    depthMax: 0,
  };
  return notes;
}

/** Tells an observer of each pass as of any other push. */
export function eachPass(observer: () => Observer): Observer['skippedMany'] {
  return ({ since, count, ids, times }, connections, request, slots) => {
    for (let i = 0; i < count; i++) {
      const connection = connections[ids[i]!]!;
      observer().dequeued(connection, request, times[i]! - since, slots);
      observer().taken(connection);
      observer().skipped(connection, request, 0);
    }
  };
}

/** An observer that tells both. */
export function both(one: Observer, other: Observer): Observer {
  const tell = (moment: keyof Observer): ((...what: unknown[]) => void) => {
    return (...what) => {
      for (const observer of [one, other]) (observer[moment] as ((...all: unknown[]) => void) | undefined)?.(...what);
    };
  };
  return Object.fromEntries(Object.keys(SILENT).map((moment) => [moment, tell(moment as keyof Observer)])) as never;
}

/** How many there are of each, with the labels in alphabetical order: `{ cds: 2, lds: 1 }`. */
export function countBy<T>(items: Iterable<T>, label: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(label(item), (counts.get(label(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
