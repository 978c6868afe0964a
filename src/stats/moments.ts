/** Mean and spread of a sample. */

export interface Moments {
  readonly n: number;
  readonly mean: number;
  /** Sample standard deviation (n - 1 in the denominator); 0 for a single value. */
  readonly sd: number;
}

/** In two passes, which loses no digits where all values are nearly equal. */
export function moments(values: readonly number[]): Moments {
  const n = values.length;
  if (n === 0) return { n, mean: 0, sd: 0 };
  const [first = 0] = values;
  // Distances from the first value: equal values have exactly that mean and no spread, whatever their digits.
  let offset = 0;
  for (const value of values) offset += value - first;
  offset /= n;
  let squares = 0;
  for (const value of values) squares += (value - first - offset) * (value - first - offset);
  return { n, mean: first + offset, sd: n < 2 ? 0 : Math.sqrt(squares / (n - 1)) };
}

/** Sample covariance of pairs. */
export function covariance(a: readonly number[], b: readonly number[]): number {
  const meanA = moments(a).mean;
  const meanB = moments(b).mean;
  let products = 0;
  for (const [i, value] of a.entries()) products += (value - meanA) * ((b[i] ?? meanB) - meanB);
  return a.length < 2 ? 0 : products / (a.length - 1);
}
