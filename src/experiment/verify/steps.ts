/**
 * A recording and its replay, step by step: operations that one debounce can merge are a step, and of each step is told
 * who was sent what. Counts and sizes only: the times of some recordings mean nothing.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { Recording, SetUp } from '../../import/recording.js';
import { XDS_TYPES } from '../../istio/xds-types.js';
import type { Connection } from '../../pipeline/model/connection.js';
import type { ResponsePlan } from '../../pipeline/model/response-plan.js';
import { type ReplayOptions, replay } from './replay.js';

export interface Step {
  /** `vs 4 + ep 6→9`. */
  readonly name: string;
  /** Updates merged into each debounced push. */
  readonly merged: readonly number[];
  readonly contexts: number;
  /** Proxies that needed nothing. */
  readonly skips: number;
  /** Of each proxy, in push order: answers to requests come last. */
  readonly proxies: readonly (readonly SentResources[])[];
}

export interface SentResources {
  /** `CDS`, `EDS`, … */
  readonly type: string;
  readonly answer: boolean;
  readonly resources: number;
  readonly bytes: number;
}

/** Operations begin 50 ms after time 0, and are a little late. */
const LEAD_MS = 45;
/** No push of a step begins before the debounce has been quiet for this share of its time. */
const QUIET_SHARE = 0.9;
/** Operations this close together are one step, milliseconds. */
const TOGETHER = 300;

interface Draft {
  readonly name: string;
  /** Milliseconds of the recording's time. */
  readonly from: number;
  readonly merged: number[];
  contexts: number;
  skips: number;
  readonly proxies: SentResources[][];
}

function draftsOf({ ops, proxies, debounceAfterMs }: SetUp): Draft[] {
  const drafts: { name: string; from: number; last: number }[] = [];
  for (const { at, op, svc, n } of ops) {
    const name = op === 'ep' || op === 'slice' ? `${op} ${svc}→${n}` : `${op} ${svc}`;
    const open = drafts.at(-1);
    if (open !== undefined && at - open.last < TOGETHER) {
      open.name += ` + ${name}`;
      open.last = at;
    } else {
      drafts.push({ name, from: at, last: at });
    }
  }
  const count = proxies.sidecars + proxies.gateways;
  return drafts.map(({ name, from: planned }) => {
    // Until the debounce has let the first push of a step through, what is sent belongs to the step before.
    const from = planned + LEAD_MS + (planned === 0 ? 0 : QUIET_SHARE * debounceAfterMs);
    return { name, from, merged: [], contexts: 0, skips: 0, proxies: Array.from({ length: count }, () => []) };
  });
}

function stepAt(drafts: readonly Draft[], seconds: number): Draft {
  const found = drafts.findLast(({ from }) => from / 1000 <= seconds) ?? drafts[0];
  if (found === undefined) throw new Error('a recording without operations');
  return found;
}

export function recordedSteps({ setUp, rows }: Recording): readonly Step[] {
  const drafts = draftsOf(setUp);
  /** Of each proxy, messages that no push has claimed yet. */
  const open = new Map<number, { at: number; type: string; bytes: number }[]>();
  const counts = receivedCounts(rows);
  const note = (proxy: number, at: number, message: { type: string; bytes: number }, answer: boolean): void => {
    const resources = counts.get(proxy)?.shift() ?? 0;
    stepAt(drafts, at / 1e6).proxies[proxy]?.push({ type: message.type, bytes: message.bytes, answer, resources });
  };
  for (const row of rows) {
    if (row.at_us < 0) continue;
    const seconds = row.at_us / 1e6;
    if (row.event === 'push_start') stepAt(drafts, seconds).merged.push(row.n);
    if (row.event === 'context') stepAt(drafts, seconds).contexts += 1;
    if (row.event === 'skip') stepAt(drafts, seconds).skips += 1;
    if (row.event === 'message') {
      open.set(row.proxy, [...(open.get(row.proxy) ?? []), { at: row.at_us, type: row.type, bytes: row.bytes }]);
    }
    if (row.event === 'converged') {
      // Messages of the push are as old as the push at most; those before answered requests.
      const began = row.at_us - row.own_us - 1;
      for (const message of open.get(row.proxy) ?? []) note(row.proxy, message.at, message, message.at < began);
      open.delete(row.proxy);
    }
  }
  for (const [proxy, messages] of open) for (const message of messages) note(proxy, message.at, message, true);
  return drafts;
}

/** Resources of the messages that each client received, in their order. */
function receivedCounts(rows: Recording['rows']): Map<number, number[]> {
  const counts = new Map<number, number[]>();
  for (const row of rows) {
    if (row.event !== 'received' || row.at_us < 0) continue;
    counts.set(row.proxy, [...(counts.get(row.proxy) ?? []), row.n]);
  }
  return counts;
}

export function replayedSteps(setUp: SetUp, options: ReplayOptions): readonly Step[] {
  const drafts = draftsOf(setUp);
  /** Proxies connect before the first. */
  const before = stepAt(draftsOf(setUp), 0);
  const at = (now: Nanos): Draft => (now < 0 ? before : stepAt(drafts, now / SECOND));
  replay(setUp, {
    ...options,
    listener: (clock) => ({
      pushStarted: (kind, merged) => {
        if (kind !== 'bypass') at(clock.now).merged.push(merged);
      },
      contextBuilt: () => {
        at(clock.now).contexts += 1;
      },
      skipped: () => {
        at(clock.now).skips += 1;
      },
      skippedMany: ({ count }) => {
        at(clock.now).skips += count;
      },
      sent: (connection, type, { bytes, answer, planned }) => {
        const resources = resourcesOf(planned, connection);
        at(clock.now).proxies[connection.proxy.id]?.push({ type: type.toUpperCase(), bytes, answer, resources });
      },
    }),
  });
  return drafts;
}

/** Clusters that every sidecar (black hole, passthrough, inbound passthrough) and every gateway (black hole) has. */
const STATIC_CLUSTERS = { sidecar: 3, gateway: 1 };
/** Listeners of a sidecar besides one for each port: virtual inbound and virtual outbound. */
const STATIC_LISTENERS = 2;

function resourcesOf({ type, names, added }: ResponsePlan, connection: Connection): number {
  const { scope, gateway, watched, isRouter } = connection;
  if (added !== undefined) return added.resources;
  switch (type) {
    case 'cds': {
      const services = scope.selection.services.filter(({ key }) => names === undefined || names.includes(key));
      const clusters = services.reduce((sum, { spec }) => sum + spec.ports.length, 0);
      return clusters + (isRouter ? STATIC_CLUSTERS.gateway : STATIC_CLUSTERS.sidecar);
    }
    case 'eds':
      return names?.length ?? watched.eds?.size ?? 0;
    case 'lds': {
      const ports = new Set(scope.selection.services.flatMap(({ spec }) => spec.ports.map((port) => port.number)));
      return isRouter ? (gateway?.ports.length ?? 0) : ports.size + STATIC_LISTENERS;
    }
    case 'rds':
      return watched.rds?.size ?? 0;
    default:
      return 0;
  }
}

/** `CDS[23] LDS[3] req:EDS[1]`, in push order. */
export function sentText(sent: readonly SentResources[]): string {
  const place = ({ type, answer }: SentResources) =>
    XDS_TYPES.indexOf(type.toLowerCase() as never) + (answer ? 100 : 0);
  return [...sent]
    .sort((a, b) => place(a) - place(b))
    .map(({ type, answer, resources }) => `${answer ? 'req:' : ''}${type}[${resources}]`)
    .join(' ');
}
