/** Releases and their differences as data, for `--json`. */
import type { ChangeRow, ReleaseDifferences, ReleaseRow } from '../view/releases.js';

export function releasesJson(releases: readonly ReleaseRow[], changes: readonly ChangeRow[]): string {
  return text({ releases: releases.map(releaseData), changes: changes.map(changeData) });
}

export function releaseDifferencesJson({ from, to, changes, defaults }: ReleaseDifferences): string {
  return text({
    from: releaseData(from),
    to: releaseData(to),
    changes: changes.map(changeData),
    /** Null where the release has no such variable. */
    defaults: defaults.map((row) => ({ variable: row.variable, from: row.from ?? null, to: row.to ?? null })),
  });
}

function releaseData({ name, release, costsOf }: ReleaseRow) {
  return { name, release, costs_borrowed_from: costsOf ?? null };
}

function changeData({ rule, since, ...rest }: ChangeRow) {
  return { rule, since: since.split(', '), ...rest };
}

function text(data: unknown): string {
  return `${JSON.stringify(data, null, 2)}\n`;
}
