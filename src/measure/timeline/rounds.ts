/** The pushes one by one, as a chart of the debounce and istiod's log need them. Bounded: late ones are only counted. */
import type { Nanos } from '../../engine/time.js';
import type { PushRequest } from '../../pipeline/model/push-request.js';
import type { RoundKind } from '../../pipeline/observer.js';

export interface RoundDetail {
  readonly number: number;
  readonly kind: RoundKind;
  readonly merged: number;
  /** When the first update of the batch was received, and how long the last one had been there. */
  readonly since: Nanos;
  readonly quiet: Nanos;
  readonly began: Nanos;
  readonly full: boolean;
  readonly forced: boolean;
  /** The first key and how many there are. */
  readonly key: string;
  readonly keys: number;
  context: Nanos;
  services: number;
  /** All proxies are queued. */
  finished: Nanos;
  proxies: number;
}

const KEPT_MAX = 20_000;

export class Rounds {
  readonly kept: RoundDetail[] = [];
  count = 0;
  #lastReceived: Nanos = 0;
  /** Begun and not finished: one debounced push, and with EDS debounce off any number of others. */
  readonly #running = new Map<PushRequest, RoundDetail>();

  received(now: Nanos): void {
    this.#lastReceived = now;
  }

  began(now: Nanos, kind: RoundKind, merged: number, since: Nanos, request: PushRequest): RoundDetail {
    this.count += 1;
    const [first] = request.keys;
    const round: RoundDetail = {
      number: this.count,
      kind,
      merged,
      since,
      quiet: kind === 'bypass' ? 0 : now - this.#lastReceived,
      began: now,
      full: request.full,
      forced: request.forced,
      key: first === undefined ? '' : `${first.kind}/${first.namespace}/${first.name}`,
      keys: request.keys.size,
      context: 0,
      services: 0,
      finished: now,
      proxies: 0,
    };
    if (this.kept.length < KEPT_MAX) this.kept.push(round);
    this.#running.set(request, round);
    return round;
  }

  contextBuilt(request: PushRequest, took: Nanos, services: number): void {
    const round = this.#running.get(request);
    if (round === undefined) return;
    round.context = took;
    round.services = services;
  }

  /** The oldest running round of that kind is over. */
  finished(now: Nanos, kind: RoundKind, proxies: number): RoundDetail | undefined {
    for (const [request, round] of this.#running) {
      if ((round.kind === 'bypass') !== (kind === 'bypass')) continue;
      this.#running.delete(request);
      round.finished = now;
      round.proxies = proxies;
      return round;
    }
    return undefined;
  }
}
