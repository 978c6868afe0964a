/** What all rows together say, figure by figure, beside what real runs say of one another. */
import { median } from '../../stats/median.js';
import { TIMES } from './figures.js';
import type { VerifyRow } from './rows.js';

export interface FigureSummary {
  readonly metric: string;
  readonly rows: number;
  readonly within: number;
  readonly medianError: number;
  /** Median error of real runs against one another; undefined where the bar is exactness. */
  readonly realMedian: number | undefined;
  readonly ok: boolean;
}

/** Of the rows of a noisy figure this share must be within its bar, and the median error within this multiple of the real one. */
const SHARE = 0.85;
const MEDIAN_FACTOR = 1.3;

export function summarise(rows: readonly VerifyRow[]): readonly FigureSummary[] {
  const byMetric = new Map<string, VerifyRow[]>();
  for (const row of rows) byMetric.set(row.metric, [...(byMetric.get(row.metric) ?? []), row]);
  return [...byMetric].map(([metric, mine]) => {
    const noisy = TIMES.find((figure) => figure.metric === metric);
    const within = mine.filter((row) => row.ok).length;
    const medianError = median(mine.map((row) => row.error));
    const realMedian = noisy?.realMedian;
    const closeEnough = realMedian === undefined || medianError <= MEDIAN_FACTOR * realMedian;
    const ok = within >= (noisy === undefined ? 1 : SHARE) * mine.length && closeEnough;
    return { metric, rows: mine.length, within, medianError, realMedian, ok };
  });
}
