/** What differs between two releases, or changed in any, as data for the printed and the written table. */
import { borrowedFrom } from '../../cost/calibrated/index.js';
import { changesBetween, type DatedChange } from '../../istio/differences.js';
import { defaultIn, VARIABLES_WITH_DEFAULTS } from '../../istio/environment/table.js';
import { MINORS, type Release, releaseOf } from '../../istio/releases.js';
import { isModelled, RULES } from '../../istio/rules/rules.js';

export interface ReleaseRow {
  /** Name people write, and the patch it means. */
  readonly name: string;
  readonly release: string;
  /** Release whose CPU costs it borrows; undefined where its own were measured. */
  readonly costsOf: string | undefined;
}

export interface ChangeRow {
  readonly rule: string;
  /** First releases that have it. */
  readonly since: string;
  readonly says: string;
  readonly source: string;
  /** Seen in recordings of real istiods on both sides. */
  readonly recorded: boolean;
  /** Whether the model acts upon it. */
  readonly modelled: boolean;
  /** False: the later of the two releases takes it away again, or a downgrade does. */
  readonly comes: boolean;
}

export interface DefaultRow {
  readonly variable: string;
  /** Undefined where the release has no such variable. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export interface ReleaseDifferences {
  readonly from: ReleaseRow;
  readonly to: ReleaseRow;
  readonly changes: readonly ChangeRow[];
  readonly defaults: readonly DefaultRow[];
}

export function releaseRows(): readonly ReleaseRow[] {
  return MINORS.map(releaseRow);
}

/** Every change of every rule, in the order of the rules. */
export function allChanges(): readonly ChangeRow[] {
  return RULES.flatMap((rule) => rule.changes.map((change) => changeRow({ rule, change, comes: true })));
}

/** @param from and @param to are names that `findRelease` knows */
export function releaseDifferences(from: string, to: string): ReleaseDifferences {
  const [a, b] = [releaseOf(from), releaseOf(to)];
  return {
    from: releaseRow(from),
    to: releaseRow(to),
    changes: changesBetween(a, b).map(changeRow),
    defaults: defaultRows(a, b),
  };
}

function releaseRow(name: string): ReleaseRow {
  return { name, release: releaseOf(name).name, costsOf: borrowedFrom(name) };
}

function changeRow({ rule, change, comes }: DatedChange): ChangeRow {
  const { since, says, source, recorded = false } = change;
  return { rule: rule.id, since, says, source, recorded, modelled: isModelled(rule), comes };
}

function defaultRows(a: Release, b: Release): readonly DefaultRow[] {
  return VARIABLES_WITH_DEFAULTS.map((variable): DefaultRow => {
    return { variable, from: defaultIn(variable, a), to: defaultIn(variable, b) };
  }).filter(({ from, to }) => from !== to);
}
