/**
 * Workloads and their pods. A pod serves once its application has started and its Envoy has clusters and listeners: then
 * its address joins the EndpointSlices of its Services. On deletion the address leaves at once, while the pod goes on
 * serving for its preStop and what its application takes to stop, at most the grace period; then its connection closes.
 */
import type { Named } from '../cluster/cluster-state.js';
import type { Cause, RolloutAllowance } from '../cluster/fleet-actions.js';
import type { Nanos } from '../engine/time.js';
import type { Envoy } from '../pipeline/7-proxy/envoy.js';
import { Histogram } from '../stats/histogram.js';
import { allowanceOf, nextStep } from './deployment.js';
import { EmptyServices } from './empty-services.js';
import type { Pod } from './pod-set.js';
import type { WorkloadSpec } from './spec.js';
import { Workload, type WorkloadsSetup } from './workload-state.js';

export class Workloads {
  readonly rollouts = new Histogram();
  started = 0;
  ended = 0;
  readonly empty: EmptyServices;
  readonly #workloads: readonly Workload[];
  readonly #byName: ReadonlyMap<string, Workload>;
  readonly #byEnvoy = new Map<Envoy, readonly [Workload, Pod]>();

  constructor(
    private readonly setup: WorkloadsSetup,
    specs: readonly WorkloadSpec[],
  ) {
    const { sim: clock, cluster, askers } = setup;
    this.#workloads = specs.map((spec) => new Workload(spec, setup.drawStartup(spec)));
    const named = this.#workloads.map(
      (workload) => [`${workload.spec.namespace}/${workload.spec.name}`, workload] as const,
    );
    // Of two of one name the first is meant.
    this.#byName = new Map([...named].reverse());
    this.empty = new EmptyServices({ clock, cluster, askers }, this.#workloads);
  }

  /** Pods that have been there before the run, or that all start now. */
  begin(envoysOf: (workload: WorkloadSpec) => readonly Envoy[], isCold: boolean): void {
    for (const workload of this.#workloads) {
      if (workload.spec.kind === 'job') {
        for (const envoy of envoysOf(workload.spec)) this.setup.free(workload.spec, envoy);
        continue;
      }
      for (const envoy of envoysOf(workload.spec)) {
        this.#pod(workload, envoy, true);
        if (isCold) this.setup.connections.starts(envoy);
      }
    }
  }

  names(pattern: string): readonly Named[] {
    const [namespace = '*', name = '*'] = pattern === '*' ? [] : pattern.split('/');
    const fits = (want: string, is: string) => want === '*' || want === is;
    return this.#workloads
      .map(({ spec }) => spec)
      .filter((spec) => spec.kind !== 'job' && fits(namespace, spec.namespace) && fits(name, spec.name));
  }

  get ready(): number {
    return this.#workloads.reduce((sum, { ready }) => sum + ready, 0);
  }

  rollout(name: Named, cause: Cause, given?: RolloutAllowance): void {
    const workload = this.#of(name);
    if (workload === undefined) return;
    const { spec } = workload;
    const surge = given?.surgePercent === undefined ? spec.maxSurge : { percent: given.surgePercent };
    const unavailable =
      given?.unavailablePercent === undefined ? spec.maxUnavailable : { percent: given.unavailablePercent };
    workload.allowance = allowanceOf(workload.desired, surge, unavailable);
    workload.nextGeneration();
    workload.rollsSince ??= this.setup.sim.now;
    workload.cause = cause;
    this.#reconcile(workload);
  }

  scale(name: Named, { pods, isChange }: { pods: number; isChange: boolean }, cause: Cause): void {
    const workload = this.#of(name);
    if (workload === undefined) return;
    workload.desired = isChange ? Math.max(0, workload.desired + pods) : pods;
    workload.cause = cause;
    this.#reconcile(workload);
  }

  /** Takes pods of a zone away, the oldest first; the workloads make others. */
  evict(zone: string, most: number, cause: Cause): number {
    let gone = 0;
    for (const workload of this.#workloads) {
      workload.cause = cause;
      for (const pod of [...workload.old.all(), ...workload.current.all()]) {
        if (gone >= most) return gone;
        if (pod.zone !== zone) continue;
        this.#remove(workload, pod);
        gone += 1;
      }
      this.#reconcile(workload);
    }
    return gone;
  }

  /** All pods of a Job begin; each ends by itself. */
  runJob(name: Named, cause: Cause): void {
    const workload = this.#of(name);
    if (workload === undefined) return;
    workload.cause = cause;
    for (let i = 0; i < workload.spec.pods; i++) this.#start(workload);
  }

  /** An Envoy has all of its configuration. */
  envoyReady(envoy: Envoy): void {
    const [workload, pod] = this.#byEnvoy.get(envoy) ?? [];
    if (workload !== undefined && pod !== undefined) this.#maybeReady(workload, pod);
  }

  #of({ namespace, name }: Named): Workload | undefined {
    return this.#byName.get(`${namespace}/${name}`);
  }

  #pod(workload: Workload, envoy: Envoy, isReady: boolean): Pod {
    const { zones } = workload.spec;
    const pod: Pod = {
      envoy,
      generation: workload.generation,
      zone: zones[workload.made % Math.max(1, zones.length)],
      appReady: isReady,
      phase: isReady ? 'ready' : 'starting',
      isAvailable: isReady,
    };
    workload.made += 1;
    workload.podCount += 1;
    workload.current.add(pod);
    this.#byEnvoy.set(envoy, [workload, pod]);
    return pod;
  }

  #start(workload: Workload): void {
    const { sim, connections, envoyFor } = this.setup;
    const envoy = envoyFor(workload.spec);
    const pod = this.#pod(workload, envoy, false);
    this.started += 1;
    connections.starts(envoy);
    sim.after(workload.startup(), () => {
      if (pod.phase !== 'starting') return;
      pod.appReady = true;
      this.#maybeReady(workload, pod);
    });
  }

  #maybeReady(workload: Workload, pod: Pod): void {
    if (pod.phase !== 'starting' || !pod.appReady || !pod.envoy.hasConfiguration) return;
    const { sim } = this.setup;
    const { spec } = workload;
    workload.setOf(pod).becameReady(pod);
    if (workload.ready === 1) this.empty.lookAtSubsets();
    this.#endpoints(workload, 1, undefined);
    sim.after(spec.minReady, () => {
      if (pod.phase !== 'ready') return;
      workload.setOf(pod).becameAvailable(pod);
      this.#reconcile(workload);
    });
    if (spec.kind !== 'job') return;
    sim.after(spec.lasts, () => {
      if (pod.phase === 'ready') this.#remove(workload, pod);
    });
  }

  #remove(workload: Workload, pod: Pod): void {
    const { sim } = this.setup;
    const { preStop, stopping, grace } = workload.spec;
    const serves = Math.min(preStop + stopping, grace);
    if (workload.setOf(pod).remove(pod)) {
      if (workload.ready === 0) this.empty.lookAtSubsets();
      this.#endpoints(workload, -1, serves);
    }
    sim.after(serves, () => {
      this.ended += 1;
      this.#byEnvoy.delete(pod.envoy);
      workload.podCount -= 1;
      pod.envoy.end();
      this.setup.connections.forget(pod.envoy);
      this.setup.free(workload.spec, pod.envoy);
      this.#reconcile(workload);
    });
  }

  #reconcile(workload: Workload): void {
    const { spec, desired } = workload;
    if (spec.kind === 'job') return;
    const { current, old } = workload;
    if (old.size === 0) {
      // An ordered set makes a pod anew only when the one of that name is gone.
      const ordered = spec.kind === 'statefulset' || spec.kind === 'daemonset';
      const room = desired - (ordered ? workload.podCount : current.size);
      for (let i = 0; i < room; i++) this.#start(workload);
      for (const pod of current.victims(Math.max(0, current.size - desired))) this.#remove(workload, pod);
      this.#maybeRolledOut(workload);
      return;
    }
    const allowance = workload.allowance ?? allowanceOf(desired, spec.maxSurge, spec.maxUnavailable);
    const progress = {
      desired,
      newPods: current.size,
      newAvailable: current.available,
      oldPods: old.size,
      oldAvailable: old.available,
    };
    const { create, remove } = nextStep(progress, allowance);
    for (let i = 0; i < create; i++) this.#start(workload);
    for (const pod of old.victims(remove)) this.#remove(workload, pod);
  }

  #maybeRolledOut(workload: Workload): void {
    const { rollsSince, podCount, current, desired } = workload;
    if (rollsSince === undefined || podCount !== desired || current.available !== desired) return;
    this.rollouts.add(this.setup.sim.now - rollsSince);
    workload.rollsSince = undefined;
  }

  #endpoints(workload: Workload, change: 1 | -1, serves: Nanos | undefined): void {
    const { cluster } = this.setup;
    const { cause, spec } = workload;
    for (const text of spec.services) {
      const [namespace = '', name = ''] = text.split('/');
      const live = cluster.service({ namespace, name });
      if (live === undefined) continue;
      live.ready = Math.max(0, live.ready + change);
      const { host } = live.spec;
      this.empty.serviceHas(text, namespace, host, live.ready);
      const event = { of: 'endpoints', namespace, host, ready: live.ready, changed: true } as const;
      cause?.emit(serves === undefined ? event : { ...event, serves });
    }
  }
}
