/** The pods of a workload, counted as they come and go, against lists that are looked through each time. */
import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { type Pod, PodSet } from '../../src/fleet/pod-set.js';

const made = (): Pod => ({
  envoy: undefined as never,
  generation: 1,
  zone: undefined,
  appReady: false,
  phase: 'starting',
  isAvailable: false,
});

const step = fc.oneof(
  fc.constant(['add', 0] as const),
  fc.tuple(fc.constantFrom('ready', 'available', 'remove', 'victims'), fc.nat(30)),
);

test('counts and victims are those of a list: who is not ready goes first, then the youngest', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const set = new PodSet();
      let list: Pod[] = [];
      const wasReady = new Set<Pod>();
      for (const [what, n] of steps) {
        const pod = list[n % Math.max(1, list.length)];
        if (what === 'add') {
          const next = made();
          set.add(next);
          list.push(next);
        } else if (pod === undefined) continue;
        else if (what === 'ready' && pod.phase === 'starting') set.becameReady(pod);
        else if (what === 'available' && pod.phase === 'ready' && !pod.isAvailable) set.becameAvailable(pod);
        else if (what === 'remove') {
          expect(set.remove(pod)).toBe(wasReady.has(pod));
          list = list.filter((one) => one !== pod);
        } else if (what === 'victims') {
          const rank = ({ phase }: Pod) => (phase === 'ready' ? 1 : 0);
          const sorted = [...list].reverse().sort((a, b) => rank(a) - rank(b));
          expect(set.victims(n)).toEqual(sorted.slice(0, n));
        }
        if (pod?.phase === 'ready') wasReady.add(pod);
        expect([set.size, set.ready, set.available]).toEqual([
          list.length,
          list.filter(({ phase }) => phase === 'ready').length,
          list.filter(({ isAvailable }) => isAvailable).length,
        ]);
        expect(set.all()).toEqual(list);
      }
    }),
  );
});
