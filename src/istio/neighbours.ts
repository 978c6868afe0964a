/** What to say of a release that is not known: the nearest one, and what differs there. */
import { changesBetween } from './differences.js';
import { compareReleases, MINORS, nearestRelease, OLDEST, RELEASES, type Release } from './releases.js';

/** @returns what was expected, and a hint */
export function noSuchRelease(text: string): readonly [expected: string, hint: string | undefined] {
  const expected = `a release of Istio from ${MINORS[0]} to ${MINORS.at(-1)}, such as 1.24 or ${RELEASES[0]?.name}`;
  const nearest = nearestRelease(text);
  if (nearest === undefined) return [expected, undefined];
  return [expected, `the nearest is ${nearest.name}; ${howFar(text, nearest)}`];
}

function howFar(text: string, nearest: Release): string {
  if (nearest.name === OLDEST.name) return 'what changed before it is not known';
  const before = RELEASES[RELEASES.indexOf(nearest) - 1] as Release;
  const [, minor] = /^v?1\.(\d+)/.exec(text.trim()) ?? [];
  const isSameMinor = Number(minor) === nearest.minor;
  const changes = changesBetween(before, nearest).map(({ change }) => change.says);
  if (isSameMinor && changes.length === 0) return `nothing known changed in ${nearest.name} since ${before.name}`;
  if (changes.length === 0) return 'what changed after it is not known';
  const shown = changes.slice(0, 3).join(' ');
  const more = changes.length > 3 ? ` (and ${changes.length - 3} more changes)` : '';
  const newer = compareReleases(before, nearest) < 0 ? `since ${before.name}` : '';
  return `what it changed ${newer}: ${shown}${more}`;
}
