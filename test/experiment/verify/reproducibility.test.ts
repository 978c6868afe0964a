import { describe, expect, test } from 'vitest';
import { type Compared, type Runs, reproducibilityBaselines } from '../../../src/experiment/verify/reproducibility.js';

const QUEUE = 'queue_p90_s';
const CONVERGENCE = 'convergence_p90_s';

interface Told extends Partial<Pick<Runs, 'istio' | 'proxies' | 'quiet'>> {
  /** Milliseconds, of each repetition. */
  readonly measured: readonly number[];
  readonly predicted: number;
}

function setUp(metric: string, { measured, predicted, istio = '1.30', proxies = 20, quiet = false }: Told): Runs {
  return {
    istio,
    proxies,
    quiet,
    measured: new Map([[metric, measured]]),
    predicted: new Map([[metric, predicted]]),
  };
}

function told(metric: string, setUps: readonly Told[]) {
  const found = reproducibilityBaselines(setUps.map((one) => setUp(metric, one))).find((one) => one.metric === metric)!;
  const percent = (error: number | undefined) => (error === undefined ? undefined : Math.round(100 * error));
  const rounded = ({ setUps, real, predicted }: Compared) => [setUps, percent(real), percent(predicted)];
  return { repeated: rounded(found.repeated), quiet: rounded(found.quiet), waiting: rounded(found.waiting) };
}

describe('how close real runs come to one another', () => {
  test('is told by every pair of repetitions, beside the prediction against each of them', () => {
    const { repeated } = told(QUEUE, [
      // Pairs: 100, 300 and 100 % apart. The prediction: 50, 33 and 167 %.
      { measured: [10, 20, 40], predicted: 15 },
      { measured: [10], predicted: 90 },
    ]);
    expect(repeated).toEqual([1, 100, 50]);
  });

  test('takes no pair across set-ups', () => {
    const { repeated } = told(QUEUE, [
      { measured: [10, 11], predicted: 10 },
      { measured: [90, 99], predicted: 90 },
    ]);
    expect(repeated[1]).toBe(10);
  });

  test('is told of where nobody waits from the middle of the others, the set-up itself left out', () => {
    const quiet = [10, 12, 14, 30].map((ms) => ({ measured: [ms], predicted: ms, quiet: true }));
    // Others' middles: 14, 14, 12, 12, so 40, 17, 17 and 150 % apart.
    expect(told(QUEUE, quiet).quiet).toEqual([4, 28, 0]);
  });

  test('takes others of the same version and as many proxies only, and at least three', () => {
    const four = [10, 20, 30, 40].map((ms) => ({ measured: [ms], predicted: ms, quiet: true }));
    const others: Told[] = [
      { measured: [1000], predicted: 500, quiet: true, istio: '1.17' },
      { measured: [1100], predicted: 500, quiet: true, istio: '1.17' },
      { measured: [1200], predicted: 500, quiet: true, istio: '1.17' },
      { measured: [1000], predicted: 500, quiet: true, proxies: 100 },
      { measured: [1000], predicted: 500, quiet: false },
    ];
    expect(told(QUEUE, [...four, ...others]).quiet).toEqual(told(QUEUE, four).quiet);
  });

  test('is not told of convergence by set-ups with other meshes', () => {
    const quiet = [10, 12, 14, 30].map((ms) => ({ measured: [ms], predicted: 2 * ms, quiet: true }));
    expect(told(CONVERGENCE, quiet).quiet).toEqual([4, undefined, 100]);
  });

  test('leaves the prediction where proxies wait, by the middle of repetitions', () => {
    const { waiting } = told(QUEUE, [
      { measured: [10, 20, 90], predicted: 10 },
      { measured: [1], predicted: 5, quiet: true },
    ]);
    expect(waiting).toEqual([1, undefined, 100]);
  });

  test('has nothing to say without recordings', () => {
    expect(told(QUEUE, [])).toEqual({
      repeated: [0, undefined, undefined],
      quiet: [0, undefined, undefined],
      waiting: [0, undefined, undefined],
    });
  });
});
