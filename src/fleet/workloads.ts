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
import type { WorkloadSpec } from './spec.js';
import { type Pod, victims, Workload, type WorkloadsSetup } from './workload-state.js';

export class Workloads {
  readonly rollouts = new Histogram();
  started = 0;
  ended = 0;
  emptyTimes = 0;
  emptyNanos: Nanos = 0;
  readonly #workloads: Workload[];
  readonly #byEnvoy = new Map<Envoy, readonly [Workload, Pod]>();
  readonly #emptySince = new Map<string, Nanos>();

  constructor(
    private readonly setup: WorkloadsSetup,
    specs: readonly WorkloadSpec[],
  ) {
    this.#workloads = specs.map((spec) => new Workload(spec, setup.drawStartup(spec)));
  }

  /** Pods that have been there before the run, or that all start now. */
  begin(envoysOf: (workload: WorkloadSpec) => readonly Envoy[], isCold: boolean): void {
    for (const workload of this.#workloads) {
      if (workload.spec.kind === 'job') {
        for (const envoy of envoysOf(workload.spec)) this.setup.free(workload.spec, envoy);
        continue;
      }
      for (const envoy of envoysOf(workload.spec)) {
        const pod = this.#pod(workload, envoy);
        if (isCold) this.setup.connections.starts(envoy);
        pod.appReady = true;
        pod.phase = 'ready';
        pod.isAvailable = true;
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
    return this.#workloads.reduce((sum, { pods }) => sum + pods.filter(({ phase }) => phase === 'ready').length, 0);
  }

  rollout(name: Named, cause: Cause, given?: RolloutAllowance): void {
    const workload = this.#of(name);
    if (workload === undefined) return;
    const { spec } = workload;
    const surge = given?.surgePercent === undefined ? spec.maxSurge : { percent: given.surgePercent };
    const unavailable =
      given?.unavailablePercent === undefined ? spec.maxUnavailable : { percent: given.unavailablePercent };
    workload.allowance = allowanceOf(workload.desired, surge, unavailable);
    workload.generation += 1;
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
      for (const pod of [...workload.pods]) {
        if (gone >= most) return gone;
        if (pod.zone !== zone || pod.phase === 'terminating') continue;
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

  /** At the end of the run: services that are still empty. */
  finish(now: Nanos): void {
    for (const since of this.#emptySince.values()) this.emptyNanos += now - since;
    this.#emptySince.clear();
  }

  #of({ namespace, name }: Named): Workload | undefined {
    return this.#workloads.find(({ spec }) => spec.namespace === namespace && spec.name === name);
  }

  #pod(workload: Workload, envoy: Envoy): Pod {
    const { zones } = workload.spec;
    const pod: Pod = {
      envoy,
      generation: workload.generation,
      zone: zones[workload.made % Math.max(1, zones.length)],
      createdAt: this.setup.sim.now,
      appReady: false,
      phase: 'starting',
      isAvailable: false,
    };
    workload.made += 1;
    workload.pods.push(pod);
    this.#byEnvoy.set(envoy, [workload, pod]);
    return pod;
  }

  #start(workload: Workload): void {
    const { sim, connections, envoyFor } = this.setup;
    const envoy = envoyFor(workload.spec);
    const pod = this.#pod(workload, envoy);
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
    pod.phase = 'ready';
    this.#endpoints(workload, 1, undefined);
    sim.after(spec.minReady, () => {
      if (pod.phase !== 'ready') return;
      pod.isAvailable = true;
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
    const wasReady = pod.phase === 'ready';
    pod.phase = 'terminating';
    pod.isAvailable = false;
    if (wasReady) this.#endpoints(workload, -1, serves);
    sim.after(serves, () => {
      this.ended += 1;
      this.#byEnvoy.delete(pod.envoy);
      workload.pods.splice(workload.pods.indexOf(pod), 1);
      pod.envoy.end();
      this.setup.connections.forget(pod.envoy);
      this.setup.free(workload.spec, pod.envoy);
      this.#reconcile(workload);
    });
  }

  #reconcile(workload: Workload): void {
    const { spec, desired } = workload;
    if (spec.kind === 'job') return;
    const alive = workload.pods.filter(({ phase }) => phase !== 'terminating');
    const current = alive.filter(({ generation }) => generation === workload.generation);
    const old = alive.filter(({ generation }) => generation !== workload.generation);
    if (old.length === 0) {
      // An ordered set makes a pod anew only when the one of that name is gone.
      const ordered = spec.kind === 'statefulset' || spec.kind === 'daemonset';
      const room = ordered ? desired - workload.pods.length : desired - current.length;
      for (let i = 0; i < room; i++) this.#start(workload);
      for (const pod of victims(current).slice(0, Math.max(0, current.length - desired))) this.#remove(workload, pod);
      this.#maybeRolledOut(workload);
      return;
    }
    const allowance = workload.allowance ?? allowanceOf(desired, spec.maxSurge, spec.maxUnavailable);
    const available = (pods: readonly Pod[]) => pods.filter(({ isAvailable }) => isAvailable).length;
    const { create, remove } = nextStep(
      {
        desired,
        newPods: current.length,
        newAvailable: available(current),
        oldPods: old.length,
        oldAvailable: available(old),
      },
      allowance,
    );
    for (let i = 0; i < create; i++) this.#start(workload);
    for (const pod of victims(old).slice(0, remove)) this.#remove(workload, pod);
  }

  #maybeRolledOut(workload: Workload): void {
    const { rollsSince, generation, pods, desired } = workload;
    if (rollsSince === undefined || pods.length !== desired) return;
    if (pods.some((pod) => !pod.isAvailable || pod.generation !== generation)) return;
    this.rollouts.add(this.setup.sim.now - rollsSince);
    workload.rollsSince = undefined;
  }

  #endpoints(workload: Workload, change: 1 | -1, serves: Nanos | undefined): void {
    const { cluster, sim } = this.setup;
    const { cause, spec } = workload;
    for (const text of spec.services) {
      const [namespace = '', name = ''] = text.split('/');
      const live = cluster.service({ namespace, name });
      if (live === undefined) continue;
      live.ready = Math.max(0, live.ready + change);
      if (live.ready === 0) {
        this.emptyTimes += 1;
        this.#emptySince.set(text, sim.now);
      } else {
        this.emptyNanos += sim.now - (this.#emptySince.get(text) ?? sim.now);
        this.#emptySince.delete(text);
      }
      const { host } = live.spec;
      const event = { of: 'endpoints', namespace, host, ready: live.ready, changed: true } as const;
      cause?.emit(serves === undefined ? event : { ...event, serves });
    }
  }
}
