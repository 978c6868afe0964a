/** Pods of one generation of a workload that are not terminating, counted by what a rollout asks for. */
import type { Envoy } from '../pipeline/7-proxy/envoy.js';

export interface Pod {
  readonly envoy: Envoy;
  readonly generation: number;
  readonly zone: string | undefined;
  appReady: boolean;
  phase: 'starting' | 'ready' | 'terminating';
  /** Ready for as long as the workload asks for. */
  isAvailable: boolean;
}

export class PodSet {
  size = 0;
  ready = 0;
  available = 0;
  /** By creation; those that are gone stay until they are many. */
  #pods: Pod[] = [];

  add(pod: Pod): void {
    this.#pods.push(pod);
    this.size += 1;
    if (pod.phase === 'ready') this.ready += 1;
    if (pod.isAvailable) this.available += 1;
  }

  /** Younger ones. */
  addAll(others: PodSet): void {
    for (const pod of others.all()) this.add(pod);
  }

  becameReady(pod: Pod): void {
    pod.phase = 'ready';
    this.ready += 1;
  }

  becameAvailable(pod: Pod): void {
    pod.isAvailable = true;
    this.available += 1;
  }

  /** It terminates; answers whether it was ready. */
  remove(pod: Pod): boolean {
    const wasReady = pod.phase === 'ready';
    this.size -= 1;
    if (wasReady) this.ready -= 1;
    if (pod.isAvailable) this.available -= 1;
    pod.phase = 'terminating';
    pod.isAvailable = false;
    if (this.#pods.length > 2 * this.size + 64) this.#pods = this.all();
    return wasReady;
  }

  /** By creation. */
  all(): Pod[] {
    return this.#pods.filter(({ phase }) => phase !== 'terminating');
  }

  /** Who goes first: those that are not ready, then the youngest (`controller_utils.go`: ActivePodsWithRanks). */
  victims(count: number): readonly Pod[] {
    const pods = this.#pods;
    while (pods.at(-1)?.phase === 'terminating') pods.pop();
    const found: Pod[] = [];
    const take = (phase: Pod['phase'], most: number): void => {
      for (let i = pods.length - 1, left = most; i >= 0 && left > 0; i--) {
        if (pods[i]!.phase !== phase) continue;
        found.push(pods[i]!);
        left -= 1;
      }
    };
    take('starting', Math.min(count, this.size - this.ready));
    take('ready', Math.min(count - found.length, this.ready));
    return found;
  }
}
