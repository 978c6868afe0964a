import type { Samples } from './samples.js';

/** How long the push queue is and how many slots are in use, as far as an observer is told, and the most there ever were. */
export class Occupancy {
  depth = 0;
  slots = 0;
  readonly peaks = { depth: 0, slots: 0 };
  /** Requests that met another of the same connection in the queue and became one with it. */
  merged = 0;
  private mergesBefore = 0;

  /** `samples` has the peaks of its interval. */
  constructor(private readonly samples: Samples) {}

  /** `merges` of the queue so far, of which the last are counted. */
  queued(depth: number, merges: number, counted: boolean): void {
    const { peaks, samples } = this;
    if (counted) this.merged += merges - this.mergesBefore;
    this.mergesBefore = merges;
    this.depth = depth;
    if (depth > peaks.depth) peaks.depth = depth;
    if (depth > samples.queuePeak) samples.queuePeak = depth;
  }

  /** So many left the queue while so many slots were in use. */
  taken(count: number, slotsInUse: number): void {
    const { peaks, samples } = this;
    // Connections that come back from processing are queued without a word.
    this.depth = Math.max(0, this.depth - count);
    this.slots = slotsInUse;
    if (slotsInUse > peaks.slots) peaks.slots = slotsInUse;
    if (slotsInUse > samples.slotsPeak) samples.slotsPeak = slotsInUse;
  }

  released(): void {
    if (this.slots > 0) this.slots -= 1;
  }
}
