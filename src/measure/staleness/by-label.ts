/**
 * Whose staleness: the same samples as `Staleness.perProxy`, apart by what made the change (event source, kind and
 * namespace of the object) and by the group of the proxy that uses it; and how far apart groups are: the time between the
 * group that has all of a change first and the one that has it last.
 */
import type { Nanos } from '../../engine/time.js';
import type { Delivery } from '../../pipeline/model/change.js';
import type { Connection } from '../../pipeline/model/connection.js';
import { CompactHistogram } from '../../stats/compact-histogram.js';
import type { SampleBatch, SampleBuffer } from '../../stats/sample-buffer.js';
import { OTHERS, type ProxyGroups } from './proxy-groups.js';

export const LABELS = ['source', 'kind', 'namespace'] as const;
type Causes = Readonly<Record<(typeof LABELS)[number], string>>;
/** Combinations of labels told apart. */
const CAUSES_MAX = 1_000;
/** With more groups than this, only the widest gap of each change is kept, not that of each pair. */
const PAIRED_GROUPS_MAX = 12;

/** One combination of labels, or one group: samples of several are merged in the end. */
export interface LabelSeries {
  readonly histogram: CompactHistogram;
  readonly batch: SampleBatch;
}

/** Of one change on its way. */
export interface LabelTrace {
  readonly series: LabelSeries;
  /** By group, when the last of its proxies so far began to use the change; 0: none has. */
  last: Float64Array;
}

export class StalenessByLabel {
  readonly groups: (LabelSeries | undefined)[] = [];
  readonly skew = new CompactHistogram();
  /** By the indexes of two groups, the smaller first. */
  readonly pairs = new Map<string, CompactHistogram>();
  readonly #causes = new Map<string, LabelSeries & { readonly causes: Causes }>();

  constructor(
    private readonly sampleBuffer: SampleBuffer,
    readonly proxyGroups: ProxyGroups,
  ) {}

  trace({ source, object }: Delivery): LabelTrace {
    const causes = { source, kind: object?.kind ?? 'unknown', namespace: object?.namespace || '(cluster)' };
    return { series: this.#seriesOf(causes), last: new Float64Array(this.proxyGroups.names.length) };
  }

  /** By label of one dimension. */
  distributions(dimension: keyof Causes): Map<string, CompactHistogram> {
    const merged = new Map<string, CompactHistogram>();
    for (const { causes, histogram } of this.#causes.values()) {
      const label = causes[dimension];
      let own = merged.get(label);
      if (own === undefined) {
        own = new CompactHistogram();
        merged.set(label, own);
      }
      own.merge(histogram);
    }
    return merged;
  }

  /** By name of the group of proxies. */
  ofGroups(): Map<string, CompactHistogram> {
    const { names } = this.proxyGroups;
    const measured = this.groups.flatMap((series, i) =>
      series === undefined ? [] : [[names[i] ?? '', series.histogram] as const],
    );
    return new Map(measured);
  }

  used(trace: LabelTrace, { proxy }: Connection, at: Nanos, took: Nanos, counts: boolean): void {
    const group = this.proxyGroups.of(proxy);
    if (group >= trace.last.length) trace.last = grown(trace.last, this.proxyGroups.names.length);
    if (at > trace.last[group]!) trace.last[group] = at;
    if (!counts) return;
    const { batch } = trace.series;
    batch.values[batch.row()] = took;
    let series = this.groups[group];
    if (series === undefined) {
      series = this.#series();
      this.groups[group] = series;
    }
    series.batch.values[series.batch.row()] = took;
  }

  /** The last proxy has the change. */
  completed({ last }: LabelTrace): void {
    let first = Number.POSITIVE_INFINITY;
    let latest = 0;
    for (const at of last) {
      if (at === 0) continue;
      if (at < first) first = at;
      if (at > latest) latest = at;
    }
    if (first === Number.POSITIVE_INFINITY) return;
    this.skew.add(latest - first);
    if (this.proxyGroups.names.length <= PAIRED_GROUPS_MAX) this.#pair(last);
  }

  #pair(last: Float64Array): void {
    for (let a = 0; a < last.length; a++) {
      for (let b = a + 1; b < last.length; b++) {
        if (last[a] === 0 || last[b] === 0) continue;
        const id = `${a} ${b}`;
        let pair = this.pairs.get(id);
        if (pair === undefined) {
          pair = new CompactHistogram();
          this.pairs.set(id, pair);
        }
        pair.add(Math.abs(last[a]! - last[b]!));
      }
    }
  }

  #seriesOf(causes: Causes): LabelSeries {
    const id = `${causes.source}\n${causes.kind}\n${causes.namespace}`;
    const known = this.#causes.get(id);
    if (known !== undefined) return known;
    if (this.#causes.size >= CAUSES_MAX && causes !== RARE) return this.#seriesOf(RARE);
    const series = { causes, ...this.#series() };
    this.#causes.set(id, series);
    return series;
  }

  #series(): LabelSeries {
    const histogram = new CompactHistogram();
    return { histogram, batch: this.sampleBuffer.batch([histogram]) };
  }
}

const RARE: Causes = { source: OTHERS, kind: OTHERS, namespace: OTHERS };

function grown(values: Float64Array, length: number): Float64Array {
  const longer = new Float64Array(length);
  longer.set(values);
  return longer;
}
