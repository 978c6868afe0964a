/**
 * How far such figures were off on recordings of a real istiod: what a prediction is worth. The table is written by
 * `pushsim verify --trust` and holds for machines whose speed is known.
 */
import trust from './trust.json' with { type: 'json' };

/** What tells a run's regime. */
export interface RunFacts {
  /** `pilot_proxy_queue_time`, 90th percentile. */
  readonly queueP90_s: number;
  /** Some pushes met another of the same proxy in the queue and became one. */
  readonly pushesMerge: boolean;
}

export interface Uncertainty {
  readonly regime: 'idle' | 'waiting' | 'saturated';
  readonly quantities: readonly QuantityUncertainty[];
}

export interface QuantityUncertainty {
  readonly quantity: 'count' | 'time' | 'cpu' | 'memory';
  /** Figures this was seen on. */
  readonly rows: number;
  /** Half of the figures were off by a factor of less than this, nine of ten by less than that. */
  readonly half: number;
  readonly nineOfTen: number;
}

const QUIET_SECONDS = 1e-3;
const QUANTITIES = ['count', 'time', 'cpu', 'memory'] as const;
const WORDS = { count: 'counts and sizes', time: 'times', cpu: 'CPU', memory: 'memory' };
const REGIMES = {
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
    return [{ quantity, rows: cell.rows, half: 1 + cell.medianError, nineOfTen: 1 + cell.p90Error }];
  });
  return { regime, quantities };
}

/** One line for each quantity, under a heading that names the regime. */
export function uncertaintyLines({ regime, quantities }: Uncertainty): readonly string[] {
  return [
    `On recordings of a real istiod in which ${REGIMES[regime]}, predictions were off by a factor of`,
    ...quantities.map(({ quantity, rows, half, nineOfTen }) => {
      return `  ${WORDS[quantity].padEnd(17)} ${factor(half)} in the median, ${factor(nineOfTen)} in nine of ten (${rows} figures)`;
    }),
  ];
}

function factor(value: number): string {
  return value >= 100 ? 'more than 100' : value.toFixed(2);
}
