/** What recordings of connections show, in the figures the model is compared by. */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { Recording, Row } from '../../import/recording.js';
import type { FleetOutcome, FleetSetUp, Generated } from './fleet-replay.js';

export interface MeasuredFleet extends FleetOutcome {
  /** From the kill until the new process was started and until it listened; undefined: nobody was killed. */
  readonly starts: Nanos | undefined;
  readonly listens: Nanos | undefined;
}

const MICRO = 1e-6;

/** Both kinds: the kill and the new process in rows of their own, or in the summary of a run on a real API server. */
export function measuredFleet({ setUp, rows }: Recording): MeasuredFleet {
  const { killed, starts, listens } = restartOf(setUp as FleetSetUp & Restarted, rows);
  const { maxConnectionAge } = setUp as FleetSetUp;
  const dropped = new Set(rows.filter(({ event }) => event === 'drop').map(({ proxy }) => proxy));
  const lives =
    maxConnectionAge !== undefined
      ? livesOf(rows)
      : { ages: [], servedAgain: dropped.size > 0 ? backAfterDrop(rows) : [] };
  const slow = new Set(rows.filter(({ event }) => event === 'hold').map(({ proxy }) => proxy));
  const pushed = rows.filter(({ event, at_us }) => event === 'converged' && at_us > 0);
  const converged = pushed.filter(({ proxy }) => !slow.has(proxy) && !dropped.has(proxy));
  const nacks = rows.filter(({ event }) => event === 'nack');
  return {
    ...lives,
    served: killed === undefined ? [] : servedAfter(rows, killed).map((at) => at - (starts ?? 0)),
    cutOff: slow.size === 0 ? 0 : rows.filter(({ event, at_us }) => event === 'closed' && at_us > 0).length,
    ...perClient(rows, new Set(nacks.map(({ proxy }) => proxy))),
    converged: dropped.size === 0 ? 0 : pushed.length,
    nacks: nacks.length,
    others: slow.size + dropped.size === 0 ? [] : converged.map(({ queue_us }) => queue_us * MICRO),
    generated: generatedIn(rows.filter(({ at_us }) => killed !== undefined || at_us > 0)),
    starts: starts === undefined ? undefined : Math.round(starts * SECOND),
    listens: listens === undefined ? undefined : Math.round(listens * SECOND),
  };
}

/** Messages after the start of the operations, to a client that rejects some and to another. */
function perClient(rows: readonly Row[], rejecting: ReadonlySet<number>) {
  if (rejecting.size === 0) return { perRejecting: 0, perOther: 0 };
  const clients = new Set(rows.filter(({ event }) => event === 'ready').map(({ proxy }) => proxy));
  const sent = rows.filter(({ event, at_us }) => event === 'message' && at_us > 0);
  const toRejecting = sent.filter(({ proxy }) => rejecting.has(proxy)).length;
  return {
    perRejecting: toRejecting / rejecting.size,
    perOther: (sent.length - toRejecting) / (clients.size - rejecting.size),
  };
}

/** From its new connection until a client that had dropped was served. */
function backAfterDrop(rows: readonly Row[]): number[] {
  const opened = new Map<number, number>();
  const took: number[] = [];
  for (const { event, proxy, at_us } of rows) {
    if (event === 'connect' && at_us > 0) opened.set(proxy, at_us);
    const since = opened.get(proxy);
    if (event !== 'ready' || since === undefined) continue;
    took.push((at_us - since) * MICRO);
    opened.delete(proxy);
  }
  return took;
}

function generatedIn(rows: readonly Row[]): Generated {
  const times = (of: string) =>
    rows.filter(({ event, type }) => event === 'message' && type === of).map(({ gen_us }) => gen_us * MICRO);
  return { cds: times('CDS'), lds: times('LDS'), rds: times('RDS') };
}

interface Restarted {
  readonly restart?: { readonly ready_s: number; readonly killed_before_start_s: number };
}

interface Restart {
  /** Seconds of the recording's own time. */
  readonly killed?: number;
  /** Seconds after the kill. */
  readonly starts?: number;
  readonly listens?: number;
}

function restartOf({ restart }: Restarted, rows: readonly Row[]): Restart {
  if (restart !== undefined) {
    const starts = restart.killed_before_start_s;
    return { killed: -starts, starts, listens: starts + restart.ready_s };
  }
  const at = (what: string) => rows.find(({ event, type }) => event === 'server' && type === what)?.at_us;
  const [kill, listen] = [at('kill'), at('listen')];
  if (kill === undefined || listen === undefined) return {};
  return { killed: kill * MICRO, starts: 0, listens: (listen - kill) * MICRO };
}

/** When each client was served for the first time after that, in seconds after it. */
function servedAfter(rows: readonly Row[], killed: number): number[] {
  const first = new Map<number, number>();
  for (const { event, proxy, at_us } of rows) {
    const at = at_us * MICRO - killed;
    if (event === 'ready' && at > 0 && !first.has(proxy)) first.set(proxy, at);
  }
  return [...first.values()];
}

/** Streams that the server closed while their client went on. */
function livesOf(rows: readonly Row[]): Pick<FleetOutcome, 'ages' | 'servedAgain'> {
  const opened = new Map<number, number>();
  const closed = new Map<number, number>();
  const ages: number[] = [];
  const servedAgain: number[] = [];
  for (const { event, proxy, at_us } of rows) {
    const at = at_us * MICRO;
    if (event === 'connect') opened.set(proxy, at);
    if (event === 'closed' && opened.has(proxy)) {
      ages.push(at - opened.get(proxy)!);
      closed.set(proxy, at);
    }
    if (event === 'ready' && closed.has(proxy)) {
      servedAgain.push(at - closed.get(proxy)!);
      closed.delete(proxy);
    }
  }
  return { ages, servedAgain };
}
