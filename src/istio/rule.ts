/**
 * A rule with its history. Its values are those of the oldest release until a change; a change that was back-ported has
 * several first releases. The profile of a release is what all rules say on its date.
 */
import { compareReleases, type Release, releaseOf } from './releases.js';
import type { RuleValues } from './rule-values.js';

export type ValueName = keyof RuleValues;

export interface RuleChange<Names extends ValueName> {
  /**
   * First releases that have it: `1.26`, or `1.18.6, 1.19.4, 1.20` where patch releases got it, too. A minor release
   * that is not named has it if it comes after the last one named.
   */
  readonly since: string;
  /** One sentence for whoever upgrades across it. */
  readonly says: string;
  /** Where it is in Istio, and the commit or pull request. */
  readonly source: string;
  /** Seen in recordings of real istiods on both sides of the change, not only read from their source. */
  readonly recorded?: true;
  readonly values: Partial<Pick<RuleValues, Names>>;
}

export interface Rule<Names extends ValueName = ValueName> {
  readonly id: string;
  /** One sentence on what the rule is about. */
  readonly says: string;
  /** The function or file of Istio it comes from. */
  readonly source: string;
  /** Of the oldest release. */
  readonly origin: Pick<RuleValues, Names>;
  readonly changes: readonly RuleChange<Names>[];
}

export function rule<Names extends ValueName>(
  id: string,
  says: string,
  source: string,
  origin: Pick<RuleValues, Names>,
  ...changes: readonly RuleChange<NoInfer<Names>>[]
): Rule<Names> {
  return { id, says, source, origin, changes };
}

/** Whether a release has what came with the named ones. */
export function isSince(since: string, release: Release): boolean {
  const firsts = since.split(', ').map(firstOf);
  const own = firsts.find(({ minor }) => minor === release.minor);
  if (own !== undefined) return compareReleases(release, own) >= 0;
  return firsts.every((first) => compareReleases(release, first) > 0);
}

/** What a rule says on the date of a release: the later of two changes wins. */
export function valuesAt<Names extends ValueName>(one: Rule<Names>, release: Release): Pick<RuleValues, Names> {
  const changes = one.changes.filter(({ since }) => isSince(since, release));
  return Object.assign({ ...one.origin }, ...changes.map(({ values }) => values));
}

/** `1.26` is its first release, not its newest. */
function firstOf(name: string): Release {
  const minor = /^1\.(\d+)$/.exec(name)?.[1];
  return minor === undefined ? releaseOf(name) : { name, minor: Number(minor), patch: 0 };
}
