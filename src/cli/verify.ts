/** `pushsim verify`: can I trust it? */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OK, THRESHOLD_FAILED, UsageError } from './common.js';

export interface VerifyArguments {
  readonly scenario?: string | undefined;
  readonly against?: readonly string[] | undefined;
  readonly set?: readonly string[] | undefined;
  readonly recordings?: string | undefined;
  readonly only?: string | undefined;
  /** Compare two versions instead; empty means 1.17 and 1.30. */
  readonly acrossVersions?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Beside the sources and beside the built program alike. */
const SHIPPED = fileURLToPath(new URL('../../test/recordings', import.meta.url));

export async function verify(options: VerifyArguments): Promise<number> {
  const { recordings, only, acrossVersions, json, quiet, scenario, against = [], set } = options;
  if (against.length > 0) {
    const { verifyAgainstFiles } = await import('./verify-against.js');
    return verifyAgainstFiles({ scenario, against, set, json });
  }
  if (scenario !== undefined) throw new UsageError('a scenario is verified --against a log or metrics');
  const folder = recordings ?? SHIPPED;
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder} (give one with --recordings)`);
  const progress = (done: number, total: number, name: string) => {
    if (process.stderr.isTTY && !quiet) process.stderr.write(`\r\x1b[K${done + 1}/${total} ${name}`);
  };
  if (acrossVersions !== undefined) {
    const { verifyAcrossVersions } = await import('./verify-versions.js');
    const done = await verifyAcrossVersions({ folder, versions: acrossVersions, only, json, onProgress: progress });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    if (done === undefined) throw nothingSelected(folder, only);
    process.stdout.write(quiet && !json ? done.verdict : done.text);
    return done.code;
  }
  const { verifyRecordings } = await import('../experiment/verify/verify.js');
  const { theoryRows } = await import('../experiment/verify/theory.js');
  const { summarise } = await import('../experiment/verify/summary.js');
  const { reproducibilityBaselines } = await import('../experiment/verify/reproducibility.js');
  const { verificationReport, verificationVerdict } = await import('../report/text/verification.js');
  const { rows, speeds, setUps } = verifyRecordings(folder, {
    ...(only === undefined ? {} : { only }),
    onProgress: progress,
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (rows.length === 0) throw nothingSelected(folder, only);
  const all = only === undefined ? [...rows, ...theoryRows()] : rows;
  const summary = summarise(all);
  const text = json
    ? `${JSON.stringify(all, null, 2)}\n`
    : quiet
      ? verificationVerdict(summary)
      : verificationReport(all, summary, speeds, reproducibilityBaselines(setUps));
  process.stdout.write(text);
  return summary.every((figure) => figure.ok) ? OK : THRESHOLD_FAILED;
}

function nothingSelected(folder: string, only: string | undefined): UsageError {
  return new UsageError(`no recording in ${folder}${only === undefined ? '' : ` is named like ${only}`}`);
}
