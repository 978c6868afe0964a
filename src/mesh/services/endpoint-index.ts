/**
 * Endpoint shards by service id (`model.EndpointIndex`): what EDS generation reads, always current, never part of a
 * push context. Each registry has a shard of its own, so that a ServiceEntry with the host of a Kubernetes Service adds
 * endpoints and takes only those away again. Service accounts are held as one opaque union string per service.
 */
import { assert } from '../../engine/assert.js';

export type Provider = 'kubernetes' | 'external';

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
      };
      this.#shards[serviceId] = shards;
    }
    return shards;
  }

  /** Writes the endpoints that a registry has for the service. An empty list leaves the accounts and the key alone. */
  setShard(serviceId: number, provider: Provider, ready: number, accounts: string): void {
    assert(ready >= 0, 'a service has no fewer than 0 ready endpoints');
    const shards = this.#of(serviceId);
    shards.readyBy[provider] = ready;
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
    this.setShard(serviceId, provider, 0, '');
    const other = provider === 'kubernetes' ? 'external' : 'kubernetes';
    if (shards.accountsBy[other] === '') shards.indexed = false;
  }

  ready(serviceId: number): number {
    return this.#shards[serviceId]?.ready ?? 0;
  }
}

function union({ kubernetes, external }: Readonly<Record<Provider, string>>): string {
  if (kubernetes === '' || external === '') return kubernetes || external;
  return [...new Set([...kubernetes.split(','), ...external.split(',')])].sort().join(',');
}
