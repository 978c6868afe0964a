/** `pushsim releases`: what ever changed in istiod's push pipeline, or what differs between two releases. */
import { noSuchRelease } from '../istio/neighbours.js';
import { findRelease } from '../istio/releases.js';
import { OK, UsageError } from './common.js';

export interface ReleasesArguments {
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function releases({ from, to, json, quiet }: ReleasesArguments): Promise<number> {
  const view = await import('../report/view/releases.js');
  const text = await import('../report/text/releases.js');
  const files = await import('../report/files/releases-json.js');
  if (from === undefined) {
    const [rows, changes] = [view.releaseRows(), view.allChanges()];
    if (quiet && !json) {
      process.stdout.write(`${rows.length} releases, ${changes.length} changes\n`);
      return OK;
    }
    process.stdout.write(json ? files.releasesJson(rows, changes) : text.releasesText(rows, changes));
    return OK;
  }
  if (to === undefined) throw new UsageError('name two releases to compare, such as pushsim releases 1.24 1.30');
  const differences = view.releaseDifferences(requireRelease(from), requireRelease(to));
  if (json) process.stdout.write(files.releaseDifferencesJson(differences));
  else if (quiet)
    process.stdout.write(`${differences.changes.length} changes, ${differences.defaults.length} defaults\n`);
  else process.stdout.write(text.releaseDifferencesText(differences));
  return OK;
}

/** @throws UsageError with the nearest release */
export function requireRelease(name: string): string {
  if (findRelease(name) !== undefined) return name;
  const [expected, hint] = noSuchRelease(name);
  throw new UsageError(`${name} is not ${expected}${hint === undefined ? '' : ` (${hint})`}`);
}
