/**
 * Istio's releases from the first whose rules are known to the development head, in order. A name says a minor release,
 * which means its newest patch, or one patch release.
 */

export interface Release {
  /** `1.24.6`, `1.31.0-rc.0` or `1.32-dev`. */
  readonly name: string;
  readonly minor: number;
  readonly patch: number;
}

/** Patch releases by minor, as tagged; some numbers were skipped. */
const PATCHES: Readonly<Record<number, string>> = {
  17: '0 1 2 3 4 5 6 8',
  18: '0 1 2 3 5 6 7',
  19: '0 1 3 4 5 6 7 8 9 10',
  20: '0 1 2 3 4 5 6 7 8',
  21: '0 1 2 3 4 5 6',
  22: '0 1 2 3 4 5 6 7 8',
  23: '0 1 2 3 4 5 6',
  24: '0 1 2 3 4 5 6',
  25: '0 1 2 3 4 5',
  26: '0 1 2 3 4 5 6 7 8',
  27: '0 1 2 3 4 5 6 7 8 9',
  28: '0 1 2 3 4 5 6 7 8 9 10',
  29: '0 1 2 3 4 5 6',
  30: '0 1 2 3',
};

/** Tagged, not final yet; and what has no tag. */
const UNFINISHED: readonly Release[] = [
  { name: '1.31.0-rc.0', minor: 31, patch: 0 },
  { name: '1.32-dev', minor: 32, patch: 0 },
];

export const RELEASES: readonly Release[] = [
  ...Object.entries(PATCHES).flatMap(([minor, patches]) =>
    patches.split(' ').map((patch): Release => {
      return { name: `1.${minor}.${patch}`, minor: Number(minor), patch: Number(patch) };
    }),
  ),
  ...UNFINISHED,
];

export const OLDEST = RELEASES[0] as Release;
export const NEWEST = RELEASES.at(-1) as Release;

/** What a scenario gets that names none. */
export const DEFAULT_VERSION = '1.30';
/** The two releases whose costs were measured; what `verify --across-versions` compares unless told otherwise. */
export const MEASURED_VERSIONS = ['1.17', '1.30'] as const;

/** For editors: a patch release that might be one. */
export const RELEASE_PATTERN = '^1\\.\\d{2}\\.\\d{1,2}(-rc\\.\\d)?$';

/** Newest patch of each minor, by the name people write: `1.17` … `1.31`, `1.32-dev`. */
export const MINORS: readonly string[] = [
  ...new Set(RELEASES.map(({ name, minor }) => (name.endsWith('-dev') ? name : `1.${minor}`))),
];

/** Of a name that a scenario may write; undefined for any other. */
export function findRelease(name: string): Release | undefined {
  const exact = RELEASES.find((release) => release.name === name);
  return exact ?? RELEASES.findLast((release) => !release.name.endsWith('-dev') && name === `1.${release.minor}`);
}

/** @throws for a name that was not checked by `findRelease` */
export function releaseOf(name: string): Release {
  const release = findRelease(name);
  if (release === undefined) throw new Error(`there is no Istio release ${name}`);
  return release;
}

/** The known release nearest to a version that is none; undefined where the text is no version. */
export function nearestRelease(text: string): Release | undefined {
  const parts = /^v?(\d{1,3})\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(text.trim());
  if (parts === null || parts[1] !== '1') return undefined;
  const asked = Number(parts[2]) + Number(parts[3] ?? 99) / 100;
  const distance = ({ minor, patch }: Release) => Math.abs(minor + patch / 100 - asked);
  return RELEASES.reduce((best, one) => (distance(one) <= distance(best) ? one : best));
}

export function compareReleases(a: Release, b: Release): number {
  return a.minor - b.minor || a.patch - b.patch;
}
