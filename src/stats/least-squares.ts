/** Ordinary least squares by Householder reflections. */

/**
 * The coefficients that bring `rows` · coefficients closest to `values`; undefined when the columns do not determine
 * them (fewer rows than columns, or columns that depend on each other). O(rows × columns²).
 */
export function leastSquares(
  rows: readonly (readonly number[])[],
  values: readonly number[],
): readonly number[] | undefined {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < columns || columns === 0) return undefined;
  const a = rows.map((row, i) => [...row, values[i] ?? 0]);
  for (let k = 0; k < columns; k++) {
    let norm = 0;
    let size = 0;
    for (const row of rows) size += row[k]! * row[k]!;
    for (let i = k; i < a.length; i++) norm += a[i]![k]! * a[i]![k]!;
    if (norm <= 1e-20 * size || norm === 0) return undefined;
    const alpha = a[k]![k]! > 0 ? -Math.sqrt(norm) : Math.sqrt(norm);
    const v = a.map((row, i) => (i < k ? 0 : row[k]!));
    v[k] = v[k]! - alpha;
    let square = 0;
    for (const x of v) square += x * x;
    for (let j = k; j <= columns; j++) {
      let dot = 0;
      for (let i = k; i < a.length; i++) dot += v[i]! * a[i]![j]!;
      for (let i = k; i < a.length; i++) a[i]![j]! -= (2 * dot * v[i]!) / square;
    }
  }
  const solution = new Array<number>(columns).fill(0);
  for (let k = columns - 1; k >= 0; k--) {
    let rest = a[k]![columns]!;
    for (let j = k + 1; j < columns; j++) rest -= a[k]![j]! * solution[j]!;
    solution[k] = rest / a[k]![k]!;
  }
  return solution;
}
