/** What several replications, or one long run in batches, say about a scenario: never a bare mean. */
import { MEASURES, USUAL_MEASURES } from '../../experiment/measures.js';
import { valuesOf } from '../../experiment/replicate.js';
import type { BatchedMeasure } from '../../experiment/steady.js';
import type { Outcome } from '../../experiment/work/task.js';
import { meanInterval, quantileInterval } from '../../stats/interval.js';
import { twoModes } from '../../stats/modes.js';
import type { ReplicationSummary } from '../files/json.js';
import { writtenInterval } from '../files/sweep-json.js';
import { table } from '../text/table.js';
import { count, number, percent, seconds } from './format.js';
import { shownConfidence, shownInterval, shownValue } from './sweep-format.js';

export interface ReplicationReport {
  readonly outcomes: readonly Outcome[];
  readonly confidence: number;
  readonly precise: boolean | undefined;
}

const QUANTILES = [0.5, 0.9] as const;

export function replicationLines({ outcomes, confidence, precise }: ReplicationReport): string[] {
  const shown = [...USUAL_MEASURES, 'safe_prestop_99', 'warm_up_s'].flatMap((measure) => {
    const values = valuesOf(outcomes, measure);
    if (values.length === 0 || (measure === 'warm_up_s' && values.every((value) => value === values[0]))) return [];
    const quantiles = QUANTILES.map((q) => {
      const { quantile, low, high, coverage } = quantileInterval(values, q, confidence);
      // Few values cannot enclose a quantile: saying so beats an interval that does not hold.
      const enclosed = coverage >= confidence ? ` [${shownValue(measure, low)}, ${shownValue(measure, high)}]` : '';
      return `${shownValue(measure, quantile)}${enclosed}`;
    });
    const interval = meanInterval(values, confidence);
    const relative =
      interval.mean === 0 || !Number.isFinite(interval.half)
        ? ''
        : `${percent(interval.half / Math.abs(interval.mean))}`;
    return [[measure, shownInterval(measure, interval), relative, ...quantiles, String(values.length)]];
  });
  const rows = table(['', `mean ± half-width (${shownConfidence(confidence)})`, '', 'median', 'p90', 'n'], shown);
  const missed = precise === false ? ['the wanted precision was not reached'] : [];
  return [
    ...rows,
    ...missed,
    ...modeLines(outcomes),
    '[ ] encloses the quantile over replications; left out where there are too few for that',
  ];
}

/** Where a mean stands for neither of two kinds of runs. */
function modeLines(outcomes: readonly Outcome[]): string[] {
  return USUAL_MEASURES.flatMap((measure) => {
    const modes = twoModes(valuesOf(outcomes, measure));
    if (modes === undefined) return [];
    const [low, high] = modes.map(({ mean, n }) => `${shownValue(measure, mean)} in ${count(n, 'replication')}`);
    return [`${measure} has two modes, and the mean is neither: ${low}, ${high}`];
  });
}

export function replicationJson({ outcomes, confidence, precise }: ReplicationReport): ReplicationSummary {
  const labelled = Object.keys(outcomes[0]?.measures ?? {}).filter((measure) => !MEASURES.includes(measure));
  const measures = [...MEASURES, ...labelled].map((measure) => {
    const values = valuesOf(outcomes, measure);
    return [measure, values.length === 0 ? null : writtenInterval(meanInterval(values, confidence))] as const;
  });
  const modes = MEASURES.flatMap((measure) => {
    const found = twoModes(valuesOf(outcomes, measure));
    return found === undefined ? [] : [[measure, found] as const];
  });
  return {
    n: outcomes.length,
    confidence,
    ...(precise !== undefined && { precise }),
    ...(modes.length > 0 && { modes: Object.fromEntries(modes) }),
    measures: Object.fromEntries(measures),
  };
}

export function batchLines(measures: readonly BatchedMeasure[], confidence: number): string[] {
  const shown = (unit: BatchedMeasure['unit'], value: number) => (unit === 'seconds' ? seconds(value) : number(value));
  const rows = measures.map(({ name, unit, means }) => {
    if (means === undefined) return [name, 'too few intervals', '', '', ''];
    const { interval, batches, batchSize, lag1 } = means;
    const value = `${shown(unit, interval.mean)} ± ${interval.half === 0 ? '0' : shown(unit, interval.half)}`;
    return [name, value, String(batches), String(batchSize), lag1.toFixed(2)];
  });
  const related = measures.filter(({ means }) => means !== undefined && Math.abs(means.lag1) > 0.4);
  const warning =
    related.length === 0
      ? []
      : [
          `neighbouring batches are alike in ${count(related.length, 'measure')}: run longer, or the intervals are too narrow`,
        ];
  const head = [
    '',
    `mean ± half-width (${shownConfidence(confidence)})`,
    'batches',
    'intervals in each',
    'lag-1 correlation',
  ];
  return [...table(head, rows), ...warning];
}
