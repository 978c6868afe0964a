import { describe, expect, test } from 'vitest';
import { allowanceOf, nextStep, type Share } from '../../src/fleet/deployment.js';

/** `25%` or a number of pods. */
const share = (text: string | number): Share =>
  typeof text === 'number' ? { pods: text } : { percent: Number.parseInt(text, 10) };

describe('maxSurge is rounded up and maxUnavailable down (kubernetes.io: Deployments, rolling update)', () => {
  test.each([
    // desired, maxSurge, maxUnavailable → pods at most, pods available at least
    // "the total number of Pods running at any time during the update is at most 130% of desired Pods"
    [10, '30%', '30%', 13, 7],
    [10, '25%', '25%', 13, 8],
    [4, '25%', '25%', 5, 3],
    [3, '25%', '25%', 4, 3],
    [1, '25%', '25%', 2, 1],
    [10, 3, 2, 13, 8],
    [1, '100%', '25%', 2, 1],
    [2, '100%', '25%', 4, 2],
    [12, '25%', 0, 15, 12],
    // Both nothing: one may be unavailable.
    [3, 0, 0, 3, 2],
    [3, 0, '25%', 3, 2],
  ])(
    '%i pods, surge %s, unavailable %s: at most %i, available at least %i',
    (desired, surge, unavailable, most, least) => {
      const allowance = allowanceOf(desired, share(surge), share(unavailable));
      expect([desired + allowance.surge, desired - allowance.unavailable]).toEqual([most, least]);
    },
  );
});

describe('one step of a rolling update (rolling.go and its tests)', () => {
  test.each([
    // TestDeploymentController_reconcileNewReplicaSet: desired 10; surge; old, new → created
    ['nothing beyond the surge', { desired: 10, surge: 0, oldPods: 10, newPods: 0 }, { create: 0 }],
    ['up to the surge', { desired: 10, surge: 2, oldPods: 10, newPods: 0 }, { create: 2 }],
    ['what the old ones leave', { desired: 10, surge: 2, oldPods: 5, newPods: 0 }, { create: 7 }],
    ['all are there', { desired: 10, surge: 2, oldPods: 10, newPods: 2 }, { create: 0 }],
  ])('creates %s', (_, { desired, surge, oldPods, newPods }, expected) => {
    const progress = { desired, newPods, newAvailable: newPods, oldPods, oldAvailable: oldPods };
    expect(nextStep(progress, { surge, unavailable: 0 })).toMatchObject(expected);
  });

  test.each([
    // TestDeploymentController_reconcileOldReplicaSets: maxUnavailable; old (ready), new (ready) → removed
    ['down to what must be available', 0, 10, 10, 0, 0, 0],
    ['two may be missing', 2, 10, 10, 0, 0, 2],
    ['unhealthy ones first', 2, 10, 8, 0, 0, 2],
    ['nothing while the new ones are not ready', 2, 8, 8, 2, 0, 0],
    ['as many as there are new ones', 0, 10, 10, 2, 2, 2],
  ])('removes: %s', (_, unavailable, oldPods, oldAvailable, newPods, newAvailable, remove) => {
    const progress = { desired: 10, newPods, newAvailable, oldPods, oldAvailable };
    expect(nextStep(progress, { surge: 0, unavailable }).remove).toBe(remove);
  });

  test('a whole rollout of 4 pods with the default shares never has more than 5 nor fewer than 3 available', () => {
    const allowance = allowanceOf(4, share('25%'), share('25%'));
    let [oldPods, newPods, newAvailable] = [4, 0, 0];
    for (let round = 0; oldPods > 0 && round < 20; round++) {
      const progress = { desired: 4, newPods, newAvailable, oldPods, oldAvailable: oldPods };
      const { create, remove } = nextStep(progress, allowance);
      newPods += create;
      oldPods -= remove;
      expect(newPods + oldPods).toBeLessThanOrEqual(5);
      expect(newAvailable + oldPods).toBeGreaterThanOrEqual(3);
      newAvailable = newPods;
    }
    expect([oldPods, newPods]).toEqual([0, 4]);
  });
});
