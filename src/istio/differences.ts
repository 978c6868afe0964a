/** In which rules two releases differ, what changed on the way, and one rule taken from another release. */
import type { Profile } from './profile.js';
import { profileFrom, ruleValues } from './profile.js';
import type { Release } from './releases.js';
import { isSince, type Rule, type RuleChange, type ValueName, valuesAt } from './rule.js';
import type { RuleValues } from './rule-values.js';
import { RULES } from './rules/rules.js';

/** Rules in which the two differ, in the order of the pipeline. */
export function differingRules(a: RuleValues, b: RuleValues): readonly Rule[] {
  return RULES.filter((rule) => namesOf(rule).some((name) => !isEqual(a[name], b[name])));
}

/** `into`, but with the rule as it is in `from`. */
export function withRule(into: Profile, from: Profile, rule: Rule): Profile {
  const taken = Object.fromEntries(namesOf(rule).map((name) => [name, from.values[name]]));
  return profileFrom(into.version, into.release, { ...into.values, ...taken } as RuleValues);
}

export interface DatedChange {
  readonly rule: Rule;
  readonly change: RuleChange<ValueName>;
  /** Whether an upgrade brings it; a downgrade takes it away. */
  readonly comes: boolean;
}

/** Changes between two releases of which something is left: what came and went on the way is not told. */
export function changesBetween(from: Release, to: Release): readonly DatedChange[] {
  return differingRules(ruleValues(from), ruleValues(to)).flatMap((rule) => changesOf(rule, from, to));
}

export function changesOf(rule: Rule, from: Release, to: Release): readonly DatedChange[] {
  const [before, after] = [valuesAt(rule, from), valuesAt(rule, to)];
  const crossed = rule.changes.filter(({ since }) => isSince(since, from) !== isSince(since, to));
  const told = crossed.filter((change) => leavesTrace(change, before, after));
  return told.map((change): DatedChange => ({ rule, change, comes: isSince(change.since, to) }));
}

function leavesTrace(
  { values }: RuleChange<ValueName>,
  before: Partial<RuleValues>,
  after: Partial<RuleValues>,
): boolean {
  return (Object.keys(values) as ValueName[]).some((name) => {
    if (isEqual(before[name], after[name])) return false;
    return isEqual(values[name], after[name]) || isEqual(values[name], before[name]);
  });
}

function namesOf(rule: Rule): readonly ValueName[] {
  return Object.keys(rule.origin) as ValueName[];
}

function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
