/**
 * Replays a recording's set-up through the model: the same mesh, environment, proxies and operations, with nothing of
 * what was measured. All proxies connect first, as they did; writes reach istiod after a watch latency like the recorded
 * ones.
 */
import type { Coefficients } from '../../cost/coefficients.js';
import { streams as createStreams } from '../../engine/random/streams.js';
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from '../../engine/time.js';
import { assemble } from '../../fleet/assemble.js';
import { istiodOptions } from '../../fleet/istiod-options.js';
import { collectorOf, meshMachine } from '../../fleet/machine.js';
import type { Operation, SetUp } from '../../import/recording.js';
import type { IstioVersion, Profile } from '../../istio/profile.js';
import { PROFILES } from '../../istio/profiles.js';
import { newChange } from '../../pipeline/model/change.js';
import { eventsOf, writesOf } from './operations.js';
import { type Outcome, spanOf } from './outcome.js';
import { outcomeObserver } from './outcome-observer.js';
import { meshOf } from './set-up-mesh.js';
import { physicalCores, SleepyTimers, watchLatency } from './test-bed.js';

export interface ReplayOptions {
  readonly coefficients: Coefficients;
  /** Of the machine, the same for all its recordings. */
  readonly speed: number;
  readonly seed: string;
  /** When the recording stops, whatever is still under way; default: when all is done. */
  readonly until?: Nanos | undefined;
  /** When the heap is read; default: after the last operation. */
  readonly opsDone?: Nanos | undefined;
  /** Behaves like this instead of like the recorded version. */
  readonly profile?: Profile;
}

/** Operations begin this long after time 0. */
const LEAD = 50 * MILLISECOND;
/** Time for the proxies to connect before, besides what the admission limit makes of their number. */
const SETTLING = 4 * SECOND;
const ADMITTED_PER_SECOND = '25';

export function profileOf(istio: string): IstioVersion {
  const minor = istio.split('.').slice(0, 2).join('.');
  return minor === '1.17' || minor === '1.30' ? minor : '1.32-dev';
}

export function replay(setUp: SetUp, options: ReplayOptions): Outcome {
  const { coefficients, speed, seed, profile = PROFILES[profileOf(setUp.istio)] } = options;
  const streams = createStreams(seed, 0);
  const env: Record<string, string> = { PILOT_DEBOUNCE_AFTER: `${setUp.debounceAfterMs}ms`, ...setUp.env };
  const spec = { cpuCores: setUp.gomaxprocs, memoryBytes: 0, xds: setUp.xds, env };
  const { sidecars, gateways } = setUp.proxies;
  const perSecond = Number(env.PILOT_MAX_REQUESTS_PER_SECOND ?? ADMITTED_PER_SECOND);
  const start = SETTLING + Math.round(((3 * (sidecars + gateways)) / perSecond) * SECOND);
  const { sim, mesh, machine, istiod, observer } = assemble({
    mesh: meshOf(setUp),
    profile,
    options: istiodOptions(spec, profile, setUp.gomaxprocs),
    streams,
    start: 'cold',
    eventsWokenBy: 'network',
    // Loopback and a client that only counts.
    network: () => 100 * MICROSECOND,
    envoyApply: () => 200 * MICROSECOND,
    machineOf: (clock, mesh) => {
      const cores = setUp.gomaxprocs;
      const physical = physicalCores(setUp);
      const collector = collectorOf(env);
      return meshMachine(clock, {
        cores,
        profile,
        mesh,
        coefficients,
        speed: () => speed,
        streams,
        collector,
        physical,
        bareClients: true,
      });
    },
    onTimerDueOf: (clock, { processor }) => new SleepyTimers(clock, processor, streams.stream('timers')).notice,
    observerOf: (clock) => outcomeObserver(clock, start),
  });
  const { heap } = machine;
  sim.run(start);
  const [busyBefore, cyclesBefore] = [machine.cpuNanos(), heap?.cycles ?? 0];
  const latency = watchLatency(streams.stream('watch'));
  const plannedAt = (operation: Operation): Nanos => start + LEAD + Math.round(operation.at * MILLISECOND);
  let arrived: Nanos = 0;
  for (const [index, operation] of writesOf(setUp).entries()) {
    const at = plannedAt(operation);
    // A watch delivers in order; a forced push needs no write.
    const forced = operation.op === 'full';
    if (!forced) arrived = Math.max(arrived, at + latency());
    sim.at(forced ? at : arrived, () => {
      for (const event of eventsOf(operation, setUp)) istiod.observe(event, newChange(index, operation.op, sim.now));
    });
  }
  const last = Math.max(start + LEAD, ...setUp.ops.map(plannedAt));
  sim.run(options.opsDone === undefined ? last : start + options.opsDone);
  const bytesInUse = heap?.bytes ?? 0;
  sim.run(options.until === undefined ? undefined : start + options.until);
  const passed = (options.until ?? Math.max(last, sim.now) - start) / SECOND;
  const cpu = (machine.cpuNanos() - busyBefore) / SECOND + coefficients.idle.perSecond * 1e-6 * passed;
  const collections = (heap?.cycles ?? 0) - cyclesBefore;
  // Only the measured side's overlap matters.
  const counts = { served: 0, proxies: mesh.proxies.length, span: spanOf(setUp) };
  return { ...observer.outcome, ...counts, cpu, heap: bytesInUse, collections };
}
