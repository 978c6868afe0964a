/**
 * The shipped cost profiles, fitted by `pushsim calibrate` to recordings of the real istiod, with a variant for each
 * part of the recordings that was left out of its fit. Other releases borrow the numbers of the nearest one; where a rule
 * explains a cost, the number follows the rule, and sizes of messages were recorded in more releases than CPU.
 */
import { type Profile, profileOf } from '../../istio/profile.js';
import { MEASURED_VERSIONS, releaseOf } from '../../istio/releases.js';
import type { Coefficients } from '../coefficients.js';
import istio117 from './istio-1.17.json' with { type: 'json' };
import istio130 from './istio-1.30.json' with { type: 'json' };

/** What `pushsim calibrate --out` writes. */
export interface CostProfile {
  readonly coefficients: Coefficients;
  readonly folds: readonly { readonly leftOut: readonly string[]; readonly coefficients: Coefficients }[];
}

interface Measured {
  readonly profile: Profile;
  readonly costs: CostProfile;
}

const [EARLY, LATE] = MEASURED_VERSIONS.map(profileOf).map((profile, i): Measured => {
  return { profile, costs: i === 0 ? istio117 : istio130 };
}) as [Measured, Measured];

export function coefficientsOf(version: string): Coefficients {
  const own = measuredAs(version);
  if (own !== undefined) return own.costs.coefficients;
  const profile = profileOf(version);
  const nearest = nearestTo(profile);
  return sized(structured(nearest, profile), profile);
}

/** The release whose numbers a version borrows; undefined where it was measured itself. */
export function borrowedFrom(version: string): string | undefined {
  return measuredAs(version) === undefined ? nearestTo(profileOf(version)).profile.release.name : undefined;
}

/** The coefficients that have never seen the set-up. */
export function coefficientsWithout(version: string, setUp: string): Coefficients {
  const fold = measuredAs(version)?.costs.folds.find(({ leftOut }) => leftOut.includes(setUp));
  return fold?.coefficients ?? coefficientsOf(version);
}

function measuredAs(version: string): Measured | undefined {
  const { name } = releaseOf(version);
  return [EARLY, LATE].find(({ profile }) => profile.release.name === name);
}

function nearestTo({ release }: Profile): Measured {
  const distance = ({ profile }: Measured) => Math.abs(profile.release.minor - release.minor);
  return distance(EARLY) < distance(LATE) ? EARLY : LATE;
}

/** Of the two measured ones, the one that agrees with the release on the rule. */
function structured(nearest: Measured, { values }: Profile): Coefficients {
  const by = (rule: 'listsSlicesPerService' | 'copiesVirtualServices' | 'lazyScopes' | 'vtprotobuf'): Coefficients =>
    (EARLY.profile.values[rule] === values[rule] ? EARLY : LATE).costs.coefficients;
  const { coefficients } = nearest.costs;
  const { context, send, finish } = coefficients;
  const registry = by('listsSlicesPerService').context;
  const routes = by('copiesVirtualServices').context;
  return {
    ...coefficients,
    context: {
      ...context,
      services: registry.services,
      perService: registry.perService,
      perServicePair: registry.perServicePair,
      forcedPerService: registry.forcedPerService,
      virtualServices: routes.virtualServices,
      virtualServicesCold: routes.virtualServicesCold,
      perVirtualService: routes.perVirtualService,
      perRoute: routes.perRoute,
      perSidecarService: by('lazyScopes').context.perSidecarService,
    },
    send: { ...send, perKilobyte: by('vtprotobuf').send.perKilobyte },
    finish: { ...finish, perKilobyte: by('vtprotobuf').finish.perKilobyte },
  };
}

function sized(coefficients: Coefficients, { values }: Profile): Coefficients {
  const { cds, lds, rds, eds } = coefficients.bytes;
  return {
    ...coefficients,
    bytes: {
      cds: {
        ...cds,
        sidecar: values.clustersBytes,
        gateway: values.gatewayClustersBytes,
        perCluster: values.clusterBytes,
        perDestinationRule: values.destinationRuleBytes,
      },
      eds,
      lds: { ...lds, sidecar: values.listenersBytes, gatewayPort: values.gatewayListenerBytes },
      rds: {
        ...rds,
        perService: values.routeBytes,
        // Recorded with VirtualServices of two routes each: the two together.
        perExtraRoute: values.extraRouteBytes - rds.perVirtualService,
        gatewayEmpty: values.gatewayRoutesBytes,
      },
    },
  };
}
