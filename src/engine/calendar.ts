import { type Action, type EventHandle, EventSlots, NONE, widen } from './event-slots.js';
import type { Nanos } from './time.js';

/** Where an event stands among those of the same instant; within one rank the order is that of scheduling. */
export type Rank = 'first' | 'normal' | 'last';

const RANK_OFFSET = 2 ** 51;
const SWEEP_MINIMUM = 64;

/**
 * The future event list: a binary heap of (time, slot) ordered by (time, sequence), so simultaneous events leave in
 * the order in which they were scheduled. Ranks are offsets of the sequence and add no third key.
 *
 * `schedule` and `pop` are O(log n), `cancel` is O(1) amortised: it marks the entry dead, and once more than half of
 * the entries are dead they are swept out in one O(n) pass. Between growth steps no object is allocated.
 *
 * How it got its shape: million pop-and-schedule pairs a second with 10 / 1,000 / 100,000 pending (hold test, Node 20,
 * one core of an AMD EPYC, prototypes without handles; a row contains what was kept above it):
 *
 *   binary heap in typed arrays, pop closes the gap at once             29.9 /  9.4 / 5.2
 *   pop leaves a hole at the root that the next schedule fills          32.4 / 11.2 / 5.9   kept
 *     instead of top-down, bottom-up (walk to a leaf, climb back)       28.9 / 10.5 / 5.3
 *     instead of binary, four children                                  28.4 /  9.1 / 4.9
 *     instead of a heap, a tree of winners over the slots               32.3 / 10.5 / 5.5
 *   smaller child chosen by the sign bit of a difference, no branch     28.6 / 13.3 / 6.3   kept
 *     the same, bottom-up                                               25.5 / 12.5 / 5.9
 *     the same, four children                                           28.6 / 11.8 / 6.0
 *     instead of the sign bit, (a < b) | 0 (compiles to a branch)       26.5 /  9.3 / 4.5
 *
 * Also tried on the finished class, without a measurable gain: the columns of a slot side by side in one array, the free
 * slots as a linked list.
 *
 * Which child is smaller is a coin toss that the processor mispredicts half of the time; hence the gain of the sign
 * bit. Sequences live with the slots, not in the heap: they are looked at only when two times are equal.
 */
export class Calendar extends EventSlots {
  /** Time of the event popped last. */
  time: Nanos = 0;

  // The heap occupies [1, used]: the children of i are 2i and 2i + 1. While `hole` is set, place 1 is free.
  private used = 0;
  private hole = false;
  private dead = 0;
  private scheduled = 0;
  private times: Float64Array;
  private slots: Int32Array;

  private readonly difference = new Float64Array(1);
  private readonly differenceWords = new Uint32Array(this.difference.buffer);
  private readonly signWord: number;

  constructor(capacity = 64) {
    super(capacity);
    this.times = new Float64Array(capacity + 1);
    this.slots = new Int32Array(capacity + 1);
    // Which half of a double holds its sign depends on the byte order of the machine.
    this.difference[0] = -1;
    this.signWord = this.differenceWords[1] === 0 ? 0 : 1;
  }

  /** Number of live events. */
  get size(): number {
    return this.used - (this.hole ? 1 : 0) - this.dead;
  }

  /** Number of entries kept, dead ones included: at most twice the live ones once there are more than a few. */
  get entries(): number {
    return this.used - (this.hole ? 1 : 0);
  }

  /** Adds an event. `time` must be a number that is not NaN; whether it is in the past is the caller's business. */
  schedule(time: Nanos, action: Action, subject: number, rank: Rank = 'normal'): EventHandle {
    if (this.isFull) this.widenHeap(this.grow());
    let sequence = this.scheduled++;
    if (rank !== 'normal') sequence += rank === 'first' ? -RANK_OFFSET : RANK_OFFSET;
    const slot = this.take(sequence, action, subject);
    if (this.hole) {
      this.hole = false;
      this.siftDown(1, time, sequence, slot);
    } else {
      this.siftUp(++this.used, time, sequence, slot);
    }
    return this.handleOf(slot);
  }

  /** Takes an event out before it is due. False when it was popped or cancelled already: nothing happens then. */
  cancel(handle: EventHandle): boolean {
    const slot = this.slotOf(handle);
    if (slot === NONE) return false;
    this.retire(slot);
    this.isDead[slot] = 1;
    this.dead++;
    if (this.dead > SWEEP_MINIMUM && this.dead * 2 > this.used) this.sweep();
    return true;
  }

  /**
   * Takes the earliest event out if it is due at `limit` or before, sets `time`, and answers its slot for `fire`,
   * or NONE. The slot is free for reuse at once, so `fire` must come before anything is scheduled.
   */
  pop(limit: Nanos): number {
    for (;;) {
      if (this.hole) this.closeHole();
      if (this.used === 0) return NONE;
      const slot = this.slots[1]!;
      if (this.isDead[slot] === 0) {
        const time = this.times[1]!;
        if (time > limit) return NONE;
        this.time = time;
        this.hole = true;
        this.retire(slot);
        this.release(slot);
        return slot;
      }
      this.hole = true;
      this.bury(slot);
    }
  }

  /** When the earliest entry is due, which may be a dead one; infinity when there is none. O(1). */
  get earliest(): Nanos {
    const { used, times } = this;
    // With a hole it is one of its children.
    const first = this.hole ? 2 : 1;
    if (used < first) return Number.POSITIVE_INFINITY;
    if (!this.hole || used < 3) return times[first]!;
    return Math.min(times[2]!, times[3]!);
  }

  private bury(slot: number): void {
    this.isDead[slot] = 0;
    this.dead--;
    this.release(slot);
  }

  private closeHole(): void {
    this.hole = false;
    const last = this.used--;
    if (last > 1) {
      const slot = this.slots[last]!;
      this.siftDown(1, this.times[last]!, this.sequences[slot]!, slot);
    }
  }

  private siftUp(start: number, time: Nanos, sequence: number, slot: number): void {
    const { times, slots } = this;
    let place = start;
    while (place > 1) {
      const parent = place >> 1;
      const other = times[parent]!;
      if (other < time || (other === time && this.sequences[slots[parent]!]! < sequence)) break;
      times[place] = other;
      slots[place] = slots[parent]!;
      place = parent;
    }
    times[place] = time;
    slots[place] = slot;
  }

  private siftDown(start: number, time: Nanos, sequence: number, slot: number): void {
    const { times, slots, sequences, difference, differenceWords, signWord, used } = this;
    let place = start;
    let child = 2 * place;
    while (child <= used) {
      if (child < used) {
        const rightMinusLeft = times[child + 1]! - times[child]!;
        if (rightMinusLeft === 0) {
          if (sequences[slots[child + 1]!]! < sequences[slots[child]!]!) child++;
        } else {
          difference[0] = rightMinusLeft;
          child += differenceWords[signWord]! >>> 31;
        }
      }
      const other = times[child]!;
      if (time < other || (time === other && sequence < sequences[slots[child]!]!)) break;
      times[place] = other;
      slots[place] = slots[child]!;
      place = child;
      child = 2 * place;
    }
    times[place] = time;
    slots[place] = slot;
  }

  /** Drops the dead entries and rebuilds the heap bottom-up (Floyd): O(n), and the order stays what the keys say. */
  private sweep(): void {
    if (this.hole) this.closeHole();
    const { times, slots } = this;
    let kept = 0;
    for (let place = 1; place <= this.used; place++) {
      const slot = slots[place]!;
      if (this.isDead[slot] === 1) {
        this.bury(slot);
      } else {
        kept++;
        times[kept] = times[place]!;
        slots[kept] = slot;
      }
    }
    this.used = kept;
    for (let place = kept >> 1; place >= 1; place--) {
      const slot = slots[place]!;
      this.siftDown(place, times[place]!, this.sequences[slot]!, slot);
    }
  }

  private widenHeap(capacity: number): void {
    this.times = widen(this.times, new Float64Array(capacity + 1));
    this.slots = widen(this.slots, new Int32Array(capacity + 1));
  }
}
