/** Where each number of a cost profile comes from: fitted, with how far the folds are apart, or set by hand. */
import type { Coefficients } from '../coefficients.js';
import { leaves } from '../rules/leaves.js';

export interface AboutCosts {
  /** Set-ups of the fit. */
  readonly fittedOn: readonly string[];
  /** By path: the least and the most that the fits without one part of the recordings came to, and the fit on all. */
  readonly fitted: Readonly<Record<string, readonly number[]>>;
  /** Paths of numbers that no fit moved: set by hand with all recordings in view, or refused as not identifiable. */
  readonly byHand: readonly string[];
}

interface Fold {
  readonly leftOut: readonly string[];
  readonly coefficients: Coefficients;
}

export function aboutCosts(coefficients: Coefficients, folds: readonly Fold[]): AboutCosts {
  const values = [...folds.map((fold) => leaves(fold.coefficients)), leaves(coefficients)];
  const fitted: Record<string, readonly number[]> = {};
  const byHand: string[] = [];
  for (const path of leaves(coefficients).keys()) {
    const all = values.flatMap((of) => of.get(path) ?? []);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    if (low === high) byHand.push(path);
    else fitted[path] = [low, high];
  }
  return { fittedOn: folds.flatMap(({ leftOut }) => leftOut).sort(), fitted, byHand };
}
