/**
 * How close real runs come to one another in the recordings at hand, beside how close the predictions come to the same
 * runs. The bars are fixed, from four runs of two set-ups in which proxies wait for each other; this tells what the same
 * question has for an answer in the other set-ups.
 */
import { median } from '../../stats/median.js';
import { TIMES, tells } from './figures.js';
import { type Outcome, percentile } from './outcome.js';
import { relativeError } from './rows.js';

/** A set-up as far as its runs are compared with runs of another. */
export interface Runs {
  readonly istio: string;
  readonly proxies: number;
  /** Nine of ten pushes wait less than a millisecond: nobody waits for anybody. */
  readonly quiet: boolean;
  /** By metric, of each repetition by itself. */
  readonly measured: ReadonlyMap<string, readonly number[]>;
  readonly predicted: ReadonlyMap<string, number>;
}

/** Median errors; undefined without anything to compare. */
export interface Yardstick {
  readonly metric: string;
  /** Set-ups recorded more than once: every run against every other, and the prediction against each. */
  readonly repeated: Compared;
  /** Set-ups in which nobody waits: each told from the middle of the others with that version and so many proxies. */
  readonly quiet: Compared;
  readonly waiting: Compared;
}

export interface Compared {
  readonly setUps: number;
  readonly real: number | undefined;
  readonly predicted: number | undefined;
}

const QUIET_SECONDS = 1e-3;
/** Fewer others have no middle worth the name. */
const PEERS_MIN = 3;

export function runsOf(istio: string, measured: readonly Outcome[], predicted: readonly Outcome[]): Runs {
  const figures = TIMES.filter((figure) => measured.every((run) => tells(figure, run)));
  return {
    istio: istio.split('.', 2).join('.'),
    proxies: measured[0]?.proxies ?? 0,
    quiet: median(measured.map((run) => percentile(run.queue, 0.9))) < QUIET_SECONDS,
    measured: new Map(figures.map(({ metric, of }) => [metric, measured.map(of)])),
    predicted: new Map(figures.map(({ metric, of }) => [metric, median(predicted.map(of))])),
  };
}

export function yardsticks(setUps: readonly Runs[]): readonly Yardstick[] {
  return TIMES.map(({ metric }) => {
    const told = setUps.filter((runs) => (runs.measured.get(metric) ?? []).some((value) => value > 0));
    // What a push costs depends on the mesh, and the others have other meshes; what it waits for here does not.
    const isWait = metric.startsWith('queue_');
    return {
      metric,
      repeated: ofRepeated(metric, told),
      quiet: ofQuiet(
        metric,
        told.filter(({ quiet }) => quiet),
        isWait,
      ),
      waiting: ofMiddles(
        metric,
        told.filter(({ quiet }) => !quiet),
      ),
    };
  });
}

function ofRepeated(metric: string, setUps: readonly Runs[]): Compared {
  const repeated = setUps.filter(({ measured }) => measured.get(metric)!.length > 1);
  const pairs = repeated.flatMap(({ measured }) => {
    const runs = measured.get(metric)!;
    return runs.flatMap((run, i) => runs.slice(i + 1).map((other) => relativeError(run, other)));
  });
  const predicted = repeated.flatMap(({ measured, predicted }) =>
    measured.get(metric)!.map((run) => relativeError(run, predicted.get(metric)!)),
  );
  return { setUps: repeated.length, real: middle(pairs), predicted: middle(predicted) };
}

function ofQuiet(metric: string, setUps: readonly Runs[], isWait: boolean): Compared {
  const alone = ofMiddles(metric, setUps);
  if (!isWait) return alone;
  const withPeers = setUps.flatMap((runs) => {
    const peers = setUps.filter(
      (other) => other !== runs && other.istio === runs.istio && other.proxies === runs.proxies,
    );
    return peers.length < PEERS_MIN ? [] : [{ runs, peers }];
  });
  const told = withPeers.map(({ runs, peers }) =>
    relativeError(measuredMiddle(metric, runs), median(peers.map((peer) => measuredMiddle(metric, peer)))),
  );
  return {
    ...ofMiddles(
      metric,
      withPeers.map(({ runs }) => runs),
    ),
    real: middle(told),
  };
}

/** Each set-up's repetitions are one truth, their median. */
function ofMiddles(metric: string, setUps: readonly Runs[]): Compared {
  const errors = setUps.map((runs) => relativeError(measuredMiddle(metric, runs), runs.predicted.get(metric)!));
  return { setUps: setUps.length, real: undefined, predicted: middle(errors) };
}

function measuredMiddle(metric: string, { measured }: Runs): number {
  return median(measured.get(metric)!);
}

function middle(errors: readonly number[]): number | undefined {
  return errors.length === 0 ? undefined : median(errors);
}
