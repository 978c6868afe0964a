/** What goes on by itself until the run is over: jobs, the autoscaler, the kernel's eye on memory. */
import type { Named } from '../cluster/cluster-state.js';
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import { type Nanos, SECOND } from '../engine/time.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';
import { Autoscaler, type PodUsage, proposedReplicas, SYNC_PERIOD } from './autoscaler.js';
import type { ControlPlane, IstiodPod } from './control-plane.js';
import type { IstiodProcess } from './istiod-process.js';
import type { FleetSpec, SimulationSpec, WorkloadSpec } from './spec.js';
import type { Workloads } from './workloads.js';

/** How often the memory of each istiod is looked at. */
const MEMORY_PERIOD: Nanos = SECOND / 4;

export interface WatchedFleet {
  readonly sim: Simulation;
  readonly planes: readonly ControlPlane[];
  readonly workloads: Workloads;
  /** What the autoscaler wanted, whenever that changed. */
  readonly replicas: { at: Nanos; replicas: number }[];
  outOfMemory: number;
}

interface Watching {
  readonly spec: SimulationSpec;
  readonly fleet: FleetSpec;
}

type Write = (source: string, event: WatchEvent) => void;

export function watchOver(watched: WatchedFleet, { spec, fleet }: Watching, write: Write, streams: Streams): void {
  const { duration } = spec.run;
  for (const workload of fleet.workloads)
    if (workload.every > 0) repeatJob(watched, workload, duration, write, streams);
  if (fleet.autoscale !== undefined) autoscale(watched, fleet.autoscale, duration);
  const { memoryBytes } = spec.istiod;
  if (spec.costs.model === 'mesh' && memoryBytes > 0)
    every(watched.sim, MEMORY_PERIOD, duration, () => checkMemory(watched, memoryBytes));
}

function repeatJob(
  { sim, workloads }: WatchedFleet,
  { namespace, name, every: period }: WorkloadSpec,
  duration: Nanos,
  write: Write,
  streams: Streams,
): void {
  const source = `job ${namespace}/${name}`;
  const cause = {
    random: streams.stream('target', source),
    emit: (event: WatchEvent): void => write(source, event),
  };
  every(sim, period, duration, () => workloads.runJob({ namespace, name } satisfies Named, cause));
}

function every(sim: Simulation, period: Nanos, duration: Nanos, act: () => void): void {
  const again = (): void => {
    act();
    if (sim.now + period < duration) sim.after(period, again);
  };
  if (sim.now + period < duration) sim.after(period, again);
}

function checkMemory(watched: WatchedFleet, limit: number): void {
  for (const plane of watched.planes) {
    for (const pod of [...plane.pods]) {
      const { process } = pod;
      if (process === undefined || process.machine.memoryBytes() <= limit) continue;
      watched.outOfMemory += 1;
      plane.kill(pod, 'out of memory');
    }
  }
}

function autoscale(
  { sim, planes, replicas }: WatchedFleet,
  spec: NonNullable<FleetSpec['autoscale']>,
  duration: Nanos,
): void {
  const [plane] = planes as readonly [ControlPlane];
  const scaler = new Autoscaler(spec);
  const busyBefore = new Map<IstiodProcess, Nanos>();
  replicas.push({ at: 0, replicas: plane.desired });
  every(sim, SYNC_PERIOD, duration, () => {
    const pods = plane.pods.filter(({ phase }) => phase === 'ready' || phase === 'starting');
    const usages = pods.map((pod) => usageOf(pod, busyBefore, sim.now));
    const proposal = proposedReplicas(usages, plane.desired, spec.cpuRequest, spec.cpu);
    const next = scaler.decide(sim.now, plane.desired, proposal);
    if (next === plane.desired) return;
    replicas.push({ at: sim.now, replicas: next });
    plane.scale(next);
  });
}

/** Cores used since the last look; one that has just started has no sample yet. */
function usageOf({ process, phase }: IstiodPod, busyBefore: Map<IstiodProcess, Nanos>, now: Nanos): PodUsage {
  if (process === undefined) return { cpu: undefined, isReady: false };
  const busy = process.machine.cpuNanos();
  const before = busyBefore.get(process);
  busyBefore.set(process, busy);
  const isNew = before === undefined && process.startedAt > 0 && now - process.startedAt < SYNC_PERIOD;
  return { cpu: isNew ? undefined : (busy - (before ?? 0)) / SYNC_PERIOD, isReady: phase === 'ready' };
}
