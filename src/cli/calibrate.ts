/** `pushsim calibrate`: fits a cost profile to recordings and says what it could and could not find out. */
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { OK, UsageError } from './common.js';

export interface CalibrateArguments {
  readonly recordings?: string | undefined;
  readonly from?: readonly string[] | undefined;
  readonly scenario?: string | undefined;
  readonly istio: string;
  readonly folds: number;
  readonly out?: string | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

export async function calibrate(options: CalibrateArguments): Promise<number> {
  const { recordings: folder, istio, folds, out, json, quiet, from = [], scenario } = options;
  if (from.length > 0) {
    if (folder !== undefined) throw new UsageError('either a folder of recordings or --from');
    const { calibrateFrom } = await import('./calibrate-from.js');
    return calibrateFrom({ from, scenario, out });
  }
  if (folder === undefined) throw new UsageError('a folder of recordings, or --from with a log or metrics of istiod');
  if (!existsSync(folder)) throw new UsageError(`there is no folder ${folder}`);
  if (!Number.isInteger(folds) || folds < 2)
    throw new UsageError(`--folds ${folds} is not a whole number of at least 2`);
  const { readRecording, recordingNames } = await import('../import/recording.js');
  const { calibrateProfile } = await import('../experiment/calibrate/profile.js');
  const { coefficientsOf } = await import('../cost/calibrated/index.js');
  const { calibrationReport } = await import('../report/text/calibration.js');
  const recordings = recordingNames(folder)
    .map((name) => readRecording(folder, name))
    .filter(({ setUp }) => setUp.istio.startsWith(`${istio}.`));
  if (recordings.length === 0) throw new UsageError(`no recording of istio ${istio} in ${folder}`);
  const { calibration, profile } = calibrateProfile(recordings, coefficientsOf(istio), folds);
  if (json) process.stdout.write(`${JSON.stringify(profile, null, 2)}\n`);
  else if (!quiet) process.stdout.write(calibrationReport(calibration, recordings.length));
  if (out !== undefined) {
    writeFileSync(`${out}.tmp`, `${JSON.stringify(profile, null, 2)}\n`);
    renameSync(`${out}.tmp`, out);
  }
  return OK;
}
