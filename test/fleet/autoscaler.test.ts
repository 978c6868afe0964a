import { describe, expect, test } from 'vitest';
import { SECOND } from '../../src/engine/time.js';
import { Autoscaler, type PodUsage, proposedReplicas } from '../../src/fleet/autoscaler.js';

const ready = (cpu: number | undefined): PodUsage => ({ cpu, isReady: true });
const starting = (cpu?: number): PodUsage => ({ cpu, isReady: false });
const times = (n: number, pod: PodUsage): PodUsage[] => Array.from({ length: n }, () => pod);

describe('what the metric asks for (kubernetes.io, algorithm details)', () => {
  test.each([
    // "if the current metric value is 200m, and the desired value is 100m, the number of replicas will be doubled"
    ['200m of 100m doubles', times(3, ready(0.2)), 6],
    // "if the current value is instead 50m, you'll halve the number of replicas, since 50.0 / 100.0 == 0.5"
    ['50m of 100m halves', times(4, ready(0.05)), 2],
    // "The control plane skips any scaling action if the ratio is sufficiently close to 1.0 (0.1 by default)"
    ['109m of 100m is close enough', times(4, ready(0.109)), 4],
    ['91m of 100m is close enough', times(4, ready(0.091)), 4],
    ['120m of 100m is rounded up', times(4, ready(0.12)), 5],
    // "assumes those pods were consuming 100% of the desired value in case of a scale down, and 0% in case of a scale up"
    ['missing pods count as idle when it says up', [...times(2, ready(0.3)), ...times(2, ready(undefined))], 6],
    ['and as at the target when it says down', [...times(2, ready(0.02)), ...times(2, ready(undefined))], 3],
    // "not-yet-ready pods ... conservatively assumes they consume 0% of the desired metric, further dampening the scale up"
    ['pods that start count as idle when it says up', [...times(2, ready(0.2)), ...times(1, starting())], 4],
    ['and that may turn an upscale into nothing', [...times(2, ready(0.15)), ...times(1, starting())], 3],
    // "after factoring in ... the new ratio reverses the scale direction or is within the tolerance: no scaling action"
    ['nor is one turned round', [...times(1, ready(0.15)), ...times(3, starting())], 4],
    ['nobody measured: nothing', times(2, ready(undefined)), 2],
  ])('%s', (_, pods, expected) => {
    expect(proposedReplicas(pods, pods.length, 1, 0.1)).toBe(expected);
  });
});

describe('what is done about it (autoscaling/v2 defaults)', () => {
  const decisions = (...proposals: readonly (readonly [number, number])[]): number[] => {
    const scaler = new Autoscaler({ min: 1, max: 100 });
    let replicas = 1;
    return proposals.map(([at, proposal]) => {
      replicas = scaler.decide(at * SECOND, replicas, proposal);
      return replicas;
    });
  };

  test('up at once by four pods or by as many as there are, whichever is more, in 15 s', () => {
    expect(decisions([0, 90], [15, 90], [30, 90], [45, 90], [60, 90])).toEqual([5, 10, 20, 40, 80]);
  });

  test('not twice within a period', () => {
    expect(decisions([0, 90], [5, 90], [15, 90])).toEqual([5, 5, 10]);
  });

  test('down only to the highest proposal of the last 300 s', () => {
    expect(decisions([0, 5], [15, 2], [150, 3], [299, 1], [301, 1], [449, 1], [451, 1], [600, 1])).toEqual([
      5, 5, 5, 5, 3, 3, 1, 1,
    ]);
  });

  test('never beyond the limits', () => {
    const scaler = new Autoscaler({ min: 2, max: 5 });
    expect(scaler.decide(0, 2, 50)).toBe(5);
    expect(scaler.decide(400 * SECOND, 5, 0)).toBe(2);
  });
});
