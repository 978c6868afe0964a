/**
 * Least squares with non-negative coefficients by cyclic coordinate descent: costs cannot be negative, and plain least
 * squares makes them so as soon as two terms resemble each other. Rows are weighted; `fixed` columns keep their value.
 */
import { greatest } from './extremes.js';

export interface Fit {
  readonly coefficients: readonly number[];
  /** Columns the rows say too little about: constant zero, parallel to a column before, or of too small a range. */
  readonly unidentified: readonly number[];
}

const SWEEPS = 2_000;
/** Cosine beyond which two columns cannot be told apart. */
const PARALLEL = 0.9995;
/** A slope read off a handful of items is noise. */
const SMALLEST_RANGE = 8;

/** `rows` are features, `values` what they should add up to. */
export function nonNegativeLeastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
  weights: readonly number[],
): Fit {
  const width = rows[0]?.length ?? 0;
  const dot = (a: number, b: number) =>
    rows.reduce((sum, row, i) => sum + (weights[i] ?? 0) * (row[a] ?? 0) * (row[b] ?? 0), 0);
  const norms = Array.from({ length: width }, (_, column) => dot(column, column));
  const unidentified: number[] = [];
  for (let column = 0; column < width; column++) {
    const norm = norms[column] ?? 0;
    const twin = Array.from({ length: column }, (_, before) => before).some((before) => {
      const product = dot(before, column);
      return !unidentified.includes(before) && product * product > PARALLEL * PARALLEL * norm * (norms[before] ?? 0);
    });
    const largest = greatest(rows.map((row) => row[column] ?? 0));
    const constant = rows.every((row) => row[column] === rows[0]?.[column]);
    if (norm === 0 || twin || (!constant && largest < SMALLEST_RANGE)) unidentified.push(column);
  }
  const coefficients = new Array<number>(width).fill(0);
  const residuals = [...values];
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (let column = 0; column < width; column++) {
      if (unidentified.includes(column)) continue;
      let gradient = 0;
      for (let i = 0; i < rows.length; i++)
        gradient += (weights[i] ?? 0) * (rows[i]?.[column] ?? 0) * (residuals[i] ?? 0);
      const before = coefficients[column] ?? 0;
      const after = Math.max(0, before + gradient / (norms[column] ?? 1));
      if (after === before) continue;
      coefficients[column] = after;
      for (let i = 0; i < rows.length; i++)
        residuals[i] = (residuals[i] ?? 0) - (rows[i]?.[column] ?? 0) * (after - before);
    }
  }
  return { coefficients, unidentified };
}
