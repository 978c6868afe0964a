/**
 * Replays a recording's set-up through the model: the same mesh, environment, proxies and operations, with nothing of
 * what was measured but one speed factor.
 */
import type { Coefficients } from '../../cost/coefficients.js';
import { streams as createStreams } from '../../engine/random/streams.js';
import { MICROSECOND, MILLISECOND, type Nanos, SECOND } from '../../engine/time.js';
import { assemble } from '../../fleet/assemble.js';
import { istiodOptions } from '../../fleet/istiod-options.js';
import { meshMachine } from '../../fleet/machine.js';
import type { Operation, SetUp } from '../../import/recording.js';
import { type IstioVersion, type Profile, profileOf } from '../../istio/profile.js';
import { MINORS, releaseOf } from '../../istio/releases.js';
import { newChange } from '../../pipeline/model/change.js';
import type { WatchEvent } from '../../pipeline/model/watch-event.js';
import { type Observer, SILENT } from '../../pipeline/observer.js';
import { type Outcome, spanOf } from './outcome.js';
import { destinationRuleAt, gatewayAt, meshOf, serviceAt, virtualServiceAt } from './set-up-mesh.js';
import { blockingDriver, SleepyTimers, wanderingSpeed } from './test-bed.js';

export interface ReplayOptions {
  readonly coefficients: Coefficients;
  readonly speed: number;
  readonly seed: string;
  /** Whether the machine's speed wanders as the recording machine's did. */
  readonly wander: boolean;
  /** When the recording stops, whatever is still under way; default: when all is done. */
  readonly until?: Nanos | undefined;
  /** Told everything, too. */
  readonly listener?: (clock: { readonly now: Nanos }) => Partial<Observer>;
  /** Behaves like this instead of like the recorded version. */
  readonly profile?: Profile;
}

/** Operations begin this long after time 0; the CPU is read right after the last one. */
const LEAD = 50 * MILLISECOND;

/** The minor release of a recording, which stands for its newest patch; the recorded patch where that is another. */
export function versionOf(istio: string): IstioVersion {
  const minor = MINORS.find((name) => releaseOf(name).name === istio);
  return minor ?? istio;
}

export function replay(setUp: SetUp, options: ReplayOptions): Outcome {
  const { coefficients, speed, seed, wander, profile = profileOf(versionOf(setUp.istio)) } = options;
  const streams = createStreams(seed, 0);
  const env = { PILOT_DEBOUNCE_AFTER: `${setUp.debounceAfterMs}ms`, ...setUp.env };
  const spec = { cpuCores: setUp.gomaxprocs, memoryBytes: 0, xds: setUp.xds, env };
  const { sim, mesh, machine, istiod, observer, onTimerDue } = assemble({
    mesh: meshOf(setUp),
    profile,
    options: istiodOptions(spec, profile, setUp.gomaxprocs),
    streams,
    start: 'connected',
    eventsWokenBy: 'timer',
    // Loopback and a client that only counts.
    network: () => 100 * MICROSECOND,
    envoyApply: () => 200 * MICROSECOND,
    machineOf: (clock, mesh) => {
      const pace = wander ? wanderingSpeed(clock, speed, streams.stream('machine')) : () => speed;
      return meshMachine(clock, { cores: setUp.gomaxprocs, profile, mesh, coefficients, speed: pace, streams });
    },
    onTimerDueOf: (clock, { processor }) => new SleepyTimers(clock, processor, streams.stream('timers')).notice,
    observerOf: (clock) => {
      const observer = outcomeObserver(clock);
      return options.listener === undefined ? observer : bothOf(observer, options.listener(clock));
    },
  });
  const { processor, heap } = machine;
  const driver = blockingDriver(streams.stream('driver'));
  const plannedAt = (operation: Operation): Nanos => LEAD + Math.round(operation.at * MILLISECOND);
  /** The driver sleeps from one operation to the next. */
  function operate(index: number): void {
    const operation = setUp.ops[index];
    if (operation === undefined) return;
    sim.at(Math.max(sim.now, plannedAt(operation)), () => onTimerDue!(() => act(operation, index)));
  }
  function act(operation: Operation, index: number): void {
    const events = eventsOf(operation, setUp);
    const duplicateUpdates = (setUp.inboundPerOp[operation.op] ?? 1) - 1;
    for (const event of events) istiod.observe(event, newChange(index, operation.op, sim.now), duplicateUpdates);
    const isLast = index === setUp.ops.length - 1;
    if (isLast && operation.op !== 'full') processor.wakeByTimer(driver);
    operate(index + 1);
  }
  operate(0);
  const last = Math.max(LEAD, ...setUp.ops.map(plannedAt));
  sim.run(last);
  const idle = (coefficients.idle.perSecond * MICROSECOND * (last / SECOND)) / SECOND;
  const cpu = (processor.busyNanos + (heap?.idleNanos ?? 0)) / SECOND + idle;
  const bytesInUse = heap?.bytes ?? 0;
  sim.run(options.until);
  // Only the measured side's overlap matters.
  return { ...observer.outcome, served: 0, proxies: mesh.proxies.length, span: spanOf(setUp), cpu, heap: bytesInUse };
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

function eventsOf({ op, svc, n }: Operation, { mesh }: SetUp): readonly WatchEvent[] {
  const service = serviceAt(svc, mesh);
  switch (op) {
    case 'ep':
    case 'slice':
      return [{ of: 'endpoints', namespace: service.namespace, host: service.host, ready: n, changed: false }];
    case 'svc':
      return [{ of: 'service', action: 'write', service: { ...service, endpoints: 0 } }];
    case 'vs':
      return [{ of: 'config', action: 'write', object: virtualServiceAt(svc, mesh), edit: 'spec' }];
    case 'dr':
      return [{ of: 'config', action: 'write', object: destinationRuleAt(svc, mesh), edit: 'spec' }];
    case 'gw':
      return [{ of: 'config', action: 'write', object: gatewayAt(svc), edit: 'spec' }];
    case 'full':
      return [{ of: 'mesh' }];
  }
}

interface OutcomeObserver extends Observer {
  readonly outcome: Omit<Outcome, 'cpu' | 'heap' | 'served' | 'proxies' | 'span'>;
}

function outcomeObserver(clock: { readonly now: Nanos }): OutcomeObserver {
  const merged: number[] = [];
  const queue: number[] = [];
  const convergence: number[] = [];
  const inPush: number[] = [];
  const begun = new Map<number, Nanos>();
  const context: number[] = [];
  const messages: Record<string, number> = {};
  const bytes: Record<string, number> = {};
  const generation: Record<string, number[]> = {};
  const seconds = (nanos: Nanos) => nanos / SECOND;
  return {
    ...SILENT,
    outcome: { merged, messages, bytes, queue, convergence, inPush, context, generation },
    pushStarted: (kind, count) => {
      if (kind !== 'bypass') merged.push(count);
    },
    contextBuilt: (took) => context.push(seconds(took)),
    dequeued: (_, __, waited) => queue.push(seconds(waited)),
    skippedMany: ({ since, count, times }) => {
      for (const at of times.subarray(0, count)) queue.push(seconds(at - since));
    },
    taken: (connection) => begun.set(connection.id, clock.now),
    converged: (connection, _, took) => {
      convergence.push(seconds(took));
      inPush.push(seconds(clock.now - (begun.get(connection.id) ?? clock.now)));
    },
    sent: (_, type, { generated, bytes: size }) => {
      messages[type] = (messages[type] ?? 0) + 1;
      bytes[type] = (bytes[type] ?? 0) + size;
      generation[type] ??= [];
      generation[type].push(seconds(generated));
    },
  };
}
