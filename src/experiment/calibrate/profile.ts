/** A cost profile with its cross-validation variants: what `pushsim calibrate --out` writes and the program ships. */

import { aboutCosts } from '../../cost/calibrated/about.js';
import type { CostProfile } from '../../cost/calibrated/index.js';
import type { Coefficients } from '../../cost/coefficients.js';
import { type Recording, setUpName } from '../../import/recording.js';
import { type Calibration, calibrate } from './fit.js';

export interface CalibratedProfile {
  readonly calibration: Calibration;
  readonly profile: CostProfile;
}

/** Set-ups are dealt to the folds in alphabetical order; repetitions of one set-up stay together. */
export function calibrateProfile(
  recordings: readonly Recording[],
  base: Coefficients,
  folds: number,
): CalibratedProfile {
  const setUps = [...new Set(recordings.map(({ setUp }) => setUpName(setUp.name)))].sort();
  const calibration = calibrate(recordings, base);
  const fitWithout = (leftOut: readonly string[]) => {
    const rest = recordings.filter(({ setUp }) => !leftOut.includes(setUpName(setUp.name)));
    return { leftOut, coefficients: calibrate(rest, base).coefficients };
  };
  const parts = Array.from({ length: folds }, (_, fold) => setUps.filter((__, index) => index % folds === fold));
  const fits = parts.filter((part) => part.length > 0).map(fitWithout);
  const { coefficients } = calibration;
  return { calibration, profile: { coefficients, folds: fits, about: aboutCosts(coefficients, fits) } };
}
