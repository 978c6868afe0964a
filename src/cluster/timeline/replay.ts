/** A timeline: writes that were seen in a cluster, made again at their times. */
import type { Nanos } from '../../engine/time.js';
import type { EndpointSlices, SliceEffect } from '../../mesh/services/endpoint-slices.js';
import { serviceOf, sliceOf } from '../../mesh/services/kubernetes.js';
import type { MeshSpec } from '../../mesh/spec.js';
import type { WatchEvent } from '../../pipeline/model/watch-event.js';
import { ClusterState, editOf, type Named } from '../cluster-state.js';
import type { TimelineSpec } from '../event-spec.js';
import { endpointsOf } from '../generators/effect-environment.js';
import type { ObjectName, TimedEvent, TimedWrite } from './timed-event.js';
import { linesOf } from './timeline-file.js';

/** The cluster that the writes are made in. */
export interface ReplayEnvironment {
  readonly cluster: ClusterState;
  readonly proxies: readonly Named[];
  readonly emit: (event: WatchEvent) => void;
}

/** Events of the window, `at` being the time of the simulation. */
export function* eventsOf(timeline: TimelineSpec): Generator<TimedEvent> {
  for (const { line } of linesOf(timeline.path)) {
    if (line.is !== 'event' || line.event.at < timeline.from) continue;
    if (timeline.until !== undefined && line.event.at >= timeline.until) return;
    yield { ...line.event, at: Math.round((line.event.at - timeline.from) / timeline.speedUp) };
  }
}

/** The mesh at the start of the window: as the scenario has it, with everything that was written before. */
export function meshAt(mesh: MeshSpec, timeline: TimelineSpec): MeshSpec {
  const cluster = new ClusterState(mesh);
  if (timeline.from === 0) return mesh;
  const write = writer({ cluster, proxies: [], emit: () => {} });
  for (const { line } of linesOf(timeline.path)) {
    if (line.is !== 'event') continue;
    if (line.event.at >= timeline.from) break;
    write(line.event.write);
  }
  return { ...mesh, ...cluster.toMesh() };
}

/** Makes one write. */
export function writer({ cluster, proxies, emit }: ReplayEnvironment): (write: TimedWrite) => void {
  const positions = new Map(proxies.map(({ namespace, name }, i) => [`${namespace}/${name}`, i]));
  const { slices } = cluster;
  return (write) => {
    switch (write.do) {
      case 'config': {
        const edit = editOf(cluster.config(write.object.kind, write.object), write.object);
        if (edit === undefined) return;
        cluster.putConfig(write.object);
        emit({ of: 'config', action: 'write', object: write.object, edit });
        return;
      }
      case 'service': {
        const { namespace, name } = write.object;
        const ready = slices.ready(namespace, name) ?? cluster.service({ namespace, name })?.ready ?? 0;
        const service = serviceOf(write.object, ready);
        cluster.putService(service, ready);
        emit({ of: 'service', action: 'write', service });
        return;
      }
      case 'slice': {
        const slice = sliceOf(write.object);
        if (slice !== undefined) tellOfSlice(slice.namespace, slices.write(slice), cluster, emit);
        return;
      }
      case 'meshConfig':
        emit({ of: 'mesh' });
        return;
      case 'ready': {
        const proxy = positions.get(`${write.proxy.namespace}/${write.proxy.name}`);
        if (proxy !== undefined) emit({ of: 'pod', proxy });
        return;
      }
      case 'pod':
        slices.podIsThere(write.pod.namespace, write.pod.name, write.isThere);
        return;
      case 'delete':
        deleteObject(write.of, cluster, emit);
        return;
      default:
        touch(write.of, write.do === 'touch' ? 'spec' : 'metadata', cluster, emit);
    }
  };
}

/** A slice that belongs to no service is nobody's endpoints. */
function tellOfSlice(
  namespace: string,
  { service, ready, changed, attributesOnly, labelled, accounts }: SliceEffect,
  cluster: ClusterState,
  emit: ReplayEnvironment['emit'],
): void {
  if (service === '') return;
  const live = cluster.service({ namespace, name: service });
  if (live !== undefined) Object.assign(live, { ready, labelled, accounts });
  const host = live?.spec.host ?? `${service}.${namespace}.svc.cluster.local`;
  const said = endpointsOf({ spec: { namespace, host }, ready, labelled, accounts });
  emit({ ...said, changed, ...(attributesOnly && { attributesOnly }) });
}

function deleteObject(of: ObjectName, cluster: ClusterState, emit: ReplayEnvironment['emit']): void {
  const { kind, namespace, name } = of;
  if (kind === 'EndpointSlice') {
    const effect = cluster.slices.delete(namespace, name);
    if (effect !== undefined) tellOfSlice(namespace, effect, cluster, emit);
    return;
  }
  if (kind === 'Service') {
    const live = cluster.service(of);
    if (live === undefined) return;
    cluster.removeService(of);
    emit({ of: 'service', action: 'delete', namespace, host: live.spec.host });
    return;
  }
  if (cluster.config(kind, of) === undefined) return;
  cluster.removeConfig(kind, of);
  emit({ of: 'config', action: 'delete', kind, namespace, name });
}

/** Written with content that nobody knows: taken as changed. */
function touch(
  of: ObjectName,
  edit: 'spec' | 'metadata',
  cluster: ClusterState,
  emit: ReplayEnvironment['emit'],
): void {
  const { kind, namespace } = of;
  if (kind === 'EndpointSlice') {
    const service = sliceService(of, cluster.slices);
    const live = cluster.service({ namespace, name: service });
    const ready = cluster.slices.ready(namespace, service) ?? live?.ready ?? 0;
    tellOfSlice(namespace, { service, ready, changed: true, attributesOnly: false }, cluster, emit);
    return;
  }
  if (kind === 'Service') {
    const live = cluster.service(of);
    if (live === undefined) return;
    const touched = Number(live.spec.labels?.['pushsim/touched'] ?? 0) + 1;
    live.spec = { ...live.spec, labels: { ...live.spec.labels, 'pushsim/touched': String(touched) } };
    emit({ of: 'service', action: 'write', service: live.spec });
    return;
  }
  const object = cluster.config(kind, of);
  if (object !== undefined) emit({ of: 'config', action: 'write', object, edit });
}

/** Kubernetes names a slice after its service, with five characters more. */
function sliceService({ namespace, name, service }: ObjectName, slices: EndpointSlices): string {
  return service ?? slices.knows(namespace, name)?.service ?? name.replace(/-[a-z0-9]{5}$/, '');
}

/** When the last event of the window happens, as simulated time. */
export function windowLength({ from, until, speedUp }: TimelineSpec, lasts: Nanos): Nanos {
  return Math.max(1, Math.round((Math.min(until ?? lasts, lasts) - from) / speedUp));
}
