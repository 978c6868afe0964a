/**
 * Fits a cost profile to recordings of one machine, whose speed is 1 by definition: each group of coefficients by
 * non-negative least squares over what stood alone in the recordings.
 */
import type { Coefficients } from '../../cost/coefficients.js';
import type { Recording } from '../../import/recording.js';
import { median } from '../../stats/median.js';
import { nonNegativeLeastSquares } from '../../stats/nnls.js';
import { eventSteps } from './event-costs.js';
import { type Group, type Observation, observe } from './observations.js';
import { windowsOf } from './windows.js';

export interface GroupFit {
  readonly group: Group;
  readonly observations: number;
  readonly coefficients: readonly number[];
  /** Typical relative error of the fit. */
  readonly relativeError: number;
  /** Positions of coefficients the data cannot tell apart from others; they keep the value of the starting profile. */
  readonly refused: readonly number[];
}

export interface Calibration {
  readonly groups: readonly GroupFit[];
  readonly coefficients: Coefficients;
}

/** Starts from `base`; coefficients without observations, or that cannot be identified, stay as they are. */
export function calibrate(recordings: readonly Recording[], base: Coefficients): Calibration {
  const observed = recordings.map((recording) => windowsOf(recording).flatMap(observe));
  const all = observed.flat();
  const groups = [...new Set(all.map(({ group }) => group))].sort().map((group) => fitGroup(group, all));
  return { groups, coefficients: apply(base, groups, recordings) };
}

/** Weights are relative: a small mesh counts as much as a big one. */
function fitGroup(group: Group, all: readonly Observation[]): GroupFit {
  const mine = all.filter((one) => one.group === group && one.value > 0);
  const typical = byFeatures(mine);
  const rows = typical.map(({ features }) => features);
  const values = typical.map(({ value }) => value);
  const weights = typical.map(({ value, count }) => count / (value * value));
  const { coefficients, unidentified } = nonNegativeLeastSquares(rows, values, weights);
  const errors = typical.map(({ features, value }) => Math.abs(predict(features, coefficients) / value - 1));
  return { group, observations: mine.length, coefficients, relativeError: median(errors), refused: unidentified };
}

function predict(features: readonly number[], coefficients: readonly number[]): number {
  return features.reduce((sum, feature, column) => sum + feature * (coefficients[column] ?? 0), 0);
}

/** One observation for each combination of features: the median, so that a noisy run counts once. */
function byFeatures(
  observations: readonly Observation[],
): { features: readonly number[]; value: number; count: number }[] {
  const grouped = new Map<string, Observation[]>();
  for (const one of observations) {
    const key = one.features.join(' ');
    grouped.set(key, [...(grouped.get(key) ?? []), one]);
  }
  return [...grouped.values()].map((same) => ({
    features: same[0]?.features ?? [],
    value: median(same.map(({ value }) => value)),
    count: Math.min(same.length, 4),
  }));
}

type Take = (group: Group, position: number, otherwise: number) => number;

/** Which coefficient each position of a group is. */
function apply(base: Coefficients, groups: readonly GroupFit[], recordings: readonly Recording[]): Coefficients {
  const take: Take = (group, position, otherwise) => {
    const fit = groups.find((one) => one.group === group);
    const value = fit?.coefficients[position];
    return value === undefined || fit?.refused.includes(position) ? otherwise : Number(value.toPrecision(4));
  };
  const { send } = base;
  return {
    ...base,
    ...preparation(base, take),
    ...generation(base, take),
    steps: eventSteps(base.steps, recordings),
    send: {
      perMessage: take('send', 0, send.perMessage),
      perKilobyte: take('send', 1, send.perKilobyte),
      perEndpointResource: take('send', 2, send.perEndpointResource),
    },
  };
}

function preparation({ context, state }: Coefficients, take: Take): Pick<Coefficients, 'context' | 'state'> {
  const cold = context.virtualServicesCold;
  return {
    context: {
      ...context,
      services: Math.max(0, take('context.services', 0, context.services + context.base) - context.base),
      perService: take('context.services', 1, context.perService),
      perServicePair: take('context.services', 2, context.perServicePair),
      forcedPerService: take('context.services', 3, context.forcedPerService),
      // Operations that stand alone find everything cold.
      virtualServices: Math.max(
        0,
        take('context.virtualServices', 0, context.virtualServices + cold + context.base) - cold - context.base,
      ),
      perVirtualService: take('context.virtualServices', 1, context.perVirtualService),
      perDestinationRule: take('context.destinationRules', 1, context.perDestinationRule),
      perGateway: take('context.gateways', 1, context.perGateway),
    },
    state: {
      ...state,
      targets: take('state.targets', 0, state.targets),
      targetsPerService: take('state.targets', 1, state.targetsPerService),
      base: take('state.base', 0, state.base),
      scope: take('state.scope', 0, state.scope),
      scopePerService: take('state.scope', 1, state.scopePerService),
    },
  };
}

function generation(base: Coefficients, take: Take): Pick<Coefficients, 'cds' | 'eds' | 'lds' | 'rds'> {
  const { cds, eds, lds, rds } = base;
  return {
    cds: {
      base: take('cds', 0, cds.base),
      hit: take('cds', 1, cds.hit),
      walk: take('cds.walk', 1, cds.walk),
      missBase: cds.missBase,
      miss: take('cds.miss', 0, cds.miss),
    },
    eds: {
      base: Math.max(0, take('eds.walk', 0, eds.base)),
      hit: take('eds', 0, eds.hit),
      walk: take('eds.walk', 1, eds.walk),
      missBase: eds.missBase,
      miss: take('eds.miss', 0, eds.miss),
      missPerEndpoint: take('eds.miss', 1, eds.missPerEndpoint),
    },
    lds: { ...lds, base: take('lds', 0, lds.base), perService: take('lds', 1, lds.perService) },
    rds: {
      ...rds,
      hit: take('rds.hit', 0, rds.hit),
      hitPerService: take('rds.hit', 1, rds.hitPerService),
      hitPerVirtualService: take('rds.hit', 2, rds.hitPerVirtualService),
      miss: take('rds.miss', 0, rds.miss),
      missPerService: take('rds.miss', 1, rds.missPerService),
      missPerVirtualService: take('rds.miss', 2, rds.missPerVirtualService),
      perRoute: take('rds.hit', 3, rds.perRoute),
      gatewayPerVirtualService: take('gateway.rds', 0, rds.gatewayPerVirtualService),
    },
  };
}
