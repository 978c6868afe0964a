import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { GoProcessor } from '../../src/engine/cpu/go-processor.js';
import type { Goroutine } from '../../src/engine/cpu/processor.js';
import { type BenchSetup, istiodBench, VERSIONS } from '../support/bench.js';
import { meshOf, service, sidecar, sidecarScope } from '../support/mesh.js';
import { ms } from '../support/time.js';

const NAMESPACES = ['a', 'b', 'c'];

/** Counts wakes; `skippable` false: every push goes through its sender and its stream. */
class Counting extends GoProcessor {
  wakes = 0;
  skippable = true;

  override get handsOn(): boolean {
    return this.skippable && super.handsOn;
  }

  override wake(goroutine: Goroutine): void {
    this.wakes += 1;
    super.wake(goroutine);
  }
}

const write = fc.record({
  at: fc.nat({ max: 60 }),
  to: fc.constantFrom(...NAMESPACES),
  what: fc.constantFrom(
    'endpoints' as const,
    'endpoints' as const,
    'route' as const,
    'service' as const,
    'pod' as const,
  ),
  number: fc.nat({ max: 3 }),
});
const setup = fc.record({
  version: fc.constantFrom(...VERSIONS),
  seed: fc.nat(),
  cores: fc.constantFrom(1, 1, 2, 3),
  pushThrottle: fc.integer({ min: 1, max: 4 }),
  proxies: fc.integer({ min: 1, max: 12 }),
  enableEdsDebounce: fc.boolean(),
  /** Microseconds. */
  dispatch: fc.constantFrom(0, 4, 900),
  writes: fc.array(write, { minLength: 1, maxLength: 40 }),
});
type Setup = typeof setup extends fc.Arbitrary<infer T> ? T : never;

/** Each namespace sees its own three services; everything that can be seen of the run. */
function run(
  { version, seed, cores, pushThrottle, proxies, enableEdsDebounce, dispatch, writes }: Setup,
  skippable: boolean,
) {
  let counting: Counting | undefined;
  const processor: BenchSetup['processor'] = (simulation, streams) => {
    const late = streams.stream('monitor');
    // Slices often end with a step, to the nanosecond.
    counting = new Counting(simulation, cores, { monitorLate: () => late.integer(100) * ms(0.1) });
    counting.skippable = skippable;
    return counting;
  };
  const bench = istiodBench({
    version,
    seed: String(seed),
    processor,
    options: { pushThrottle, enableEdsDebounce, debounceAfter: ms(10) },
    mesh: meshOf({
      services: NAMESPACES.flatMap((home) => [0, 1, 2].map((i) => service(`${home}/s${i}`, { endpoints: 2 }))),
      configs: [sidecarScope('istio-system/default', ['./*'])],
      proxies: NAMESPACES.map((home) => sidecar(`${home}/p`, { count: proxies })),
    }),
    generate: 0.7,
    proxyState: 0.1,
    network: 0.3,
    envoyApply: 0.2,
    cost: { dispatch: () => dispatch * 1_000 },
  });
  for (const { at, to, what, number } of writes) {
    const when = bench.at(at);
    if (what === 'endpoints') when.endpoints(`${to}/s${number % 3}`, number);
    else if (what === 'route') when.change(`vs/${to}/s${number % 3}`);
    else if (what === 'service') when.service(`${to}/s${number}`);
    else when.pod(bench.mesh.proxies[(number * proxies) % bench.mesh.proxies.length]!.name);
  }
  bench.run();
  const { dequeued, converged, skipped, messages, used, completed } = bench.notes;
  const plain = ({ request, ...push }: (typeof dequeued)[number] | (typeof converged)[number]) => ({
    ...push,
    keys: request.keys.size,
  });
  return {
    wakes: counting!.wakes,
    skipped,
    dequeued: dequeued.map(plain),
    converged: converged.map(plain),
    messages,
    used: used.map(({ change, by, at }) => [change.id, by.id, at]),
    completed: completed.map(({ id }) => id),
    pendingCount: bench.changes.map((change) => change.pendingCount),
    metrics: bench.metrics(),
    executed: bench.simulation.executed,
    busy: counting!.busyNanos,
  };
}

describe('a push that its proxy does not need, done on the spot', () => {
  property.prop([setup], { seed: 20_261_121, numRuns: 300 })(
    'leaves everything as if its sender and its stream had each had their turn',
    (load) => {
      const { wakes: few, ...skippable } = run(load, true);
      const { wakes: all, ...walking } = run(load, false);
      expect(skippable).toEqual(walking);
      expect(few).toBeLessThanOrEqual(all);
    },
  );

  test('wakes nobody, but for those who got a slot before all slots were taken', () => {
    const load: Setup = {
      version: '1.30',
      seed: 1,
      cores: 1,
      pushThrottle: 4,
      proxies: 100,
      enableEdsDebounce: true,
      dispatch: 4,
      writes: [{ at: 0, to: 'a', what: 'endpoints', number: 1 }],
    };
    const [skippable, walking] = [run(load, true), run(load, false)];
    expect(walking.skipped.length).toBe(200);
    expect(walking.wakes - skippable.wakes).toBeGreaterThan(500);
  });
});
