/**
 * Endpoint shards by service id (`model.EndpointIndex`): what EDS generation reads, always current, never part of a
 * push context. Each registry has a shard of its own, so that a ServiceEntry with the host of a Kubernetes Service adds
 * endpoints and takes only those away again. Service accounts are held as one opaque union string per service.
 */
import { assert } from '../../engine/assert.js';
import { selects } from '../config/configs.js';
import type { LabelledEndpoints } from '../spec.js';

export type Provider = 'kubernetes' | 'external';
const PROVIDERS: readonly Provider[] = ['kubernetes', 'external'];

/** All shards of a service. */
export interface Shard {
  /** Ready endpoints now, of all registries. */
  ready: number;
  /** Whether the (host, namespace) key exists: it is created by the first non-empty update and dropped with the Service. */
  indexed: boolean;
  /** Union of the endpoints' service accounts at the last non-empty update. */
  accounts: string;
}

interface Shards extends Shard {
  readonly readyBy: Record<Provider, number>;
  readonly accountsBy: Record<Provider, string>;
  readonly labelledBy: Record<Provider, readonly LabelledEndpoints[] | undefined>;
}

/** Endpoints of a service that a registry has. */
export interface Endpoints {
  readonly ready: number;
  /** Union of their service accounts. */
  readonly accounts: string;
  /** By their labels, where those are known. */
  readonly labelled?: readonly LabelledEndpoints[] | undefined;
}

export class EndpointIndex {
  /** Counts changes, so that what was derived from the index can tell whether it still holds. */
  version = 0;
  readonly #shards: Shards[] = [];

  of(serviceId: number): Shard {
    return this.#of(serviceId);
  }

  #of(serviceId: number): Shards {
    let shards = this.#shards[serviceId];
    if (shards === undefined) {
      shards = {
        ready: 0,
        indexed: false,
        accounts: '',
        readyBy: { kubernetes: 0, external: 0 },
        accountsBy: { kubernetes: '', external: '' },
        labelledBy: { kubernetes: undefined, external: undefined },
      };
      this.#shards[serviceId] = shards;
    }
    return shards;
  }

  /** Writes the endpoints that a registry has for the service. An empty list leaves the accounts and the key alone. */
  setShard(serviceId: number, provider: Provider, { ready, accounts, labelled }: Endpoints): void {
    assert(ready >= 0, 'a service has no fewer than 0 ready endpoints');
    const shards = this.#of(serviceId);
    shards.readyBy[provider] = ready;
    shards.labelledBy[provider] = labelled;
    shards.ready = shards.readyBy.kubernetes + shards.readyBy.external;
    if (ready > 0) {
      shards.accountsBy[provider] = accounts;
      shards.accounts = union(shards.accountsBy);
      shards.indexed = true;
    }
    this.version += 1;
  }

  /** The registry has no such service any more; with the last shard the key goes. */
  dropShard(serviceId: number, provider: Provider): void {
    const shards = this.#of(serviceId);
    shards.accountsBy[provider] = '';
    this.setShard(serviceId, provider, { ready: 0, accounts: '' });
    const other = provider === 'kubernetes' ? 'external' : 'kubernetes';
    if (shards.accountsBy[other] === '') shards.indexed = false;
  }

  ready(serviceId: number): number {
    return this.#shards[serviceId]?.ready ?? 0;
  }

  /** Those that have the labels; undefined where the labels of some are not known. */
  readyWith(serviceId: number, labels: Readonly<Record<string, string>>): number | undefined {
    const shards = this.#shards[serviceId];
    if (shards === undefined) return 0;
    let ready = 0;
    for (const provider of PROVIDERS) {
      if (shards.readyBy[provider] === 0) continue;
      const labelled = shards.labelledBy[provider];
      if (labelled === undefined) return undefined;
      for (const some of labelled) if (selects(labels, some.labels)) ready += some.ready;
    }
    return ready;
  }
}

function union({ kubernetes, external }: Readonly<Record<Provider, string>>): string {
  if (kubernetes === '' || external === '') return kubernetes || external;
  return [...new Set([...kubernetes.split(','), ...external.split(',')])].sort().join(',');
}
