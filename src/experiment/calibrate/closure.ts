/**
 * The last coefficient: how much whole pushes exceed the sum of their parts. Recordings of many proxies are replayed
 * with the parts just fitted, and the overhead is raised until convergence and CPU agree in the median.
 */
import type { Coefficients } from '../../cost/coefficients.js';
import { median } from '../../stats/median.js';
import { measuredOutcome, percentile } from '../verify/outcome.js';
import type { Recording } from '../verify/recording.js';
import { replay } from '../verify/replay.js';
import { speedOf } from '../verify/speed.js';

/** Fewer proxies say more about the first of a kind than about a push. */
const PROXIES = 50;
const TURNS = 3;
const QUANTILES = [0.5, 0.9, 0.99] as const;

export function withOverhead(recordings: readonly Recording[], fitted: Coefficients): Coefficients {
  const large = recordings
    .filter(({ setUp }) => setUp.proxies.sidecars >= PROXIES)
    .map(({ setUp, ...rest }) => ({ setUp, measured: measuredOutcome({ setUp, ...rest }) }));
  let coefficients: Coefficients = { ...fitted, overhead: 1 };
  for (let turn = 0; turn < TURNS && large.length > 0; turn++) {
    const ratios = large.flatMap(({ setUp, measured }) => {
      const alone = replay(setUp, { coefficients, speed: 1, seed: 'closure', wander: false });
      const speed = speedOf(measured, alone);
      const predicted = replay(setUp, { coefficients, speed, seed: 'closure', wander: true });
      const ratioAt = (q: number) => percentile(measured.convergence, q) / percentile(predicted.convergence, q);
      return [...QUANTILES.map(ratioAt), measured.cpu / predicted.cpu];
    });
    const overhead = Math.max(1, coefficients.overhead * median(ratios));
    coefficients = { ...coefficients, overhead: Number(overhead.toPrecision(3)) };
  }
  return coefficients;
}
