/** `pushsim verify`: can I trust it? */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OK, THRESHOLD_FAILED, UsageError } from './common.js';

export interface VerifyArguments {
  readonly recordings?: string | undefined;
  readonly only?: string | undefined;
  /** Compare two versions instead; empty means 1.17 and 1.30. */
  readonly acrossVersions?: string | undefined;
  readonly json: boolean;
}

/** Beside the sources and beside the built program alike. */
const SHIPPED = fileURLToPath(new URL('../../test/recordings', import.meta.url));

export async function verify({ recordings, only, acrossVersions, json }: VerifyArguments): Promise<number> {
  const folder = recordings ?? SHIPPED;
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder} (give one with --recordings)`);
  const progress = (done: number, total: number, name: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done + 1}/${total} ${name}`);
  };
  if (acrossVersions !== undefined) {
    const { verifyAcrossVersions } = await import('./verify-versions.js');
    const done = await verifyAcrossVersions({ folder, versions: acrossVersions, only, json, onProgress: progress });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    if (done === undefined) throw nothingSelected(folder, only);
    process.stdout.write(done.text);
    return done.code;
  }
  const { verifyRecordings } = await import('../experiment/verify/verify.js');
  const { theoryRows } = await import('../experiment/verify/theory.js');
  const { summarise } = await import('../experiment/verify/summary.js');
  const { reproducibilityBaselines } = await import('../experiment/verify/reproducibility.js');
  const { verificationReport } = await import('../report/text/verification.js');
  const { rows, setUps } = verifyRecordings(folder, {
    ...(only === undefined ? {} : { only }),
    onProgress: progress,
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (rows.length === 0) throw nothingSelected(folder, only);
  const all = only === undefined ? [...rows, ...theoryRows()] : rows;
  const summary = summarise(all);
  const text = json
    ? `${JSON.stringify(all, null, 2)}\n`
    : verificationReport(all, summary, reproducibilityBaselines(setUps));
  process.stdout.write(text);
  return summary.every((figure) => figure.ok) ? OK : THRESHOLD_FAILED;
}

function nothingSelected(folder: string, only: string | undefined): UsageError {
  return new UsageError(`no recording in ${folder}${only === undefined ? '' : ` is named like ${only}`}`);
}
