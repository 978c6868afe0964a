/**
 * The machine istiod runs on and what its work costs there: Go's run queue and costs derived from the mesh, or plain
 * numbers on first-come-first-served cores.
 */

import { coefficientsOf } from '../cost/calibrated/index.js';
import type { Coefficients } from '../cost/coefficients.js';
import { flatCostModel } from '../cost/flat.js';
import { Heap } from '../cost/heap.js';
import { InFlight, outsideBytes, structuralBytes, WatchedNames } from '../cost/live-bytes.js';
import { meshCostModel } from '../cost/mesh-costs.js';
import type { CostModel } from '../cost/model.js';
import { Quota } from '../cost/quota.js';
import { CacheWarmUp } from '../cost/warm-up.js';
import { FifoProcessor } from '../engine/cpu/fifo-processor.js';
import { GoProcessor } from '../engine/cpu/go-processor.js';
import type { Processor } from '../engine/cpu/processor.js';
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import { MICROSECOND, type Nanos } from '../engine/time.js';
import { softMemoryShare } from '../istio/connection-rules.js';
import type { Profile } from '../istio/profile.js';
import type { Mesh } from '../mesh/mesh.js';
import type { CostSpec, IstiodSpec } from './spec.js';

export interface Machine {
  readonly processor: Processor;
  readonly cost: CostModel;
  /** Absent where memory is not modelled. */
  readonly heap: Heap | undefined;
  /** CPU that has really been used, by idle cores' marking too: a stopped thread holds its P and uses none. */
  readonly cpuNanos: () => Nanos;
  /** The most memory istiod's process has had so far: heap, stacks, runtime; 0 where memory is not modelled. */
  readonly memoryBytes: () => number;
  /** Periods of 100 ms in which a CPU limit stopped it. */
  readonly throttledPeriods: () => number;
  /** The process is dead. */
  readonly halt: () => void;
}

/** Cores in order of arrival and the scenario's own numbers. */
export function flatMachine(
  sim: Simulation,
  cores: number,
  costs: CostSpec,
  streams: Streams,
  watching?: Watching,
): Machine {
  const fifo = new FifoProcessor(sim, cores);
  return {
    processor: watching?.(fifo) ?? fifo,
    cost: flatCostModel(costs, streams),
    heap: undefined,
    cpuNanos: () => fifo.busyNanos,
    memoryBytes: () => 0,
    throttledPeriods: () => 0,
    halt: () => fifo.halt(),
  };
}

export interface MeshMachineOptions {
  readonly cores: number;
  readonly profile: Profile;
  readonly mesh: Mesh;
  readonly coefficients: Coefficients;
  /** Speed of a core now, relative to the one the coefficients hold for. */
  readonly speed: () => number;
  readonly streams: Streams;
  readonly collector?: CollectorOptions;
  /** Cores there really are for istiod's threads, a fraction included; default: as many as Ps. */
  readonly physical?: number;
  /** Clients without TLS and node metadata, as in the recordings. */
  readonly bareClients?: boolean;
  /** CPU limit in cores; default: none. */
  readonly limit?: number;
  /** What the processor looks like to all who use it, the collector included: a trace sees everything or nothing. */
  readonly watching?: Watching | undefined;
}

/** GOGC in percent and GOMEMLIMIT in bytes. */
export interface CollectorOptions {
  readonly gogc?: number;
  readonly limit?: number | undefined;
}

/** GOMEMLIMIT is what the environment says, else what the chart or the binary makes of the container's limit. */
export function collectorOf(
  { env, memoryBytes }: Pick<IstiodSpec, 'env' | 'memoryBytes'>,
  version: string,
): CollectorOptions {
  const share = softMemoryShare(version);
  const ofContainer = share === undefined || memoryBytes === 0 ? undefined : share * memoryBytes;
  const limit = env.GOMEMLIMIT === undefined ? ofContainer : parseGoBytes(env.GOMEMLIMIT);
  return { gogc: env.GOGC === 'off' ? Infinity : Number(env.GOGC ?? 100), limit };
}

/** `250MiB` as the Go runtime reads it. */
function parseGoBytes(text: string): number | undefined {
  if (text === 'off') return undefined;
  const [, number = '', unit = ''] = /^(\d+)(B|KiB|MiB|GiB|TiB|)$/.exec(text) ?? [];
  return Number(number) * 1024 ** Math.max(0, ['B', 'KiB', 'MiB', 'GiB', 'TiB'].indexOf(unit));
}

export type Watching = (processor: Processor) => Processor;

export function meshMachine(sim: Simulation, options: MeshMachineOptions): Machine {
  const {
    cores,
    profile,
    mesh,
    coefficients,
    speed,
    streams,
    physical = cores,
    limit = Infinity,
    bareClients = false,
  } = options;
  const { memory } = coefficients;
  const goProcessor = new GoProcessor(sim, cores);
  const processor = options.watching?.(goProcessor) ?? goProcessor;
  const isShort = physical < cores || limit < cores;
  const quota = isShort ? new Quota({ clock: sim, physical, limit, busyPs: () => goProcessor.busyCores }) : undefined;
  const inFlight = new InFlight(memory.pooledBuffers > 0);
  const watched = new WatchedNames();
  const outside = (): number => outsideBytes(memory, watched.proxies);
  const perProxyBytes = memory.perProxy + (bareClients ? 0 : memory.perEnvoy);
  const heap = new Heap({
    clock: sim,
    processor,
    live: () => structuralBytes(memory, mesh, watched, perProxyBytes) + inFlight.bytes,
    outside,
    onCycle: () => inFlight.collected(),
    ...options.collector,
    markNanosPerByte: (memory.markPerMegabyte * MICROSECOND) / 1e6 / speed(),
    phase: streams.stream('heap').uniform(),
  });
  const stream = streams.stream('unrest');
  const cache = {
    shared: profile.oneCache,
    routesDependOnServices: profile.endpointsDropRoutes,
    endpointsByNodeType: profile.endpointsByNodeType,
  };
  return {
    processor,
    cost: meshCostModel({
      coefficients,
      mesh,
      cache,
      speed,
      quota,
      heap,
      perProxyBytes,
      inFlight,
      watched,
      cacheWarmUp: new CacheWarmUp(sim, cores),
      stream,
      clock: sim,
    }),
    heap,
    cpuNanos: () => processor.busyNanos + heap.idleNanos - (quota?.stoppedNanos ?? 0),
    memoryBytes: () => heap.peak + outside(),
    throttledPeriods: () => quota?.throttledPeriods ?? 0,
    halt: () => goProcessor.halt(),
  };
}

/** What istiod decides, and what its work costs unless that is what its release says. */
export interface IstiodBehaviour {
  readonly profile: Profile;
  readonly coefficients?: Coefficients | undefined;
}

/** The machine a scenario describes. */
export function machineOf(
  sim: Simulation,
  costs: CostSpec,
  cores: number,
  { profile, coefficients = coefficientsOf(profile.version) }: IstiodBehaviour,
  mesh: Mesh,
  streams: Streams,
  watching: Watching | undefined,
  istiod: Pick<IstiodSpec, 'cpuCores' | 'env' | 'memoryBytes'>,
): Machine {
  if (costs.model === 'flat') return flatMachine(sim, cores, costs, streams, watching);
  return meshMachine(sim, {
    cores,
    profile,
    mesh,
    coefficients,
    speed: () => costs.speed,
    streams,
    watching,
    collector: collectorOf(istiod, profile.version),
    limit: istiod.cpuCores,
  });
}
