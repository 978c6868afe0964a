/**
 * How long proxies that begin without configuration wait for it: from the start of the run until istiod has the
 * acknowledgement of the last type a proxy asks for at first. Shares are of all such proxies, whether they were served
 * or not, so a run that ends too early has no time for them.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { Readiness } from './result.js';

export class ReadyTimes {
  readonly #times: Nanos[] = [];

  get count(): number {
    return this.#times.length;
  }

  /** In order of time. */
  ready(at: Nanos): void {
    this.#times.push(at);
  }

  /** @param waiting how many proxies began without configuration */
  result(waiting: number): Readiness {
    const times = this.#times;
    const by = (share: number): number | null => {
      const at = times[Math.max(1, Math.ceil(share * waiting)) - 1];
      return waiting === 0 || at === undefined ? null : at / SECOND;
    };
    return { proxies: waiting, ready: times.length, first: by(0), half: by(0.5), percent_99: by(0.99), last: by(1) };
  }
}
