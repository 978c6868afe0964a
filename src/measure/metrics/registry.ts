/**
 * Counters, gauges and histograms as places in one array of numbers: recording is an addition, and a sample of
 * everything is a copy of the array. A series appears with its first record, as in istiod.
 */

import type { FamilySpec } from '../../istio/metric-families.js';
import type { Batch, Sink } from '../../stats/batch.js';
import type { Counter } from '../recorder/result.js';

export type Labels = Readonly<Record<string, string>>;

export interface SeriesPlace {
  readonly labels: Labels;
  /** First place. A histogram has one for each bucket (not cumulative), one for +Inf, one for the sum. */
  readonly slot: number;
}

export class Registry {
  /** Grown by replacement: never keep a reference. */
  values = new Float64Array(128);
  used = 0;
  readonly families = new Map<FamilySpec, SeriesPlace[]>();

  /** The place of a new series of a counter or gauge. */
  place(family: FamilySpec, labels: Labels = {}, places = 1): number {
    const slot = this.used;
    this.used += places;
    while (this.used > this.values.length) {
      const grown = new Float64Array(2 * this.values.length);
      grown.set(this.values);
      this.values = grown;
    }
    const known = this.families.get(family);
    if (known === undefined) this.families.set(family, [{ labels, slot }]);
    else known.push({ labels, slot });
    return slot;
  }

  /** What a counter adds up to, by its label values joined by blanks, in alphabetical order. */
  counter(family: FamilySpec): Counter {
    const entries = (this.families.get(family) ?? []).map(
      ({ labels, slot }) => [Object.values(labels).join(' '), this.values[slot] ?? 0] as const,
    );
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return { total: entries.reduce((sum, [, count]) => sum + count, 0), by: Object.fromEntries(entries) };
  }
}

/** A counter with one label of few values. */
export class LabelledCounter {
  readonly #slots = new Map<string, number>();

  constructor(
    private readonly registry: Registry,
    private readonly family: FamilySpec,
    private readonly labelsOf: (value: string) => Labels = (type) => ({ type }),
  ) {}

  add(value: string, count = 1): void {
    this.registry.values[this.slot(value)]! += count;
  }

  /** The place of one label value, for those who add to it often. */
  slot(value: string): number {
    let slot = this.#slots.get(value);
    if (slot === undefined) {
      slot = this.registry.place(this.family, this.labelsOf(value));
      this.#slots.set(value, slot);
    }
    return slot;
  }
}

export class HistogramSeries implements Sink {
  readonly #slot: number;
  readonly #bounds: Float64Array;

  constructor(
    private readonly registry: Registry,
    family: FamilySpec,
    labels: Labels = {},
  ) {
    this.#bounds = Float64Array.from(family.bounds, (bound) => Math.round(bound * family.scale));
    this.#slot = registry.place(family, labels, family.bounds.length + 2);
  }

  addAll({ values: added, length, sum }: Readonly<Batch>): void {
    const { values } = this.registry;
    const bounds = this.#bounds;
    const slot = this.#slot;
    for (let i = 0; i < length; ) {
      // Numbers that follow each other are alike.
      const bucket = this.#bucketOf(added[i]!);
      const above = bounds[bucket - 1] ?? Number.NEGATIVE_INFINITY;
      const upTo = bounds[bucket] ?? Number.POSITIVE_INFINITY;
      const first = i;
      do i++;
      while (i < length && added[i]! > above && added[i]! <= upTo);
      values[slot + bucket]! += i - first;
    }
    values[slot + bounds.length + 1]! += sum;
  }

  #bucketOf(value: number): number {
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > bounds[bucket]!) bucket++;
    return bucket;
  }
}
