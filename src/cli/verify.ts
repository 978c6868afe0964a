/** `pushsim verify`: can I trust it? */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Validation } from '../report/text/validation.js';
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
  /** Files to write: the validation page, and the table of what predictions are worth. */
  readonly markdown?: string | undefined;
  readonly trust?: string | undefined;
  /** Of the machine the recordings were made on. */
  readonly speed?: number | undefined;
}

/** Beside the sources and beside the built program alike. */
const SHIPPED = fileURLToPath(new URL('../../test/recordings', import.meta.url));
const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));

export async function verify(options: VerifyArguments): Promise<number> {
  const { recordings, only, acrossVersions, json, quiet, scenario, against = [], set, speed } = options;
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
  const { rows, setUps, regimes } = verifyRecordings(folder, {
    ...(only === undefined ? {} : { only }),
    ...(speed === undefined ? {} : { speed }),
    onProgress: progress,
  });
  const { verifyFleet } = await import('../experiment/verify/fleet-verify.js');
  const fleet = verifyFleet(folder, only);
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (rows.length + fleet.length === 0) throw nothingSelected(folder, only);
  const all = [...rows, ...fleet, ...(only === undefined ? theoryRows() : [])];
  const summary = summarise(all);
  const baselines = reproducibilityBaselines(setUps);
  const { trustOf } = await import('../experiment/verify/trust.js');
  await writePages(options, { rows: all, fleet, summary, baselines, worth: trustOf(rows, regimes) }, progress);
  const text = json
    ? `${JSON.stringify(all, null, 2)}\n`
    : quiet
      ? verificationVerdict(summary)
      : verificationReport(all, summary, baselines);
  process.stdout.write(text);
  return summary.every((figure) => figure.ok) ? OK : THRESHOLD_FAILED;
}

async function writePages(
  { markdown, trust }: Pick<VerifyArguments, 'markdown' | 'trust'>,
  told: Omit<Validation, 'published'>,
  progress: (done: number, total: number, name: string) => void,
): Promise<void> {
  if (trust !== undefined) writeFileSync(trust, `${JSON.stringify(told.worth, null, 2)}\n`);
  if (markdown === undefined) return;
  const { publishedRows } = await import('../experiment/verify/published.js');
  const { validationPage } = await import('../report/text/validation.js');
  writeFileSync(markdown, validationPage({ ...told, published: publishedRows(SCENARIOS, progress) }));
}

function nothingSelected(folder: string, only: string | undefined): UsageError {
  return new UsageError(`no recording in ${folder}${only === undefined ? '' : ` is named like ${only}`}`);
}
