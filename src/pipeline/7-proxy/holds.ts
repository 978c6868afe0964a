import type { Nanos } from '../../engine/time.js';

/** Which proxies do not read from their streams, until when. */
export class Holds {
  readonly #until = new Map<number, Nanos>();

  add(proxy: number, until: Nanos): void {
    this.#until.set(proxy, Math.max(until, this.#until.get(proxy) ?? 0));
  }

  until(proxy: number): Nanos | undefined {
    return this.#until.size === 0 ? undefined : this.#until.get(proxy);
  }
}
