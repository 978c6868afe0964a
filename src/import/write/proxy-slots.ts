/**
 * Proxies of the mesh are as many as there are at the start; Pods come and go. A new Pod takes the proxy of one of its
 * workload that has gone, or shares one while both are there.
 */
import { type ObservedMesh, workloadKey } from '../observed/mesh.js';
import type { PodFacts } from '../observed/pod.js';
import type { Body } from '../observed/sighting.js';

export interface Slot {
  readonly workload: string;
  /** `-N` unless the workload has one proxy. */
  readonly suffix: string;
}

interface Group {
  readonly workload: string;
  readonly count: number;
  /** Pods by position. */
  readonly taken: Map<string, number>;
}

export class ProxySlots {
  readonly #groups = new Map<string, Group>();
  readonly #ofPod = new Map<string, Group>();
  /** Pods whose workload had no proxy at the start, by NAMESPACE/WORKLOAD. */
  readonly strangers = new Map<string, Set<string>>();

  constructor(mesh: ObservedMesh) {
    for (const { namespace, name, type, labels, dnsCapture, pods } of mesh.workloads) {
      const taken = new Map(pods.map((pod, i) => [pod, i]));
      const group = { workload: name, count: pods.length, taken };
      for (const pod of pods) this.#ofPod.set(`${namespace}/${pod}`, group);
      const pod = { workload: name, proxy: type, dnsCapture } as PodFacts;
      this.#groups.set(workloadKey(namespace, pod, { labels, annotations: {}, created: '', spec: {} }), group);
      if (!this.#groups.has(`${namespace}/${name}`)) this.#groups.set(`${namespace}/${name}`, group);
    }
  }

  of(namespace: string, pod: string, facts: PodFacts, body: Body): Slot | undefined {
    const id = `${namespace}/${pod}`;
    const group =
      this.#ofPod.get(id) ??
      this.#groups.get(workloadKey(namespace, facts, body)) ??
      this.#groups.get(`${namespace}/${facts.workload}`);
    if (group === undefined) {
      const workload = `${namespace}/${facts.workload}`;
      this.strangers.set(workload, (this.strangers.get(workload) ?? new Set()).add(pod));
      return undefined;
    }
    this.#ofPod.set(id, group);
    let position = group.taken.get(pod);
    if (position === undefined) {
      const used = new Set(group.taken.values());
      position =
        Array.from({ length: group.count }, (_, i) => i).find((i) => !used.has(i)) ?? group.taken.size % group.count;
      group.taken.set(pod, position);
    }
    return { workload: group.workload, suffix: group.count === 1 ? '' : `-${position}` };
  }

  free(namespace: string, pod: string): void {
    const id = `${namespace}/${pod}`;
    this.#ofPod.get(id)?.taken.delete(pod);
    this.#ofPod.delete(id);
  }
}
