/**
 * How long proxies go on sending to endpoints that were taken out of service: the window between the write that removed
 * them and each proxy using it. A pod that goes on serving for as long (preStop) loses nothing.
 *
 * The window is that of the push which brings the write. A push already on its way may carry it a little earlier, so the
 * answer errs on the safe side.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import { Histogram } from '../../stats/histogram.js';
import type { SampleBatch, SampleBuffer } from '../../stats/sample-buffer.js';
import type { DeadEndpointWindows } from '../recorder/result.js';

export class DeadEndpoints {
  /** One window for each endpoint and proxy. */
  readonly #windows = new Histogram();
  /** What is left of the windows when their endpoints have stopped serving. */
  readonly #hit = new Histogram();
  readonly #ofOne: SampleBatch;

  constructor(sampleBuffer: SampleBuffer) {
    this.#ofOne = sampleBuffer.batch([this.#windows]);
  }

  /** `serves`: how long the endpoints went on serving after the write that took them out; undefined: not known. */
  add(window: Nanos, endpoints: number, serves?: Nanos): void {
    if (serves !== undefined && window > serves) this.#hit.add(window - serves, endpoints);
    if (endpoints === 1) this.#ofOne.values[this.#ofOne.row()] = window;
    else this.#windows.add(window, endpoints);
  }

  /** Adds what another istiod's proxies went through. */
  absorb(other: DeadEndpoints): void {
    this.#windows.absorb(other.#windows);
    this.#hit.absorb(other.#hit);
  }

  /** Of all pairs, the time that the proxy still sent to the endpoint and nobody was there. */
  get hitNanos(): Nanos {
    return this.#hit.sum;
  }

  get pairsHit(): number {
    return this.#hit.count;
  }

  /** The smallest times (seconds) after which at most 1 %, 0.1 % and none of the pairs would still be hit. */
  result(): DeadEndpointWindows {
    const windows = this.#windows;
    return {
      pairs: windows.count,
      safe_prestop_99: windows.quantile(0.99) / SECOND,
      safe_prestop_99_9: windows.quantile(0.999) / SECOND,
      safe_prestop_100: windows.max / SECOND,
      proxy_seconds: windows.sum / SECOND,
    };
  }
}
