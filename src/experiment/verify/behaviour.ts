/** All that makes one version differ from another in a replay: what it decides, and what its work and messages cost. */

import { coefficientsOf } from '../../cost/calibrated/index.js';
import type { Coefficients } from '../../cost/coefficients.js';
import type { NumberChange } from '../../cost/rules/leaves.js';
import { numbersOf, takeNumbers } from '../../cost/rules/numbers.js';
import { COST_RULES } from '../../cost/rules/rules.js';
import type { IstioVersion, Profile } from '../../istio/profile.js';
import { PROFILES } from '../../istio/profiles.js';
import { PROFILE_RULES } from '../../istio/rules/rules.js';

export interface Behaviour {
  readonly profile: Profile;
  readonly coefficients: Coefficients;
}

/** One rule in which two behaviours differ. */
export interface VersionRule {
  readonly id: string;
  readonly says: string;
  /** The function or file of Istio it comes from. */
  readonly source: string;
  /** The numbers of a cost profile it consists of; none for a rule of behaviour. */
  readonly numbers: readonly NumberChange[];
  /** `into`, but with this rule as it is in `from`. */
  readonly take: (into: Behaviour, from: Behaviour) => Behaviour;
}

export function behaviourOf(version: IstioVersion): Behaviour {
  return { profile: PROFILES[version], coefficients: coefficientsOf(version) };
}

/** Rules in which the two differ. Switching all of them makes one behave like the other. */
export function rulesBetween(from: Behaviour, to: Behaviour): readonly VersionRule[] {
  const decisions = PROFILE_RULES.filter((rule) => rule.differs(from.profile, to.profile)).map(
    ({ id, says, source, take }): VersionRule => ({
      id,
      says,
      source,
      numbers: [],
      take: (into, other) => ({ ...into, profile: take(into.profile, other.profile) }),
    }),
  );
  const costs = COST_RULES.map((rule): VersionRule => {
    const { id, says, source } = rule;
    return {
      id,
      says: says(from.coefficients, to.coefficients),
      source,
      numbers: numbersOf(rule, from.coefficients, to.coefficients),
      take: (into, other) => ({ ...into, coefficients: takeNumbers(rule, into.coefficients, other.coefficients) }),
    };
  });
  return [...decisions, ...costs.filter((rule) => rule.numbers.length > 0)];
}

export function switched(into: Behaviour, from: Behaviour, rules: readonly VersionRule[]): Behaviour {
  return rules.reduce((behaviour, rule) => rule.take(behaviour, from), into);
}
