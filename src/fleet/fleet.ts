/**
 * A cluster with several istiods whose pods and connections come and go: one cluster state, and for each istiod its own
 * informers, debounce, queue, caches, heap and metrics. With one istiod and nobody who leaves it is the same run as
 * without a fleet.
 */
import { ClusterState } from '../cluster/cluster-state.js';
import { startSources } from '../cluster/event-sources.js';
import { meshAt } from '../cluster/timeline/replay.js';
import { drawFrom } from '../cost/flat.js';
import type { Streams } from '../engine/random/streams.js';
import { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { IstioVersion } from '../istio/profile.js';
import { KeyInterner } from '../mesh/keys.js';
import { expandProxies, type Proxy } from '../mesh/proxies.js';
import type { MeshSpec } from '../mesh/spec.js';
import { Envoy } from '../pipeline/7-proxy/envoy.js';
import type { EnvoyOptions } from '../pipeline/7-proxy/envoy-options.js';
import { Holds } from '../pipeline/7-proxy/holds.js';
import { Rejections } from '../pipeline/7-proxy/rejections.js';
import type { Change } from '../pipeline/model/change.js';
import type { WatchEvent } from '../pipeline/model/watch-event.js';
import type { XdsServer } from '../pipeline/model/xds-server.js';
import { Connections } from './connections.js';
import type { ControlPlane } from './control-plane.js';
import { makePlanes } from './control-planes.js';
import { fleetActions } from './fleet-actions.js';
import { type IstiodProcess, type ProcessSetup, startProcess, streamsOf } from './istiod-process.js';
import { MissedRemovals } from './missed-removals.js';
import { RemoteClusters } from './remote-clusters.js';
import type { FleetSpec, WorkloadSpec } from './spec.js';
import { watchOver } from './watch-over.js';
import { proxySpecOf } from './workload-proxies.js';
import { Workloads } from './workloads.js';

export interface FleetSetup extends Omit<ProcessSetup, 'sim' | 'keys' | 'proxies'> {
  readonly fleet: FleetSpec;
  readonly sim?: Simulation;
  /** Told of every write as it reaches the istiods. */
  readonly onWrite?: (event: WatchEvent, change: Change) => void;
}

export class Fleet {
  readonly sim: Simulation;
  readonly keys = new KeyInterner();
  readonly cluster: ClusterState;
  readonly processes: IstiodProcess[] = [];
  /** By proxy id. */
  readonly envoys: Envoy[] = [];
  readonly connections: Connections;
  readonly missed: MissedRemovals;
  readonly remotes: RemoteClusters;
  readonly workloads: Workloads;
  /** The first serves every namespace that no revision has. */
  readonly planes: ControlPlane[];
  readonly ready: { at: Nanos; istiods: number }[] = [];
  readonly replicas: { at: Nanos; replicas: number }[] = [];
  outOfMemory = 0;
  private readonly proxies: Proxy[];
  private readonly streams: Streams;
  private readonly byServer = new Map<XdsServer, IstiodProcess>();
  private readonly free = new Map<WorkloadSpec, Envoy[]>();
  private readonly mesh: MeshSpec;
  private readonly holds = new Holds();
  private readonly rejections = new Rejections();
  private readonly envoyOptions: EnvoyOptions<Envoy>;
  private readonly write: (source: string, event: WatchEvent) => void;

  constructor(private readonly setup: FleetSetup) {
    const { spec, fleet } = setup;
    this.sim = setup.sim ?? new Simulation();
    this.streams = streamsOf(setup, 0);
    const start = spec.timeline === undefined ? spec.mesh : meshAt(spec.mesh, spec.timeline);
    this.mesh = { ...start, proxies: [...start.proxies, ...fleet.workloads.map(proxySpecOf)] };
    this.cluster = new ClusterState(this.mesh);
    this.proxies = expandProxies(this.mesh.proxies, (namespace, host) => this.keys.of('ServiceEntry', namespace, host));
    this.missed = new MissedRemovals(this.keys, spec.run.warmUp);
    this.connections = this.makeConnections();
    this.envoyOptions = this.makeEnvoyOptions();
    this.workloads = this.makeWorkloads();
    const clusters = fleet.clusters.map((cluster) => {
      return { ...cluster, draw: drawFrom(cluster.sync, this.streams, `fleet/sync/${cluster.name}`) };
    });
    this.remotes = new RemoteClusters({ sim: this.sim, cluster: this.cluster, istiod: spec.istiod, clusters });
    this.planes = makePlanes({
      sim: this.sim,
      spec,
      fleet,
      streams: this.streams,
      startUp: (pod, own) => this.remotes.startUp(pod, own),
      start: (pod, version) => this.startIstiod(pod, version),
      onStop: ({ envoys }) => {
        for (const envoy of envoys) this.connections.hearsNothing(envoy);
      },
      onReplicas: (at) => this.countReady(at),
    });
    for (const proxy of this.proxies) this.envoys.push(new Envoy(proxy, this.envoyOptions));
    this.begin();
    this.write = this.startSources();
    watchOver(this, this.setup, this.write, this.streams);
  }

  /** The share of proxies that an istiod serves, by its control plane. */
  private planeOf(envoy: Envoy): ControlPlane {
    const { namespace } = envoy.proxy.shape;
    const at = this.setup.fleet.revisions.findIndex(({ namespaces }) => namespaces.includes(namespace));
    return this.planes[at + 1]!;
  }

  private begin(): void {
    const { spec, fleet } = this.setup;
    this.planes[0]!.begin(fleet.replicas);
    for (const [i, revision] of fleet.revisions.entries()) this.planes[i + 1]!.begin(revision.replicas);
    const isCold = spec.run.start === 'cold';
    const ofWorkloads = new Map(fleet.workloads.map((workload) => [workload, this.envoysOf(workload)]));
    const jobs = new Set(fleet.workloads.filter(({ kind }) => kind === 'job').flatMap((job) => ofWorkloads.get(job)!));
    const inWorkloads = new Set([...ofWorkloads.values()].flat());
    for (const envoy of this.envoys) {
      if (jobs.has(envoy)) continue;
      if (!isCold) envoy.resume(this.planeOf(envoy).route()!);
      else if (!inWorkloads.has(envoy)) this.connections.starts(envoy);
    }
    this.workloads.begin((workload) => ofWorkloads.get(workload)!, isCold);
  }

  private envoysOf(workload: WorkloadSpec): readonly Envoy[] {
    let from = this.setup.spec.mesh.proxies.reduce((sum, { count }) => sum + count, 0);
    for (const before of this.setup.fleet.workloads) {
      if (before === workload) break;
      from += before.pods;
    }
    return this.envoys.slice(from, from + workload.pods);
  }

  private makeEnvoyOptions(): EnvoyOptions<Envoy> {
    const { sim, setup, streams } = this;
    const { costs, istiod } = setup.spec;
    return {
      sim,
      xds: istiod.xds,
      network: drawFrom(costs.network, streams, 'network'),
      envoyApply: drawFrom(costs.envoyApply, streams, 'envoy-apply'),
      backOff: streams.stream('reconnect'),
      reply: (id) => this.envoys[id]!.replied(),
      rejects: (proxy, type, arrives) => this.rejections.rejects(proxy, type, arrives),
      heldUntil: (proxy) => this.holds.until(proxy),
      route: (envoy) => this.planeOf(envoy).route(),
      life: this.connections,
    };
  }

  private makeConnections(): Connections {
    return new Connections({
      sim: this.sim,
      spec: this.setup.fleet.connections,
      until: this.setup.spec.run.duration,
      ages: this.streams.stream('fleet/ages'),
      processOf: (server) => this.byServer.get(server),
      onReady: (envoy) => this.workloads.envoyReady(envoy),
      onBack: (envoy, since) => this.missed.served(envoy, since, this.sim.now),
    });
  }

  private makeWorkloads(): Workloads {
    const { sim, cluster, connections, setup, streams } = this;
    return new Workloads(
      {
        sim,
        cluster,
        connections,
        drawStartup: ({ namespace, name, startup }) => {
          const stream = `fleet/startup/${namespace}/${name}`;
          return drawFrom(startup, streams, stream);
        },
        askers: (namespace, host) => {
          const service = this.keys.of('ServiceEntry', namespace, host);
          return this.envoys.reduce((sum, { askedFor }) => sum + (askedFor.has(service) ? 1 : 0), 0);
        },
        envoyFor: (workload) => this.free.get(workload)?.pop() ?? this.newEnvoy(workload),
        free: (workload, envoy) => {
          const free = this.free.get(workload);
          if (free === undefined) this.free.set(workload, [envoy]);
          else free.push(envoy);
        },
      },
      setup.fleet.workloads,
    );
  }

  /** One more pod than there ever were: with the shape of the workload's first. */
  private newEnvoy(workload: WorkloadSpec): Envoy {
    const [like] = this.envoysOf(workload);
    const id = this.proxies.length;
    const proxy: Proxy = { id, name: `${workload.name}-${id}`, workload: workload.name, shape: like!.proxy.shape };
    this.proxies.push(proxy);
    const envoy = new Envoy(proxy, this.envoyOptions);
    this.envoys.push(envoy);
    return envoy;
  }

  private countReady(at: Nanos): void {
    const istiods = (this.planes ?? []).reduce((sum, plane) => sum + plane.ready.length, 0);
    if (this.ready.at(-1)?.at === at) this.ready.pop();
    if (this.ready.at(-1)?.istiods !== istiods) this.ready.push({ at, istiods });
  }

  private startIstiod(pod: string, istio: IstioVersion): IstiodProcess {
    const { sim, setup, keys, proxies } = this;
    const serial = this.processes.length;
    const mesh = serial === 0 ? this.mesh : this.remotes.seenBy(pod, this.cluster.snapshot(this.mesh));
    const process = startProcess({ ...setup, sim, keys, proxies }, { serial, pod, istio }, mesh);
    this.processes.push(process);
    this.remotes.started(process, mesh);
    this.byServer.set(process.istiod, process);
    return process;
  }

  private startSources(): (source: string, event: WatchEvent) => void {
    const { setup, sim, streams, cluster } = this;
    const { spec } = setup;
    return startSources(
      sim,
      {
        mesh: this.mesh,
        cluster,
        proxies: this.proxies.map((proxy) => ({ namespace: proxy.shape.namespace, name: proxy.name })),
        events: spec.events,
        timeline: spec.timeline,
        duration: spec.run.duration,
        streams,
        watch: drawFrom(spec.costs.watch, streams, 'watch'),
        reject: (proxies, types, until) => this.rejections.add(proxies, types, until),
        fleet: fleetActions(this, this.planes[0]!, this.holds),
      },
      (event, change) => {
        setup.onWrite?.(event, change);
        this.missed.wrote(event, change, this.connections.away);
        this.workloads.empty.wrote(event);
        for (const process of this.processes) if (process.ended === undefined) process.istiod.observe(event, change);
      },
    );
  }
}
