/**
 * Services and subsets that nobody serves while proxies may send to them. A subset counts while a route names it; its
 * pods are those of the workloads whose labels it asks for. Pods of a `rollout` are labelled by its tool, so which
 * subset they are in is not known.
 */
import type { ClusterState } from '../cluster/cluster-state.js';
import { subsetsNamed } from '../cluster/object-references.js';
import type { Nanos } from '../engine/time.js';
import { selects } from '../mesh/config/configs.js';
import { labels, list, text } from '../mesh/config/fields.js';
import { resolveHost } from '../mesh/hosts.js';
import { objectOf, type WatchEvent } from '../pipeline/model/watch-event.js';
import type { Workload } from './workload-state.js';

export interface Emptiness {
  times: number;
  nanos: Nanos;
  /** Seconds of each of the proxies that ask for the service's endpoints, added up. */
  proxyNanos: Nanos;
}

interface Open {
  readonly since: Nanos;
  readonly host: string;
  readonly namespace: string;
}

export interface EmptySetup {
  readonly clock: { readonly now: Nanos };
  readonly cluster: ClusterState;
  /** How many proxies ask for its endpoints now. */
  readonly askers: (namespace: string, host: string) => number;
}

export class EmptyServices {
  readonly services: Emptiness = { times: 0, nanos: 0, proxyNanos: 0 };
  readonly subsets: Emptiness = { times: 0, nanos: 0, proxyNanos: 0 };
  readonly #openServices = new Map<string, Open>();
  readonly #openSubsets = new Map<string, Open>();

  constructor(
    private readonly setup: EmptySetup,
    private readonly workloads: readonly Workload[],
  ) {}

  /** The service, NAMESPACE/NAME, has so many endpoints now. */
  serviceHas(service: string, namespace: string, host: string, ready: number): void {
    if (ready > 0) this.#close(this.services, this.#openServices, service);
    else this.#open(this.services, this.#openServices, service, namespace, host);
  }

  /** Routes and rules say which subsets there are. */
  wrote(event: WatchEvent): void {
    if (event.of !== 'config') return;
    const { kind } = objectOf(event);
    if (kind === 'VirtualService' || kind === 'DestinationRule') this.lookAtSubsets();
  }

  /** A workload has got its first pod or lost its last. */
  lookAtSubsets(): void {
    const empty = this.#emptySubsets();
    for (const id of this.#openSubsets.keys()) if (!empty.has(id)) this.#close(this.subsets, this.#openSubsets, id);
    for (const [id, { namespace, host }] of empty) this.#open(this.subsets, this.#openSubsets, id, namespace, host);
  }

  /** At the end of the run: those that are still empty. */
  finish(): void {
    for (const id of [...this.#openServices.keys()]) this.#close(this.services, this.#openServices, id);
    for (const id of [...this.#openSubsets.keys()]) this.#close(this.subsets, this.#openSubsets, id);
  }

  #emptySubsets(): Map<string, Omit<Open, 'since'>> {
    const { cluster } = this.setup;
    const empty = new Map<string, Omit<Open, 'since'>>();
    const routed = new Set(cluster.configs('VirtualService').flatMap((route) => subsetsNamed(route)));
    if (routed.size === 0) return empty;
    for (const { spec, namespace } of cluster.configs('DestinationRule')) {
      const host = resolveHost(text(spec.host), namespace);
      const [name = '', of = ''] = host.split('.');
      const serving = this.workloads.filter((workload) => workload.spec.services.includes(`${of}/${name}`));
      if (serving.length === 0 || serving.some(({ spec: { kind } }) => kind === 'rollout')) continue;
      for (const subset of list(spec.subsets)) {
        const id = `${host} ${text(subset.name)}`;
        if (routed.has(id) && !serving.some((workload) => hasReady(workload, labels(subset.labels))))
          empty.set(id, { namespace: of, host });
      }
    }
    return empty;
  }

  #open(of: Emptiness, all: Map<string, Open>, id: string, namespace: string, host: string): void {
    if (all.has(id)) return;
    of.times += 1;
    all.set(id, { since: this.setup.clock.now, namespace, host });
  }

  #close(of: Emptiness, all: Map<string, Open>, id: string): void {
    const open = all.get(id);
    if (open === undefined) return;
    all.delete(id);
    const nanos = this.setup.clock.now - open.since;
    of.nanos += nanos;
    of.proxyNanos += nanos * this.setup.askers(open.namespace, open.host);
  }
}

function hasReady({ ready, spec }: Workload, wanted: Readonly<Record<string, string>>): boolean {
  return ready > 0 && selects(wanted, spec.labels);
}
