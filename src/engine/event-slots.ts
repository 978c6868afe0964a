import { assert } from './assert.js';

/** What happens when an event is due. Long-lived: make it once and tell calls apart by `subject`. */
export type Action = (subject: number) => void;

/** Names one scheduled event. Stale once the event was popped or cancelled: using it then is harmless. */
export type EventHandle = number;

/** No slot. */
export const NONE = -1;

const SLOT_LIMIT = 2 ** 24;
const GENERATION_LIMIT = 2 ** 29;

/**
 * What is known of each event that is not over: one row per slot, reused. A slot is taken exactly while its entry is in
 * the heap of the calendar, dead or alive. The base of the calendar and not a part of it, because a part is one load
 * more for every access.
 */
export class EventSlots {
  protected sequences: Float64Array;
  protected isDead: Uint8Array;
  private subjects: Float64Array;
  private generations: Int32Array;
  private readonly actions: Action[] = [];
  private free: Int32Array;
  private freeCount = 0;

  constructor(capacity: number) {
    this.sequences = new Float64Array(capacity);
    this.isDead = new Uint8Array(capacity);
    this.subjects = new Float64Array(capacity);
    this.generations = new Int32Array(capacity);
    this.free = new Int32Array(capacity);
    this.addSlots(0, capacity);
  }

  /** Runs what was scheduled in a slot that `pop` has just answered. */
  fire(slot: number): void {
    this.actions[slot]!(this.subjects[slot]!);
  }

  /** The subject of a slot that `pop` has just answered. */
  subject(slot: number): number {
    return this.subjects[slot]!;
  }

  protected get isFull(): boolean {
    return this.freeCount === 0;
  }

  /** Only when not full. */
  protected take(sequence: number, action: Action, subject: number): number {
    const slot = this.free[--this.freeCount]!;
    this.sequences[slot] = sequence;
    this.subjects[slot] = subject;
    this.actions[slot] = action;
    return slot;
  }

  protected release(slot: number): void {
    this.free[this.freeCount++] = slot;
  }

  protected handleOf(slot: number): EventHandle {
    return this.generations[slot]! * SLOT_LIMIT + slot;
  }

  /** NONE for a stale handle. */
  protected slotOf(handle: EventHandle): number {
    const slot = handle % SLOT_LIMIT;
    return slot < this.isDead.length && this.handleOf(slot) === handle ? slot : NONE;
  }

  /** Makes its handle stale. */
  protected retire(slot: number): void {
    this.generations[slot] = (this.generations[slot]! + 1) % GENERATION_LIMIT;
  }

  /** Answers the new capacity. */
  protected grow(): number {
    const before = this.free.length;
    const after = before * 2;
    assert(after <= SLOT_LIMIT, `more than ${before} events are pending`);
    this.sequences = widen(this.sequences, new Float64Array(after));
    this.isDead = widen(this.isDead, new Uint8Array(after));
    this.subjects = widen(this.subjects, new Float64Array(after));
    this.generations = widen(this.generations, new Int32Array(after));
    this.free = new Int32Array(after);
    this.addSlots(before, after);
    return after;
  }

  private addSlots(from: number, to: number): void {
    // Generations start at 1, so that handle 0 never names an event and can stand for "none".
    this.generations.fill(1, from, to);
    for (let slot = to - 1; slot >= from; slot--) this.release(slot);
  }
}

export function widen<T extends Float64Array | Int32Array | Uint8Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
