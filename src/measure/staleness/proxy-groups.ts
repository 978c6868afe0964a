/** Proxies by what they are pods of: `namespace/workload`, the groups that operators think in. */
import type { Proxy } from '../../mesh/proxies.js';

/** Groups told apart; proxies of later ones share the last. */
const GROUPS_MAX = 1_000;
export const OTHERS = '(others)';

export class ProxyGroups {
  readonly names: string[] = [];
  /** By group, proxies that were ever connected. */
  readonly proxies: number[] = [];
  readonly #indexes = new Map<string, number>();
  /** By proxy id, one more than its group's index; 0: not seen yet. */
  #groupOf = new Int32Array(256);

  /** The index of the proxy's group. */
  of(proxy: Proxy): number {
    const { id } = proxy;
    const known = id < this.#groupOf.length ? this.#groupOf[id]! : 0;
    return known === 0 ? this.#join(proxy) : known - 1;
  }

  #join(proxy: Proxy): number {
    const name = groupOf(proxy);
    let index = this.#indexes.get(name);
    if (index === undefined) {
      index = Math.min(this.names.length, GROUPS_MAX);
      this.#indexes.set(name, index);
      if (index === this.names.length) {
        this.names.push(index === GROUPS_MAX ? OTHERS : name);
        this.proxies.push(0);
      }
    }
    if (proxy.id >= this.#groupOf.length) {
      const grown = new Int32Array(Math.max(proxy.id + 1, 2 * this.#groupOf.length));
      grown.set(this.#groupOf);
      this.#groupOf = grown;
    }
    this.#groupOf[proxy.id] = index + 1;
    this.proxies[index]! += 1;
    return index;
  }
}

export function groupOf({ workload, shape }: Proxy): string {
  return `${shape.namespace}/${workload}`;
}
