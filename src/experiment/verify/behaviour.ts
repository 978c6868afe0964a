/** All that makes one version differ from another in a replay: what it decides, and what its work and messages cost. */

import { coefficientsOf } from '../../cost/calibrated/index.js';
import type { Coefficients } from '../../cost/coefficients.js';
import type { NumberChange } from '../../cost/rules/leaves.js';
import { numbersOf, takeNumbers } from '../../cost/rules/numbers.js';
import { COST_RULES } from '../../cost/rules/rules.js';
import { changesOf, differingRules, withRule } from '../../istio/differences.js';
import { type IstioVersion, type Profile, profileOf } from '../../istio/profile.js';
import type { Rule } from '../../istio/rule.js';
import { isActedUpon } from '../../istio/rules/rules.js';

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
  return { profile: profileOf(version), coefficients: coefficientsOf(version) };
}

/** Rules in which the two differ. Switching all of them makes one behave like the other. */
export function rulesBetween(from: Behaviour, to: Behaviour): readonly VersionRule[] {
  const decisions = decisionsBetween(from.profile, to.profile);
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

/** Those that are not costs. */
export function decisionsBetween(from: Profile, to: Profile): readonly VersionRule[] {
  return differingRules(from.values, to.values)
    .filter(isActedUpon)
    .map(
      (rule): VersionRule => ({
        id: rule.id,
        says: sayingOf(rule, from, to),
        source: rule.source,
        numbers: [],
        take: (into, other) => ({ ...into, profile: withRule(into.profile, other.profile, rule) }),
      }),
    );
}

/** What an upgrade from one to the other changes in the rule; what a downgrade takes away is said of the later release. */
function sayingOf(rule: Rule, from: Profile, to: Profile): string {
  const changes = changesOf(rule, from.release, to.release);
  return changes.map(({ change, comes }) => (comes ? change.says : `No longer: ${change.says}`)).join(' ');
}

export function switched(into: Behaviour, from: Behaviour, rules: readonly VersionRule[]): Behaviour {
  return rules.reduce((behaviour, rule) => rule.take(behaviour, from), into);
}
