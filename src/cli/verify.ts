/** `pushsim verify`: can I trust it? */
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OK, THRESHOLD_FAILED, UsageError } from './common.js';

export interface VerifyArguments {
  readonly recordings?: string | undefined;
  readonly only?: string | undefined;
  /** Compare two versions instead; empty means 1.17 and 1.30. */
  readonly acrossVersions?: string | undefined;
  readonly json: boolean;
  /** Files to write: the validation page, and the table of what predictions are worth. */
  readonly markdown?: string | undefined;
  readonly trust?: string | undefined;
  /** Of the machine the recordings were made on. */
  readonly speed?: number | undefined;
}

/** Beside the sources and beside the built program alike. */
const SHIPPED = fileURLToPath(new URL('../../test/recordings', import.meta.url));
const SCENARIOS = fileURLToPath(new URL('../../scenarios', import.meta.url));

export async function verify({
  recordings,
  only,
  acrossVersions,
  json,
  markdown,
  trust,
  speed,
}: VerifyArguments): Promise<number> {
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
  const { rows, setUps, regimes } = verifyRecordings(folder, {
    ...(only === undefined ? {} : { only }),
    ...(speed === undefined ? {} : { speed }),
    onProgress: progress,
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  if (rows.length === 0) throw nothingSelected(folder, only);
  const all = only === undefined ? [...rows, ...theoryRows()] : rows;
  const summary = summarise(all);
  if (trust !== undefined || markdown !== undefined) {
    const { trustOf } = await import('../experiment/verify/trust.js');
    const worth = trustOf(rows, regimes);
    if (trust !== undefined) writeFileSync(trust, `${JSON.stringify(worth, null, 2)}\n`);
    if (markdown !== undefined) {
      const { publishedRows } = await import('../experiment/verify/published.js');
      const { validationPage } = await import('../report/text/validation.js');
      const published = publishedRows(SCENARIOS, progress);
      writeFileSync(
        markdown,
        validationPage({ rows: all, summary, worth, published, baselines: reproducibilityBaselines(setUps) }),
      );
    }
  }
  const text = json
    ? `${JSON.stringify(all, null, 2)}\n`
    : verificationReport(all, summary, reproducibilityBaselines(setUps));
  process.stdout.write(text);
  return summary.every((figure) => figure.ok) ? OK : THRESHOLD_FAILED;
}

function nothingSelected(folder: string, only: string | undefined): UsageError {
  return new UsageError(`no recording in ${folder}${only === undefined ? '' : ` is named like ${only}`}`);
}
