/**
 * Replays a recording's set-up through the model: the same mesh, environment, proxies and operations, with nothing of
 * what was measured. All proxies connect first, as they did; writes reach istiod after a watch latency like the recorded
 * ones.
 */
import type { Coefficients } from '../../cost/coefficients.js';
import { RECORDED_WATCH } from '../../cost/watch-latency.js';
import { sampler } from '../../engine/random/distributions.js';
import { streams as createStreams, type Streams } from '../../engine/random/streams.js';
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from '../../engine/time.js';
import { type Assembled, assemble } from '../../fleet/assemble.js';
import { istiodOptions } from '../../fleet/istiod-options.js';
import { collectorOf, meshMachine } from '../../fleet/machine.js';
import type { Operation, SetUp } from '../../import/recording.js';
import { type IstioVersion, type Profile, profileOf } from '../../istio/profile.js';
import { MINORS, releaseOf } from '../../istio/releases.js';
import { newChange } from '../../pipeline/model/change.js';
import type { Observer } from '../../pipeline/observer.js';
import { eventsOf, writesOf } from './operations.js';
import { type Outcome, spanOf } from './outcome.js';
import { type OutcomeObserver, outcomeObserver } from './outcome-observer.js';
import { meshOf } from './set-up-mesh.js';
import { physicalCores, SleepyTimers } from './test-bed.js';

export interface ReplayOptions {
  readonly coefficients: Coefficients;
  /** Of the machine, the same for all its recordings. */
  readonly speed: number;
  readonly seed: string;
  /** When the recording stops, whatever is still under way; default: when all is done. */
  readonly until?: Nanos | undefined;
  /** When the heap is read; default: after the last operation. */
  readonly opsDone?: Nanos | undefined;
  /** Told everything, too: what comes before the recording begins at a negative time. */
  readonly listener?: (clock: { readonly now: Nanos }) => Partial<Observer>;
  /** Behaves like this instead of like the recorded version. */
  readonly profile?: Profile;
}

const drawWatch = sampler(RECORDED_WATCH);

/** Operations begin this long after time 0. */
const LEAD = 50 * MILLISECOND;
/** Time for the proxies to connect before, besides what the admission limit makes of their number. */
const SETTLING = 4 * SECOND;
const ADMITTED_PER_SECOND = '25';

/** The minor release of a recording, which stands for its newest patch; the recorded patch where that is another. */
export function versionOf(istio: string): IstioVersion {
  const minor = MINORS.find((name) => releaseOf(name).name === istio);
  return minor ?? istio;
}

export function replay(setUp: SetUp, options: ReplayOptions): Outcome {
  const start = startOf(setUp);
  const streams = createStreams(options.seed, 0);
  const { sim, mesh, machine, istiod, observer } = assembleReplay(setUp, options, streams, start);
  const { heap } = machine;
  sim.run(start);
  const [busyBefore, cyclesBefore] = [machine.cpuNanos(), heap?.cycles ?? 0];
  const plannedAt = (operation: Operation): Nanos => start + LEAD + Math.round(operation.at * MILLISECOND);
  operate(setUp, streams, plannedAt, (at, operation, index) =>
    sim.at(at, () => {
      const repeated = (setUp.inboundPerOp[operation.op] ?? 1) - 1;
      for (const event of eventsOf(operation, setUp))
        istiod.observe(event, newChange(index, operation.op, sim.now), repeated);
    }),
  );
  const last = Math.max(start + LEAD, ...setUp.ops.map(plannedAt));
  sim.run(options.opsDone === undefined ? last : start + options.opsDone);
  const bytesInUse = heap?.bytes ?? 0;
  sim.run(options.until === undefined ? undefined : start + options.until);
  const passed = (options.until ?? Math.max(last, sim.now) - start) / SECOND;
  const idle = options.coefficients.idle.perSecond * 1e-6 * passed;
  const cpu = (machine.cpuNanos() - busyBefore) / SECOND + idle;
  const collections = (heap?.cycles ?? 0) - cyclesBefore;
  // Only the measured side's overlap matters.
  const counts = { served: 0, proxies: mesh.proxies.length, span: spanOf(setUp) };
  return { ...observer.outcome, ...counts, cpu, heap: bytesInUse, collections };
}

/** When the recording begins: all clients have connected. Without an API server they have been there from the start. */
function startOf({ testbed, proxies, env }: SetUp): Nanos {
  if (testbed === undefined) return 0;
  const perSecond = Number(env.PILOT_MAX_REQUESTS_PER_SECOND ?? ADMITTED_PER_SECOND);
  return SETTLING + Math.round(((3 * (proxies.sidecars + proxies.gateways)) / perSecond) * SECOND);
}

/** Tells `act` when istiod hears of which operation. */
function operate(
  setUp: SetUp,
  streams: Streams,
  plannedAt: (operation: Operation) => Nanos,
  act: (at: Nanos, operation: Operation, index: number) => void,
): void {
  const watch = streams.stream('watch');
  const latency = () => (setUp.testbed === undefined ? 0 : Math.round(drawWatch(watch)));
  let arrived: Nanos = 0;
  for (const [index, operation] of writesOf(setUp).entries()) {
    const at = plannedAt(operation);
    // A watch delivers in order; a forced push needs no write.
    const forced = operation.op === 'full';
    if (!forced) arrived = Math.max(arrived, at + latency());
    act(forced ? at : arrived, operation, index);
  }
}

function assembleReplay(
  setUp: SetUp,
  options: ReplayOptions,
  streams: Streams,
  start: Nanos,
): Assembled<OutcomeObserver> {
  const { coefficients, speed, profile = profileOf(versionOf(setUp.istio)), listener } = options;
  const env = { PILOT_DEBOUNCE_AFTER: `${setUp.debounceAfterMs}ms`, ...setUp.env };
  const cores = setUp.gomaxprocs;
  const spec = { cpuCores: cores, memoryBytes: 0, xds: setUp.xds, env };
  return assemble({
    mesh: meshOf(setUp),
    profile,
    options: istiodOptions(spec, profile, cores),
    streams,
    start: start > 0 ? 'cold' : 'connected',
    eventsWokenBy: setUp.testbed === undefined ? 'timer' : 'network',
    // Loopback and a client that only counts.
    network: () => 100 * MICROSECOND,
    envoyApply: () => 200 * MICROSECOND,
    machineOf: (clock, mesh) =>
      meshMachine(clock, {
        cores,
        profile,
        mesh,
        coefficients,
        speed: () => speed,
        streams,
        collector: collectorOf(spec, profile.version),
        physical: physicalCores(setUp),
        bareClients: true,
      }),
    onTimerDueOf: (clock, { processor }) => new SleepyTimers(clock, processor, streams.stream('timers')).notice,
    observerOf: (clock) => {
      const observer = outcomeObserver(clock, start);
      return listener === undefined ? observer : bothOf(observer, listener(since(start, clock)));
    },
  });
}

function since(start: Nanos, clock: { readonly now: Nanos }): { readonly now: Nanos } {
  return {
    get now() {
      return clock.now - start;
    },
  };
}

function bothOf<O extends Observer>(observer: O, listener: Partial<Observer>): O {
  const heard = Object.entries(listener).map(([moment, listen]) => {
    const first = observer[moment as keyof Observer] as (...what: readonly unknown[]) => void;
    const both = (...what: readonly unknown[]): void => {
      first(...what);
      (listen as typeof first)(...what);
    };
    return [moment, both];
  });
  return { ...observer, ...Object.fromEntries(heard) };
}
