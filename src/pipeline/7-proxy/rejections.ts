import type { Nanos } from '../../engine/time.js';
import type { XdsType } from '../../istio/xds-types.js';

/** Which proxies reject which types, until when. */
export class Rejections {
  readonly #until = new Map<number, Map<XdsType, Nanos>>();

  add(proxies: readonly number[], types: readonly XdsType[], until: Nanos): void {
    for (const proxy of proxies) {
      const known = this.#until.get(proxy) ?? new Map<XdsType, Nanos>();
      for (const type of types) known.set(type, Math.max(until, known.get(type) ?? 0));
      this.#until.set(proxy, known);
    }
  }

  /** Asked when a message is sent: one on its way when the proxy begins to reject is still accepted. */
  rejects(proxy: number, type: XdsType, arrives: Nanos): boolean {
    return this.#until.size > 0 && arrives < (this.#until.get(proxy)?.get(type) ?? 0);
  }
}
