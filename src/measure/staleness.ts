/**
 * From the write of an object to Envoys using it: what no metric of istiod shows. Follows each change through the
 * moments of the pipeline; what is kept of a change goes when its last proxy has it.
 */
import type { Nanos } from '../engine/time.js';
import type { Change } from '../pipeline/change.js';
import type { Connection } from '../pipeline/connection.js';
import { Histogram } from '../stats/histogram.js';
import { DeadEndpoints } from './dead-endpoints.js';
import { MissingSubsets } from './missing-subsets.js';
import { PHASES, PhaseTimes } from './phases.js';
import { Rejected } from './rejected.js';
import { Uses } from './uses.js';

/** One change on its way. */
export interface Journey {
  /** Ends of the phases; the first three are of the change, the others of the proxy that was last. */
  readonly ends: Float64Array;
  readonly uses: Uses;
  /** Who was last. */
  /** Uses that count, after the warm-up. */
  counted: number;
  lastProxy: string;
  /** Updates merged into its push, and the push's number. */
  merged: number;
  round: number;
  reason: string;
}

/** Positions in `ends`. */
export const END = { watch: 0, debounce: 1, context: 2, queue: 3, generation: 4, wire: 5 } as const;

export class Staleness {
  readonly perProxy = new Histogram();
  readonly toHalf = new Histogram();
  readonly to99 = new Histogram();
  readonly toLast = new Histogram();
  readonly phases = new PhaseTimes();
  readonly deadEndpoints = new DeadEndpoints();
  readonly missingSubsets = new MissingSubsets();
  readonly rejected = new Rejected();
  unseen = 0;
  readonly #journeys = new Map<Change, Journey>();
  /** The look-up before: the proxies of a push come one after the other. */
  #lastChange: Change | undefined;
  #lastJourney: Journey | undefined;
  /** By connection: when its last push was taken from the queue, its last message sent, and when that arrives. */
  #taken = new Float64Array(64);
  #sent = new Float64Array(64);
  #arrives = new Float64Array(64);

  constructor(private readonly onSettled: (change: Change, journey: Journey) => void) {}

  get onTheWay(): number {
    return this.#journeys.size;
  }

  /** Why the change is being pushed; unknown before and after. */
  reasonOf(change: Change): string {
    return this.#journeys.get(change)?.reason ?? 'unknown';
  }

  journey(change: Change): Journey {
    if (change === this.#lastChange) return this.#lastJourney!;
    let journey = this.#journeys.get(change);
    if (journey === undefined) {
      journey = {
        ends: new Float64Array(PHASES.length),
        uses: new Uses(),
        counted: 0,
        lastProxy: '',
        merged: 0,
        round: 0,
        reason: 'unknown',
      };
      this.#journeys.set(change, journey);
    }
    this.#lastChange = change;
    this.#lastJourney = journey;
    return journey;
  }

  /** The phase of these changes ends now, unless it has ended before: the first push that carries a change counts. */
  ended(changes: readonly Change[], phase: number, now: Nanos): void {
    for (const change of changes) {
      const { ends } = this.journey(change);
      if (ends[phase] === 0) ends[phase] = now;
    }
  }

  /** The first push that carries the change. */
  joined(change: Change, merged: number, round: number): void {
    const journey = this.journey(change);
    if (journey.round !== 0) return;
    journey.merged = merged;
    journey.round = round;
  }

  /** The phase of these changes ended later than was noted at `noted`: a context was built for the push meanwhile. */
  extended(changes: readonly Change[], phase: number, noted: Nanos, now: Nanos): void {
    for (const change of changes) {
      const { ends } = this.journey(change);
      if (ends[phase] === noted) ends[phase] = now;
    }
  }

  taken(connection: Connection, now: Nanos): void {
    if (connection.id >= this.#taken.length) this.#grow(connection.id);
    this.#taken[connection.id] = now;
  }

  sent(connection: Connection, now: Nanos, arrives: Nanos): void {
    if (connection.id >= this.#sent.length) this.#grow(connection.id);
    this.#sent[connection.id] = now;
    this.#arrives[connection.id] = arrives;
  }

  /** The push that brought the change was rejected: that it came when it did is remembered until it is used. */
  held(change: Change, { id }: Connection, counts: boolean): void {
    const [taken = 0, sent = 0, arrives = 0] = [this.#taken[id], this.#sent[id], this.#arrives[id]];
    this.rejected.held(change, id, { taken, sent, arrives, counts });
  }

  used(change: Change, connection: Connection, at: Nanos, counts: boolean): void {
    const journey = this.journey(change);
    const { ends, uses } = journey;
    const { id } = connection;
    const held = this.rejected.used(change, id, at);
    const taken = held?.taken ?? this.#taken[id] ?? 0;
    const sent = held?.sent ?? this.#sent[id] ?? 0;
    const arrives = held?.arrives ?? this.#arrives[id] ?? 0;
    if (at >= uses.last) {
      ends[END.queue] = taken;
      ends[END.generation] = sent;
      ends[END.wire] = arrives;
      journey.lastProxy = connection.proxy.name;
    }
    uses.add(at);
    const { subject } = change;
    if (subject !== undefined) {
      if (subject.removed !== undefined && counts) this.deadEndpoints.add(at - change.at, subject.removed);
      if (subject.opens !== undefined || subject.closes !== undefined)
        this.missingSubsets.used(subject, connection.id, at);
    }
    if (!counts) return;
    this.perProxy.add(at - change.at);
    this.phases.addOwn(ends[END.context]!, taken, sent, arrives, at);
    journey.counted += 1;
  }

  settled(change: Change, counts: boolean): void {
    const journey = this.#journeys.get(change);
    this.#journeys.delete(change);
    this.#lastChange = undefined;
    if (journey !== undefined) this.#share(change, journey);
    if (journey !== undefined && journey.uses.count > 0) this.onSettled(change, journey);
    if (!counts) return;
    if (journey === undefined || journey.uses.count === 0) {
      this.unseen += 1;
      return;
    }
    const { uses } = journey;
    this.toHalf.add(uses.by(0.5) - change.at);
    this.to99.add(uses.by(0.99) - change.at);
    this.toLast.add(uses.last - change.at);
  }

  /** At the end of a run: what is still on its way has been used, too. */
  finish(): void {
    for (const [change, journey] of this.#journeys) this.#share(change, journey);
  }

  #share(change: Change, journey: Journey): void {
    if (journey.counted > 0) this.phases.addShared(change.at, journey.ends, journey.counted);
    journey.counted = 0;
  }

  #grow(id: number): void {
    const length = Math.max(id + 1, 2 * this.#taken.length);
    const grown = (old: Float64Array) => {
      const array = new Float64Array(length);
      array.set(old);
      return array;
    };
    this.#taken = grown(this.#taken);
    this.#sent = grown(this.#sent);
    this.#arrives = grown(this.#arrives);
  }
}
