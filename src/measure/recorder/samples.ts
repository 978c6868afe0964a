/**
 * Everything over simulated time in bounded memory: a row each `width`, and when there are too many rows, every second
 * one goes and the width doubles. Cumulative values lose nothing by that; peaks and counts of the interval are merged.
 *
 * Nobody wakes up to sample: the first moment at or after a row's time takes the row before it is recorded, so that
 * measuring adds no event to a run.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import { FineBins } from '../metrics/fine-bins.js';
import type { Registry } from '../metrics/registry.js';

export interface Row {
  readonly at: Nanos;
  /** Copy of the registry; places made later are missing. */
  readonly values: Float64Array;
  /** Since the row before. */
  readonly queuePeak: number;
  readonly slotsPeak: number;
  readonly convergence: FineBins;
  readonly staleness: FineBins;
}

export interface SampleOptions {
  readonly width?: Nanos;
  readonly rowsMax?: number;
}

export class Samples {
  queuePeak = 0;
  slotsPeak = 0;
  rows: Row[] = [];
  width: Nanos;
  /** When the next row is due. */
  next: Nanos;
  convergence = new FineBins();
  staleness = new FineBins();
  readonly #rowsMax: number;

  constructor(
    private readonly registry: Registry,
    /** Brings up to date what is looked at rather than counted, and what was noted but not added up yet. */
    private readonly refresh: (at: Nanos) => void,
    from: Nanos,
    options: SampleOptions = {},
  ) {
    this.width = options.width ?? SECOND;
    this.#rowsMax = options.rowsMax ?? 512;
    this.next = from;
  }

  /** Takes the rows that are due. Peaks that hold on (`queue`, `slots` now) carry over to the next interval. */
  catchUp(now: Nanos, queue: number, slots: number): void {
    while (this.next <= now) {
      this.#take(this.next, queue, slots);
      this.next += this.width;
      if (this.rows.length >= this.#rowsMax) this.#thin();
    }
  }

  /** The last row, at the end of the run. */
  finish(now: Nanos, queue: number, slots: number): void {
    this.catchUp(now, queue, slots);
    const last = this.rows.at(-1);
    if (last?.at === now) this.rows.pop();
    this.#take(now, queue, slots, last?.at === now ? last : undefined);
  }

  #take(at: Nanos, queue: number, slots: number, replaced?: Row): void {
    this.refresh(at);
    const row: Row = {
      at,
      values: this.registry.values.slice(0, this.registry.used),
      queuePeak: this.queuePeak,
      slotsPeak: this.slotsPeak,
      convergence: this.convergence,
      staleness: this.staleness,
    };
    this.rows.push(replaced === undefined ? row : merged(replaced, row));
    this.queuePeak = queue;
    this.slotsPeak = slots;
    this.convergence = new FineBins();
    this.staleness = new FineBins();
  }

  #thin(): void {
    const thinned: Row[] = [];
    // The first row stands for the start; pairs after it become the later of the two.
    for (const [i, row] of this.rows.entries()) {
      if (i === 0) thinned.push(row);
      else if (i % 2 === 0) thinned.push(merged(this.rows[i - 1]!, row));
    }
    // A row left over goes on collecting.
    const odd = this.rows.length % 2 === 0 ? this.rows.at(-1) : undefined;
    if (odd !== undefined) this.#giveBack(odd);
    this.rows = thinned;
    this.width *= 2;
    this.next = (thinned.at(-1)?.at ?? 0) + this.width;
  }

  #giveBack(row: Row): void {
    this.queuePeak = Math.max(this.queuePeak, row.queuePeak);
    this.slotsPeak = Math.max(this.slotsPeak, row.slotsPeak);
    this.convergence = row.convergence.plus(this.convergence);
    this.staleness = row.staleness.plus(this.staleness);
  }
}

function merged(earlier: Row, later: Row): Row {
  return {
    at: later.at,
    values: later.values,
    queuePeak: Math.max(earlier.queuePeak, later.queuePeak),
    slotsPeak: Math.max(earlier.slotsPeak, later.slotsPeak),
    convergence: earlier.convergence.plus(later.convergence),
    staleness: earlier.staleness.plus(later.staleness),
  };
}
