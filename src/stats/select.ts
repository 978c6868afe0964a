/**
 * The value that would be at place `k` if `values` were sorted, which need not be done for it (Hoare's quickselect).
 * Rearranges `values`. O(n) on average, also for what is nearly in order.
 */
export function select(values: number[], k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i <= j) {
        const kept = values[i]!;
        values[i] = values[j]!;
        values[j] = kept;
        i++;
        j--;
      }
    }
    // From left to j nothing is above the pivot, from i to right nothing below, and what is between equals it.
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k]!;
}
