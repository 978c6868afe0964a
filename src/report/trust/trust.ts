/**
 * How far such figures were off on recordings of a real istiod: what a prediction is worth. The table is written by
 * `pushsim verify --trust` and holds for machines whose speed is known.
 */
import { QUIET_SECONDS, type Regime } from '../../experiment/verify/regime.js';
import type { Quantity } from '../../experiment/verify/trust.js';
import type { RunResult } from '../../measure/recorder/result.js';
import type { Scenario } from '../../scenario/scenario.js';
import trust from './trust.json' with { type: 'json' };

/** What tells a run's regime. */
export interface RunFacts {
  /** `pilot_proxy_queue_time`, 90th percentile. */
  readonly queueP90_s: number;
  /** Some pushes met another of the same proxy in the queue and became one. */
  readonly pushesMerge: boolean;
}

/** In the terms of a result. */
export interface Uncertainty {
  readonly regime: Regime;
  readonly quantities: readonly QuantityUncertainty[];
}

export interface QuantityUncertainty {
  readonly quantity: Quantity;
  /** Figures this was seen on. */
  readonly rows: number;
  /** Half of the figures were off by a factor of less than this, nine of ten by less than that. */
  readonly half: number;
  readonly nine_of_ten: number;
}

const QUANTITIES = ['count', 'time', 'cpu', 'memory'] as const;
export const WORDS: Readonly<Record<Quantity, string>> = {
  count: 'counts and sizes',
  time: 'times',
  cpu: 'CPU',
  memory: 'memory',
};
export const REGIMES: Readonly<Record<Regime, string>> = {
  idle: 'nobody waits',
  waiting: 'proxies wait for each other',
  saturated: 'pushes meet in the queue',
};

export function uncertaintyOf({ queueP90_s, pushesMerge }: RunFacts): Uncertainty {
  const regime = pushesMerge ? 'saturated' : queueP90_s < QUIET_SECONDS ? 'idle' : 'waiting';
  const cells: Readonly<Record<string, { rows: number; medianError: number; p90Error: number }>> = trust[regime];
  const quantities = QUANTITIES.flatMap((quantity) => {
    const cell = cells[quantity];
    if (cell === undefined) return [];
    return [{ quantity, rows: cell.rows, half: 1 + cell.medianError, nine_of_ten: 1 + cell.p90Error }];
  });
  return { regime, quantities };
}

/** Of a run; undefined where costs are the scenario's own numbers, of which nobody knows how right they are. */
export function uncertaintyOfRun({ costs }: Pick<Scenario, 'costs'>, result: RunResult): Uncertainty | undefined {
  if (costs.model !== 'mesh') return undefined;
  const { metrics, resources } = result;
  return uncertaintyOf({
    queueP90_s: metrics.pilot_proxy_queue_time.p90,
    pushesMerge: resources.pushes_merged > 0,
  });
}

/** What it was seen on. */
export function uncertaintyHeading({ regime }: Uncertainty): string {
  return `On recordings in which ${REGIMES[regime]}, predictions were off by a factor of`;
}

/** `1.17 in half of the figures, 1.63 in nine of ten (441 figures)`. */
export function shownUncertainty({ half, nine_of_ten, rows }: QuantityUncertainty): string {
  return `${factor(half)} in half of the figures, ${factor(nine_of_ten)} in nine of ten (${rows} figures)`;
}

/** One line for each quantity, under a heading that names the regime. */
export function uncertaintyLines(uncertainty: Uncertainty): readonly string[] {
  const lines = uncertainty.quantities.map((one) => `  ${WORDS[one.quantity].padEnd(17)} ${shownUncertainty(one)}`);
  return [uncertaintyHeading(uncertainty), ...lines];
}

export function factor(value: number): string {
  return value >= 100 ? 'more than 100' : value.toFixed(2);
}
