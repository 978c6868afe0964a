/**
 * The shipped cost profiles, fitted by `pushsim calibrate` to recordings of the real istiod, with a variant for each
 * part of the recordings that was left out of its fit. The development head has no recordings and uses those of 1.30.
 */
import type { Coefficients } from '../coefficients.js';
import istio117 from './istio-1.17.json' with { type: 'json' };
import istio130 from './istio-1.30.json' with { type: 'json' };

/** What `pushsim calibrate --out` writes. */
export interface CostProfile {
  readonly coefficients: Coefficients;
  readonly folds: readonly { readonly leftOut: readonly string[]; readonly coefficients: Coefficients }[];
}

const PROFILES: Readonly<Record<string, CostProfile>> = { '1.17': istio117, '1.30': istio130, '1.32-dev': istio130 };

export function coefficientsOf(version: string): Coefficients {
  const profile = PROFILES[version];
  if (profile === undefined) throw new Error(`no cost profile for istio ${version}`);
  return profile.coefficients;
}

/** The coefficients that have never seen the set-up. */
export function coefficientsWithout(version: string, setUp: string): Coefficients {
  const fold = PROFILES[version]?.folds.find(({ leftOut }) => leftOut.includes(setUp));
  return fold?.coefficients ?? coefficientsOf(version);
}
