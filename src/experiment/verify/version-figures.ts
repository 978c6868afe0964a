/** The figures by which two versions' runs of one set-up are compared. */
import { type Outcome, percentile, roundsMergingOtherwise } from './outcome.js';

export interface FigureName {
  readonly id: string;
  readonly label: string;
  readonly unit: 'count' | 'bytes' | 'seconds';
}

/** What two releases' runs are compared by. */
export interface FigureOf<O> extends FigureName {
  /** `first` is the first version's run with the same random numbers. */
  readonly of: (outcome: O, first: O) => number;
}

export interface VersionFigure extends FigureOf<Outcome> {
  /** Whether real runs of both versions say which way it goes: counts and sizes do, times depend on the machine. */
  readonly judged: boolean;
}

const QUANTILES = [50, 90, 99] as const;

/** Types in the order they are pushed in. */
const TYPES = ['cds', 'eds', 'lds', 'rds', 'sds', 'nds', 'ecds'] as const;

export const VERSION_FIGURES: readonly VersionFigure[] = [
  count('rounds', 'rounds', (run) => run.merged.length),
  count('merged_updates', 'updates merged in rounds', (run) => sum(run.merged)),
  {
    ...count('rounds_merging_otherwise', 'rounds with another merged count', roundsMergingOtherwise),
    judged: false,
  },
  count('context_builds', 'contexts built', (run) => run.context.length),
  count('pushes', 'pushes to proxies', (run) => run.convergence.length),
  count('skips', 'pushes proxies did not need', (run) => run.queue.length - run.convergence.length),
  ...TYPES.map((type) => count(`messages_${type}`, `messages ${type}`, (run) => run.messages[type] ?? 0)),
  ...TYPES.map(
    (type): VersionFigure => ({
      id: `bytes_${type}`,
      label: `bytes ${type}`,
      unit: 'bytes',
      of: (run) => run.bytes[type] ?? 0,
      judged: true,
    }),
  ),
  time('context_s', 'building contexts', (run) => sum(run.context)),
  time('cpu_s', 'CPU', (run) => run.cpu),
  ...QUANTILES.map((q) => time(`queue_p${q}_s`, `queue p${q}`, (run) => percentile(run.queue, q / 100))),
  ...QUANTILES.map((q) =>
    time(`convergence_p${q}_s`, `convergence p${q}`, (run) => percentile(run.convergence, q / 100)),
  ),
];

function count(id: string, label: string, of: VersionFigure['of']): VersionFigure {
  return { id, label, unit: 'count', of, judged: true };
}

function time(id: string, label: string, of: VersionFigure['of']): VersionFigure {
  return { id, label, unit: 'seconds', of, judged: false };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
