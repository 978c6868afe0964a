/** A recording as lines over time, one value for each row: of all istiods together, or of each pod. */
import type { Recording } from '../../measure/recorder/recording.js';
import { type ExposedFamily, exposedFamilies, isGauge, type Series } from '../files/exposition.js';

type Line = readonly [string, readonly (number | null)[]];
export type PodLine = readonly [pod: string, values: readonly number[]];

interface Part {
  readonly pod: string;
  readonly families: readonly ExposedFamily[];
  /** By row: whether it lives then. */
  readonly lives: readonly boolean[];
}

export class RecordedSeries {
  readonly rows: Recording['rows'];
  /** Of simulated time. */
  readonly seconds: readonly number[];
  private readonly parts: readonly Part[];

  constructor(recording: Recording) {
    this.rows = recording.rows;
    this.seconds = this.rows.map(({ at }) => at / 1e9);
    this.parts = (recording.istiods ?? [recording]).map((one) => {
      const { pod = 'istiod', from = 0, to = Number.POSITIVE_INFINITY } = one.life ?? {};
      return { pod, families: exposedFamilies(one), lives: one.rows.map(({ at }) => at >= from && at < to) };
    });
  }

  ratesByType(name: string): readonly Line[] {
    const rates = this.added(name, ({ labels }) => labels.type ?? '', true);
    return [...rates].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Growth per second of a counter, or a gauge, of each pod; a container that was started again is the same pod. */
  ofPods(name: string): readonly PodLine[] {
    const isCounter = this.parts.some(({ families }) =>
      families.some(({ family }) => family.name === name && !isGauge(family)),
    );
    return [...this.added(name, (_, pod) => pod, isCounter)];
  }

  /** In seconds; null where there is no sample. */
  quantiles(of: 'convergence' | 'staleness'): readonly Line[] {
    const valuesOf = (q: number) =>
      this.rows.map((row) => {
        const value = row[of].quantile(q);
        return value === undefined ? null : value / 1e9;
      });
    return [
      ['p50', valuesOf(0.5)],
      ['p99', valuesOf(0.99)],
    ];
  }

  /** The family's series by label; those of one label are added up. */
  private added(
    name: string,
    labelOf: (series: Series, pod: string) => string,
    asRate: boolean,
  ): Map<string, number[]> {
    const sums = new Map<string, number[]>();
    for (const { pod, families, lives } of this.parts) {
      for (const { groups } of families.filter(({ family }) => family.name === name)) {
        for (const [series] of groups) {
          if (series === undefined) continue;
          const label = labelOf(series, pod);
          const values = asRate ? this.rate(series.values) : series.values.map((value, i) => (lives[i] ? value : 0));
          const known = sums.get(label);
          sums.set(label, known === undefined ? [...values] : known.map((sum, i) => sum + (values[i] ?? 0)));
        }
      }
    }
    return sums;
  }

  private rate(values: readonly number[]): readonly number[] {
    const { seconds } = this;
    return values.map((value, i) => (i === 0 ? 0 : (value - values[i - 1]!) / (seconds[i]! - seconds[i - 1]! || 1)));
  }
}
