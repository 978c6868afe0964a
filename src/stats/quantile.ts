/** The smallest of `sorted` (ascending) with at least `q` of all at or below it; 0 when there are none. */
export function nearestRank(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? 0;
}
