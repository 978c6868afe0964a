import { beforeAll, describe, expect, test } from 'vitest';
import { type FigureSummary, summarise } from '../../../src/experiment/verify/summary.js';
import { verifyRecordings } from '../../../src/experiment/verify/verify.js';

/**
 * How close predictions of the shipped recordings are at least: a share of the rows within their bars and the median
 * error, a little wider than reached, so that a change of the model that makes it worse is seen and one that trades a
 * row for another is not.
 */
const REACHED: readonly (readonly [metric: string, within: number, medianError: number])[] = [
  ['rounds', 0.95, 0],
  ['merged_counts_differing', 0.95, 0],
  ['messages_cds', 0.95, 0],
  ['messages_eds', 0.9, 0],
  ['messages_lds', 0.95, 0],
  ['messages_rds', 0.95, 0],
  ['bytes_per_message_cds', 0.95, 0.001],
  ['bytes_per_message_eds', 0.95, 0.002],
  ['bytes_per_message_lds', 1, 0.001],
  ['bytes_per_message_rds', 1, 0.002],
  ['queue_p50_s', 0.75, 0.15],
  ['queue_p90_s', 0.8, 0.23],
  ['queue_p99_s', 0.75, 0.27],
  ['convergence_p50_s', 0.67, 0.2],
  ['convergence_p90_s', 0.63, 0.26],
  ['convergence_p99_s', 0.7, 0.24],
  ['context_s', 0.7, 0.25],
  ['cpu_s', 0.92, 0.12],
  ['heap_bytes', 0.4, 0.28],
  ['collections', 0.55, 0.4],
  ['pushes_over_10ms_share', 0.3, 1.2],
];

/** One of each kind of set-up; `pushsim verify` replays all, with more seeds. */
const PICKED =
  /^K-(A-s\d+-\w+-S200-E5|B-s\d+-(N100-T10|churn5ev-DA100)|C-s\d+-ep50|E-s\d+-routes500|K-s\d+-base|P-s\d+-A|Q-s\d+-(W\d|edsoff)|S-s\d+-rl100-N150)$/;

describe('what is predicted of recorded runs, with coefficients fitted on the others', () => {
  let figures: ReadonlyMap<string, FigureSummary>;

  beforeAll(() => {
    const folder = new URL('../../recordings', import.meta.url).pathname;
    const { rows } = verifyRecordings(folder, { picks: (name) => PICKED.test(name), seeds: ['1', '2', '3'] });
    figures = new Map(summarise(rows).map((figure) => [figure.metric, figure]));
  }, 300_000);

  test.each(REACHED)(
    '%s: a share of %d within the bars, and off by %d in the median',
    (metric, within, medianError) => {
      const figure = figures.get(metric)!;
      expect(figure.within / figure.rows).toBeGreaterThanOrEqual(within);
      expect(figure.medianError).toBeLessThanOrEqual(medianError);
    },
  );

  test('no figure is left out', () => {
    expect([...figures.keys()].sort()).toEqual(REACHED.map(([metric]) => metric).sort());
  });
});
