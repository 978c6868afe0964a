/** `pushsim verify --across-versions`: what differs between two versions, and by which rule? */
import type { IstioVersion } from '../istio/profile.js';
import { findRelease, MEASURED_VERSIONS, MINORS } from '../istio/releases.js';
import { OK, THRESHOLD_FAILED, UsageError } from './common.js';

export interface AcrossVersionsArguments {
  readonly folder: string;
  /** `1.17,1.30`; empty means these two. */
  readonly versions: string;
  readonly only: string | undefined;
  readonly json: boolean;
  readonly onProgress: (done: number, total: number, name: string) => void;
}

/** @returns the report and the exit code; undefined when no recording was selected */
export async function verifyAcrossVersions(
  args: AcrossVersionsArguments,
): Promise<{ readonly text: string; readonly verdict: string; readonly code: number } | undefined> {
  const { folder, only, json, onProgress } = args;
  const versions = versionsOf(args.versions);
  const { acrossVersions } = await import('../experiment/verify/versions.js');
  const { versionDifferences } = await import('../report/text/version-differences.js');
  const { versionDifferencesJson } = await import('../report/files/version-differences-json.js');
  const setUps = acrossVersions(folder, { versions, only, onProgress });
  if (setUps.length === 0) return undefined;
  const text = json ? versionDifferencesJson(setUps, versions) : versionDifferences(setUps, versions);
  const disagreeing = setUps.filter(({ rows }) => rows.some(({ measured }) => measured?.agrees === false)).length;
  const wrong = disagreeing > 0;
  const verdict = `${disagreeing} of ${setUps.length} set-ups disagree with the recordings\n`;
  return { text, verdict, code: wrong ? THRESHOLD_FAILED : OK };
}

function versionsOf(text: string): readonly [IstioVersion, IstioVersion] {
  const names = text === '' ? [...MEASURED_VERSIONS] : text.split(',').map((name) => name.trim());
  const [from, to] = names.map((name) => (findRelease(name) === undefined ? undefined : name));
  if (names.length !== 2 || from === undefined || to === undefined || from === to)
    throw new UsageError(
      `--across-versions takes two releases from ${MINORS[0]} to ${MINORS.at(-1)}, such as --across-versions ${MEASURED_VERSIONS.join()}; not ${text}`,
    );
  return [from, to];
}
