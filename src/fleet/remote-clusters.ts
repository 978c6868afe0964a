/**
 * The other clusters of a mesh, as an istiod that starts meets them: it waits until it has listed each, at most as long as
 * `PILOT_REMOTE_CLUSTER_TIMEOUT` says, and then serves without those that are late. What such a cluster has becomes
 * known to it service by service when it is listed at last (`pkg/kube/multicluster`: Controller.HasSynced).
 */
import type { ClusterState } from '../cluster/cluster-state.js';
import type { Simulation } from '../engine/simulation.js';
import { type Nanos, SECOND } from '../engine/time.js';
import { parseGoDuration } from '../istio/environment/go-duration.js';
import type { MeshSpec, ServiceSpec } from '../mesh/spec.js';
import { type Change, newChange } from '../pipeline/model/change.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';
import type { Emptiness } from './empty-services.js';
import type { IstiodProcess } from './istiod-process.js';
import type { IstiodSpec, RemoteClusterSpec } from './spec.js';

const TIMEOUT: Nanos = 30 * SECOND;

interface Late {
  readonly cluster: RemoteClusterSpec;
  /** After the process has begun to serve. */
  readonly after: Nanos;
}

export interface RemoteClustersSetup {
  readonly sim: Simulation;
  readonly cluster: ClusterState;
  readonly istiod: IstiodSpec;
  readonly clusters: readonly (RemoteClusterSpec & { readonly draw: () => Nanos })[];
}

export class RemoteClusters {
  /** Clusters that an istiod served without: times, how long, and times the proxies it served by the end of it. */
  readonly late: Emptiness = { times: 0, nanos: 0, proxyNanos: 0 };
  readonly #lateOf = new Map<string, readonly Late[]>();
  #changes = 0;

  constructor(private readonly setup: RemoteClustersSetup) {}

  /** How long the pod's process takes to start, given what it would take without other clusters. */
  startUp(pod: string, own: Nanos): Nanos {
    const { clusters, istiod } = this.setup;
    const set = istiod.env.PILOT_REMOTE_CLUSTER_TIMEOUT;
    const timeout = set === undefined ? TIMEOUT : Number(parseGoDuration(set));
    const synced = clusters.map((cluster) => ({ cluster, at: cluster.draw() }));
    const waits = Math.max(own, ...synced.map(({ at }) => Math.min(at, Math.max(own, timeout))));
    this.#lateOf.set(
      pod,
      synced.filter(({ at }) => at > waits).map(({ cluster, at }) => ({ cluster, after: at - waits })),
    );
    return waits;
  }

  /** What the pod's new process lists: the mesh without the clusters that are late. */
  seenBy(pod: string, mesh: MeshSpec): MeshSpec {
    const late = this.#lateOf.get(pod) ?? [];
    if (late.length === 0) return mesh;
    const away = new Map<string, number>();
    for (const { namespace, host, endpoints } of late.flatMap(({ cluster }) => cluster.services))
      away.set(`${namespace}/${host}`, (away.get(`${namespace}/${host}`) ?? 0) + endpoints);
    const services = mesh.services.flatMap((service): ServiceSpec[] => {
      const missing = away.get(`${service.namespace}/${service.host}`);
      if (missing === undefined) return [service];
      return service.endpoints > missing ? [{ ...service, endpoints: service.endpoints - missing }] : [];
    });
    return { ...mesh, services };
  }

  /** The process serves; it learns of the late clusters one by one. */
  started(process: IstiodProcess, knows: MeshSpec): void {
    const late = this.#lateOf.get(process.pod) ?? [];
    this.#lateOf.delete(process.pod);
    const known = new Set(knows.services.map(({ namespace, host }) => `${namespace}/${host}`));
    for (const { cluster, after } of late)
      this.setup.sim.after(after, () => this.#listed(process, cluster, after, known));
  }

  #listed(process: IstiodProcess, { name, services }: RemoteClusterSpec, after: Nanos, known: Set<string>): void {
    if (process.ended !== undefined) return;
    this.late.times += 1;
    this.late.nanos += after;
    this.late.proxyNanos += after * process.envoys.size;
    for (const { namespace, name: service, host } of services) {
      const live = this.setup.cluster.service({ namespace, name: service });
      if (live === undefined) continue;
      const tell = (kind: string, event: WatchEvent): void => {
        process.istiod.observe(event, this.#change(`cluster ${name}`, { kind, namespace, name: service }));
      };
      if (!known.has(`${namespace}/${host}`)) tell('Service', { of: 'service', action: 'write', service: live.spec });
      known.add(`${namespace}/${host}`);
      tell('EndpointSlice', { of: 'endpoints', namespace, host, ready: live.ready, changed: true });
    }
  }

  /** Nobody else sees it, so it has a number that no write has. */
  #change(source: string, object: Change['object']): Change {
    this.#changes -= 1;
    return newChange(this.#changes, source, this.setup.sim.now, object);
  }
}
