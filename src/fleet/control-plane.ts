/**
 * The Deployment of istiod: pods that start, become ready, stop and are killed, and the processes in them. A pod that is
 * not ready is in nobody's endpoints; a process takes streams until it is told to stop.
 *
 *     created ─startup─► lists ─debounce, context─► listens ─probe─► ready ─SIGTERM─► terminating ─10 s─► gone
 *                 ▲                                                │
 *                 └────────────── back-off ◄──────── killed ◄──────┘
 */
import type { Stream } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import { type Nanos, SECOND } from '../engine/time.js';
import type { IstioVersion } from '../istio/profile.js';
import type { XdsServer } from '../pipeline/model/xds-server.js';
import { allowanceOf, nextStep } from './deployment.js';
import type { IstiodProcess } from './istiod-process.js';

/** The chart's strategy. */
const MAX_SURGE = { percent: 100 };
const MAX_UNAVAILABLE = { percent: 25 };
/** How long streams live on after SIGTERM (`shutdownDuration`). */
const SHUTDOWN: Nanos = 10 * SECOND;
/** kubelet: the first restart is at once, the next after 10 s, doubling to 5 min; ten quiet minutes forget it all. */
const CRASH_FIRST: Nanos = 10 * SECOND;
const CRASH_LAST: Nanos = 300 * SECOND;
const CRASH_FORGOTTEN: Nanos = 600 * SECOND;

export interface IstiodPod {
  readonly name: string;
  readonly generation: number;
  readonly istio: IstioVersion;
  readonly createdAt: Nanos;
  phase: 'starting' | 'ready' | 'terminating' | 'gone';
  process: IstiodProcess | undefined;
  crashes: number;
  lastCrash: Nanos;
}

export interface ControlPlaneSetup {
  readonly sim: Simulation;
  readonly startup: (pod: string) => Nanos;
  readonly probe: { readonly delay: Nanos; readonly period: Nanos };
  readonly choice: 'random' | 'least';
  readonly choose: Stream;
  /** Pods are named after it. */
  readonly name: string;
  readonly start: (pod: string, istio: IstioVersion) => IstiodProcess;
  /** It pushes no more. */
  readonly onStop?: (process: IstiodProcess) => void;
  readonly onReplicas?: (at: Nanos, ready: number) => void;
}

export class ControlPlane {
  readonly pods: IstiodPod[] = [];
  #desired = 0;
  #generation = 1;
  #made = 0;
  #ready: IstiodPod[] = [];

  constructor(
    private readonly setup: ControlPlaneSetup,
    private istio: IstioVersion,
  ) {}

  get desired(): number {
    return this.#desired;
  }

  get ready(): readonly IstiodPod[] {
    return this.#ready;
  }

  /** Pods that have been there and ready before the run. */
  begin(replicas: number): void {
    this.#desired = replicas;
    for (let i = 0; i < replicas; i++) {
      const pod = this.#create();
      pod.process = this.setup.start(pod.name, pod.istio);
      pod.phase = 'ready';
    }
    this.#listReady();
  }

  /** kube-proxy: any of those that are ready, whoever asked before. */
  route(): XdsServer | undefined {
    const ready = this.#ready;
    const [only] = ready;
    if (ready.length <= 1) return only?.process?.istiod;
    const { choice, choose } = this.setup;
    if (choice === 'random') return ready[choose.integer(ready.length)]!.process?.istiod;
    const fewest = (a: IstiodPod, b: IstiodPod) =>
      (b.process?.envoys.size ?? 0) < (a.process?.envoys.size ?? 0) ? b : a;
    return ready.reduce(fewest).process?.istiod;
  }

  scale(replicas: number): void {
    this.#desired = replicas;
    this.reconcile();
  }

  /** `kubectl rollout restart`, or an upgrade when the release changes. */
  roll(istio: IstioVersion = this.istio): void {
    this.istio = istio;
    this.#generation += 1;
    this.reconcile();
  }

  reconcile(): void {
    const alive = this.pods.filter(({ phase }) => phase === 'starting' || phase === 'ready');
    const current = alive.filter(({ generation }) => generation === this.#generation);
    const old = alive.filter(({ generation }) => generation !== this.#generation);
    const isReady = ({ phase }: IstiodPod) => phase === 'ready';
    if (old.length === 0) {
      for (let more = current.length; more < this.#desired; more++) this.#startSoon(this.#create());
      for (const pod of victims(current).slice(0, Math.max(0, current.length - this.#desired))) this.terminate(pod);
      return;
    }
    const { create, remove } = nextStep(
      {
        desired: this.#desired,
        newPods: current.length,
        newAvailable: current.filter(isReady).length,
        oldPods: old.length,
        oldAvailable: old.filter(isReady).length,
      },
      allowanceOf(this.#desired, MAX_SURGE, MAX_UNAVAILABLE),
    );
    for (let i = 0; i < create; i++) this.#startSoon(this.#create());
    for (const pod of victims(old).slice(0, remove)) this.terminate(pod);
  }

  /** SIGTERM: no new streams and no pushes; those that are open are cut off 10 s later. */
  terminate(pod: IstiodPod): void {
    const { process } = pod;
    pod.phase = 'terminating';
    this.#listReady();
    process?.istiod.stop();
    if (process !== undefined) this.setup.onStop?.(process);
    const lasts = process === undefined || process.envoys.size === 0 ? 0 : SHUTDOWN;
    this.setup.sim.after(lasts, () => {
      if (pod.phase !== 'terminating') return;
      this.#gone(pod);
      this.#end(pod, 'SIGTERM');
    });
  }

  /** SIGKILL, or out of memory: all streams are reset at once, and the container is started again. */
  kill(pod: IstiodPod, why: string): void {
    if (pod.phase === 'gone') return;
    const { sim } = this.setup;
    const wasTerminating = pod.phase === 'terminating';
    if (wasTerminating) this.#gone(pod);
    else pod.phase = 'starting';
    this.#listReady();
    this.#end(pod, why);
    if (wasTerminating) return;
    if (sim.now - pod.lastCrash > CRASH_FORGOTTEN) pod.crashes = 0;
    const wait = pod.crashes === 0 ? 0 : Math.min(CRASH_LAST, CRASH_FIRST * 2 ** (pod.crashes - 1));
    pod.crashes += 1;
    pod.lastCrash = sim.now;
    sim.after(wait, () => this.#startSoon(pod));
  }

  #create(): IstiodPod {
    const pod: IstiodPod = {
      name: `${this.setup.name}-${this.#made}`,
      generation: this.#generation,
      istio: this.istio,
      createdAt: this.setup.sim.now,
      phase: 'starting',
      process: undefined,
      crashes: 0,
      lastCrash: Number.NEGATIVE_INFINITY,
    };
    this.#made += 1;
    this.pods.push(pod);
    return pod;
  }

  #startSoon(pod: IstiodPod): void {
    const { sim, startup, probe } = this.setup;
    const began = sim.now;
    sim.after(startup(pod.name), () => {
      if (pod.phase !== 'starting' || pod.process !== undefined) return;
      const process = this.setup.start(pod.name, pod.istio);
      pod.process = process;
      const listens = sim.now + process.settling;
      const { delay, period } = probe;
      const probes = period === 0 ? 0 : Math.max(0, Math.ceil((listens - began - delay) / period));
      const at = period === 0 ? listens : began + delay + probes * period;
      sim.at(Math.max(listens, at), () => {
        if (pod.phase !== 'starting' || pod.process !== process) return;
        pod.phase = 'ready';
        this.#listReady();
        this.reconcile();
      });
    });
  }

  #end(pod: IstiodPod, why: string): void {
    const { process } = pod;
    if (process === undefined) return;
    pod.process = undefined;
    const { machine, envoys, istiod } = process;
    istiod.stop();
    machine.halt();
    const heap = machine.heap?.bytes ?? 0;
    process.ended = { at: this.setup.sim.now, why, busy: machine.cpuNanos(), heap };
    for (const envoy of [...envoys]) envoy.lost();
  }

  #gone(pod: IstiodPod): void {
    pod.phase = 'gone';
    this.pods.splice(this.pods.indexOf(pod), 1);
  }

  #listReady(): void {
    this.#ready = this.pods.filter(({ phase }) => phase === 'ready');
    this.setup.onReplicas?.(this.setup.sim.now, this.#ready.length);
  }
}

/** A ReplicaSet deletes who is not ready first, then who is youngest (`controller_utils.go`: ActivePodsWithRanks). */
function victims(pods: readonly IstiodPod[]): readonly IstiodPod[] {
  const rank = ({ phase }: IstiodPod) => (phase === 'ready' ? 1 : 0);
  return [...pods].reverse().sort((a, b) => rank(a) - rank(b) || b.createdAt - a.createdAt);
}
