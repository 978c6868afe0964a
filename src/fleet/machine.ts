/**
 * The machine istiod runs on and what its work costs there: Go's run queue and costs derived from the mesh, or plain
 * numbers on first-come-first-served cores.
 */

import { coefficientsOf } from '../cost/calibrated/index.js';
import type { Coefficients } from '../cost/coefficients.js';
import { drawFrom, flatCostModel } from '../cost/flat.js';
import { Heap, liveBytes } from '../cost/heap.js';
import { meshCostModel } from '../cost/mesh-costs.js';
import type { CostModel } from '../cost/model.js';
import { CacheWarmUp } from '../cost/warm-up.js';
import { FifoProcessor } from '../engine/cpu/fifo-processor.js';
import { GoProcessor } from '../engine/cpu/go-processor.js';
import type { Processor } from '../engine/cpu/processor.js';
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import { MICROSECOND, MILLISECOND } from '../engine/time.js';
import type { Profile } from '../istio/profile.js';
import type { Mesh } from '../mesh/mesh.js';
import type { CostSpec } from './spec.js';

export interface Machine {
  readonly processor: Processor;
  readonly cost: CostModel;
  /** Absent where memory is not modelled. */
  readonly heap: Heap | undefined;
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
  /** What the processor looks like to all who use it, the collector included: a trace sees everything or nothing. */
  readonly watching?: Watching | undefined;
  /** Proxies that are connected now, where they come and go; absent: all of the mesh. */
  readonly served?: (() => number) | undefined;
  /** Go's soft memory limit in bytes, if it has one. */
  readonly softMemoryLimit?: number | undefined;
}

export type Watching = (processor: Processor) => Processor;

export function meshMachine(sim: Simulation, options: MeshMachineOptions): Machine {
  const { cores, profile, mesh, coefficients, speed, streams } = options;
  const { memory } = coefficients;
  const late = drawFrom({ kind: 'uniform', min: 0, max: 10 * MILLISECOND }, streams, 'monitor');
  const goProcessor = new GoProcessor(sim, cores, { monitorLate: () => Math.min(late(), 10 * MILLISECOND) });
  const processor = options.watching?.(goProcessor) ?? goProcessor;
  const atStart = liveBytes(memory, mesh.proxies.length, mesh.serviceCount);
  const heap = new Heap({
    clock: sim,
    processor,
    overhead: memory.overhead,
    get live() {
      return options.served === undefined ? atStart : liveBytes(memory, options.served(), mesh.serviceCount);
    },
    softLimit: options.softMemoryLimit,
    allocation: (memory.allocatedPerMicrosecond / MICROSECOND) * speed(),
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
      heap,
      cacheWarmUp: new CacheWarmUp(sim, cores),
      stream,
      clock: sim,
    }),
    heap,
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
  watching?: Watching,
  fleet?: Pick<MeshMachineOptions, 'served' | 'softMemoryLimit'>,
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
    ...fleet,
  });
}
