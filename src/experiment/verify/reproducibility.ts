/**
 * How close real runs come to one another in the recordings at hand, beside how close the predictions come to the same
 * runs. The bars are fixed, from four runs of two set-ups in which proxies wait for each other; this tells what the same
 * question has for an answer in the other set-ups.
 */
import type { IstioVersion } from '../../istio/profile.js';
import { median } from '../../stats/median.js';
import { figuresOf, TIMES } from './figures.js';
import { isQuiet, type Outcome } from './outcome.js';
import { relativeError } from './rows.js';

/** A set-up as far as its runs are compared with runs of another. */
export interface Runs {
  readonly istio: IstioVersion;
  readonly proxies: number;
  /** Nine of ten pushes wait less than a millisecond: nobody waits for anybody. */
  readonly quiet: boolean;
  /** By metric, of each repetition by itself. */
  readonly measured: ReadonlyMap<string, readonly number[]>;
  readonly predicted: ReadonlyMap<string, number>;
}

/** Median errors; undefined without anything to compare. */
export interface ReproducibilityBaseline {
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

/** Fewer others have no middle worth the name. */
const PEERS_MIN = 3;

export function runsOf(istio: IstioVersion, measured: readonly Outcome[], predicted: readonly Outcome[]): Runs {
  const figures = figuresOf(measured);
  return {
    istio,
    proxies: measured[0]?.proxies ?? 0,
    quiet: isQuiet(measured),
    measured: new Map(figures.map(({ metric, of }) => [metric, measured.map(of)])),
    predicted: new Map(figures.map(({ metric, of }) => [metric, median(predicted.map(of))])),
  };
}

export function reproducibilityBaselines(setUps: readonly Runs[]): readonly ReproducibilityBaseline[] {
  return TIMES.map(({ metric }) => {
    const told = setUps.filter((runs) => runs.measured.has(metric));
    const quiet = told.filter((runs) => runs.quiet);
    const waiting = told.filter((runs) => !runs.quiet);
    // What a push costs depends on the mesh, and the others have other meshes; what it waits for here does not.
    const ofOthers = metric.startsWith('queue_') ? ofPeers : ofMiddles;
    return {
      metric,
      repeated: ofRepeated(metric, told),
      quiet: ofOthers(metric, quiet),
      waiting: ofMiddles(metric, waiting),
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

/** Each set-up told from the middle of the others like it, beside the prediction; those with too few of them left out. */
function ofPeers(metric: string, setUps: readonly Runs[]): Compared {
  const peersOf = (runs: Runs) =>
    setUps.filter((other) => other !== runs && other.istio === runs.istio && other.proxies === runs.proxies);
  const told = setUps.filter((runs) => peersOf(runs).length >= PEERS_MIN);
  const errors = told.map((runs) =>
    relativeError(measuredMiddle(metric, runs), median(peersOf(runs).map((peer) => measuredMiddle(metric, peer)))),
  );
  return { ...ofMiddles(metric, told), real: middle(errors) };
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
