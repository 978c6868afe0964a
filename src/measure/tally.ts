import type { Counter } from './result.js';

/** Counts by label; labels come out in alphabetical order, whichever came first. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(label: string, count = 1): void {
    this.#counts.set(label, (this.#counts.get(label) ?? 0) + count);
  }

  counter(): Counter {
    const entries = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: entries.reduce((sum, [, count]) => sum + count, 0), by: Object.fromEntries(entries) };
  }
}
