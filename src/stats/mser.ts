/**
 * MSER-5: where to cut the transient off a series (White, Cobb and Spratt 2000). Means of five neighbours are cut from
 * the front as long as that makes the mean of the rest more certain.
 */

const GROUP = 5;

export interface Cut {
  /** Values to drop from the front of the series. */
  readonly drop: number;
  /** False when the best cut is at the last place tried: then the series is too short to have settled. */
  readonly settled: boolean;
}

/** Considers cuts up to half of the series. O(n). */
export function mser5(series: readonly number[]): Cut {
  const groups = Math.floor(series.length / GROUP);
  if (groups < 4) return { drop: 0, settled: false };
  const means = Array.from({ length: groups }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < GROUP; k++) sum += series[i * GROUP + k]!;
    return sum / GROUP;
  });
  const last = Math.floor(groups / 2);
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  // From the back, so that the sums of each rest come from the one before; distances from the end keep them small.
  const end = means[groups - 1]!;
  for (let cut = groups - 1; cut >= 0; cut--) {
    const distance = means[cut]! - end;
    sum += distance;
    squares += distance * distance;
    if (cut > last) continue;
    const n = groups - cut;
    const error = Math.max(0, squares - (sum * sum) / n) / (n * n);
    if (error <= least) {
      least = error;
      best = cut;
    }
  }
  return { drop: best * GROUP, settled: best < last };
}
