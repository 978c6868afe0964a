/**
 * From the write of an object to Envoys using it: what no metric of istiod shows. Follows each change through the
 * moments of the pipeline; what is kept of a change goes when its last proxy has it.
 */
import { fail } from '../../engine/assert.js';
import type { Nanos } from '../../engine/time.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { Connection } from '../../pipeline/model/connection.js';
import type { Sink } from '../../stats/batch.js';
import { Histogram } from '../../stats/histogram.js';
import { NEXT, type SampleBatch, type SampleBuffer } from '../../stats/sample-buffer.js';
import { ApplyTimes } from './apply-times.js';
import { type LabelTrace, StalenessByLabel } from './by-label.js';
import { DeadEndpoints } from './dead-endpoints.js';
import { MissingSubsets } from './missing-subsets.js';
import { PHASES, PhaseTimes, SHARED_PHASES } from './phases.js';
import type { ProxyGroups } from './proxy-groups.js';
import { Rejected } from './rejected.js';

/** One change on its way. */
export interface ChangeTrace {
  readonly change: Delivery;
  /** Ends of the phases; the first three are of the change, the others of the proxy that was last. */
  readonly ends: Float64Array;
  readonly uses: ApplyTimes;
  readonly labels: LabelTrace;
  /** ApplyTimes that count, after the warm-up. */
  counted: number;
  /** Who was last. */
  lastUser: Connection | undefined;
  /** Updates merged into its push, and the push's number. */
  merged: number;
  round: number;
  reason: string;
}

/** Positions in `ends`. */
export const END = { watch: 0, debounce: 1, context: 2, queue: 3, generation: 4, wire: 5 } as const;

/**
 * By connection: when the push at hand was taken from the queue; and of the last one that sent something when that was,
 * when its last message was sent, and when that arrives.
 */
const MOMENT = { dequeued: 0, taken: 1, sent: 2, arrives: 3 } as const;
const MOMENTS = 4;
const RECENT_MIN = 8;
const RECENT_MAX = 65_536;

export class Staleness {
  readonly perProxy = new Histogram();
  readonly toHalf = new Histogram();
  readonly to99 = new Histogram();
  readonly toLast = new Histogram();
  readonly phases = new PhaseTimes();
  readonly deadEndpoints: DeadEndpoints;
  readonly missingSubsets = new MissingSubsets();
  readonly rejected = new Rejected();
  readonly byLabel: StalenessByLabel;
  unseen = 0;
  readonly #changeTraces = new Map<Delivery, ChangeTrace>();
  /**
   * Look-ups before, by the last bits of the number: the proxies of a push, all with the same changes, follow each other.
   * As many places as changes are on their way, so that a push of many finds each.
   */
  #recent: (ChangeTrace | undefined)[] = new Array<undefined>(RECENT_MIN).fill(undefined);
  /** Four places a connection, side by side because they are used together: see `MOMENT`. */
  #moments = new Float64Array(256);
  /** When the message that leaves now arrives. */
  #arrival: Nanos = 0;
  /** A row for each use: how old the change was, then the phases that are the proxy's own. */
  readonly #uses: SampleBatch;

  /** `perProxy` is also told what the histogram of that name is. */
  constructor(
    private readonly onSettled: (change: Delivery, changeTrace: ChangeTrace) => void,
    sampleBuffer: SampleBuffer,
    groups: ProxyGroups,
    perProxy: readonly Sink[] = [],
  ) {
    this.byLabel = new StalenessByLabel(sampleBuffer, groups);
    this.deadEndpoints = new DeadEndpoints(sampleBuffer);
    const own = this.phases.histograms.slice(SHARED_PHASES).map((histogram) => [histogram]);
    this.#uses = sampleBuffer.batch([this.perProxy, ...perProxy], ...own);
  }

  /** Why the change is being pushed; unknown before and after. */
  reasonOf(change: Delivery): string {
    return this.#changeTraces.get(change)?.reason ?? 'unknown';
  }

  changeTrace(change: Delivery): ChangeTrace {
    const recent = this.#recent[change.id & (this.#recent.length - 1)];
    if (recent?.change === change) return recent;
    let changeTrace = this.#changeTraces.get(change);
    if (changeTrace === undefined) {
      changeTrace = {
        change,
        ends: new Float64Array(PHASES.length),
        uses: new ApplyTimes(),
        labels: this.byLabel.trace(change),
        counted: 0,
        lastUser: undefined,
        merged: 0,
        round: 0,
        reason: 'unknown',
      };
      this.#changeTraces.set(change, changeTrace);
      if (this.#changeTraces.size > this.#recent.length && this.#recent.length < RECENT_MAX)
        this.#recent = new Array<undefined>(2 * this.#recent.length).fill(undefined);
    }
    this.#recent[change.id & (this.#recent.length - 1)] = changeTrace;
    return changeTrace;
  }

  /** The phase of these changes ends now, unless it has ended before: the first push that carries a change counts. */
  ended(changes: readonly Delivery[], phase: number, now: Nanos): void {
    for (const change of changes) {
      const { ends } = this.changeTrace(change);
      if (ends[phase] === 0) ends[phase] = now;
    }
  }

  /** The first push that carries the change. */
  joined(change: Delivery, merged: number, round: number): void {
    const changeTrace = this.changeTrace(change);
    if (changeTrace.round !== 0) return;
    changeTrace.merged = merged;
    changeTrace.round = round;
  }

  /** The phase of these changes ended later than was noted at `noted`: a context was built for the push meanwhile. */
  extended(changes: readonly Delivery[], phase: number, noted: Nanos, now: Nanos): void {
    for (const change of changes) {
      const { ends } = this.changeTrace(change);
      if (ends[phase] === noted) ends[phase] = now;
    }
  }

  dequeued(connection: Connection, now: Nanos): void {
    const place = this.#placeOf(connection);
    this.#moments[place + MOMENT.dequeued] = now;
  }

  /** The message that is sent next will arrive then. */
  transmitted(arrives: Nanos): void {
    this.#arrival = arrives;
  }

  /** A message of the push at hand. */
  sent(connection: Connection, now: Nanos): void {
    const place = this.#placeOf(connection);
    this.#moments[place + MOMENT.taken] = this.#moments[place + MOMENT.dequeued]!;
    this.#moments[place + MOMENT.sent] = now;
    this.#moments[place + MOMENT.arrives] = this.#arrival;
  }

  /** The push that brought the change was rejected: that it came when it did is remembered until it is used. */
  nacked(change: Delivery, { id }: Connection, counts: boolean): void {
    const place = id * MOMENTS;
    const [, taken = 0, sent = 0, arrives = 0] = this.#moments.subarray(place, place + MOMENTS);
    this.rejected.nacked(change, id, { taken, sent, arrives, counts });
  }

  used(change: Delivery, connection: Connection, at: Nanos, counts: boolean): void {
    if (at < change.at) fail('nothing is in use before it was written');
    const changeTrace = this.changeTrace(change);
    const { ends, uses } = changeTrace;
    const place = this.#placeOf(connection);
    const moments = this.#moments;
    let taken = moments[place + MOMENT.taken]!;
    let sent = moments[place + MOMENT.sent]!;
    let arrives = moments[place + MOMENT.arrives]!;
    const nacked = this.rejected.used(change, connection.id, at);
    if (nacked !== undefined) ({ taken, sent, arrives } = nacked);
    if (at >= uses.last) {
      ends[END.queue] = taken;
      ends[END.generation] = sent;
      ends[END.wire] = arrives;
      changeTrace.lastUser = connection;
    }
    uses.add(at);
    const { object } = change;
    if (object !== undefined) {
      if (object.removed !== undefined && counts) this.deadEndpoints.used(change.at, object, connection.proxy, at);
      if (object.opens !== undefined || object.closes !== undefined)
        this.missingSubsets.used(object, connection.id, connection.isRouter, at);
    }
    this.byLabel.used(changeTrace.labels, connection, at, at - change.at, counts);
    if (!counts) return;
    // A stage that was passed over took no time, and none ends after the use.
    const queued = ends[END.context]!;
    const a = Math.max(queued, Math.min(taken, at));
    const b = Math.max(a, Math.min(sent, at));
    const c = Math.max(b, Math.min(arrives, at));
    const { values } = this.#uses;
    const row = this.#uses.row();
    values[row] = at - change.at;
    values[row + NEXT] = a - queued;
    values[row + 2 * NEXT] = b - a;
    values[row + 3 * NEXT] = c - b;
    values[row + 4 * NEXT] = at - c;
    changeTrace.counted += 1;
  }

  completed(change: Delivery, counts: boolean): void {
    const changeTrace = this.#changeTraces.get(change);
    this.#changeTraces.delete(change);
    this.#recent[change.id & (this.#recent.length - 1)] = undefined;
    if (changeTrace !== undefined) this.#share(change, changeTrace);
    if (changeTrace !== undefined && changeTrace.uses.count > 0) this.onSettled(change, changeTrace);
    if (!counts) return;
    if (changeTrace === undefined || changeTrace.uses.count === 0) {
      this.unseen += 1;
      return;
    }
    const { uses } = changeTrace;
    this.toHalf.add(uses.by(0.5) - change.at);
    this.to99.add(uses.by(0.99) - change.at);
    this.toLast.add(uses.last - change.at);
    this.byLabel.completed(changeTrace.labels);
  }

  /** At the end of a run: what is still on its way has been used, too. */
  finish(): void {
    for (const [change, changeTrace] of this.#changeTraces) this.#share(change, changeTrace);
  }

  #share(change: Delivery, changeTrace: ChangeTrace): void {
    if (changeTrace.counted > 0) this.phases.addShared(change.at, changeTrace.ends, changeTrace.counted);
    changeTrace.counted = 0;
  }

  /** The first of the connection's places, which are made when there are none yet. */
  #placeOf({ id }: Connection): number {
    const place = id * MOMENTS;
    if (place >= this.#moments.length) this.#grow(place);
    return place;
  }

  #grow(place: number): void {
    const grown = new Float64Array(Math.max(place + MOMENTS, 2 * this.#moments.length));
    grown.set(this.#moments);
    this.#moments = grown;
  }
}
