/**
 * How long proxies go on sending to endpoints that were taken out of service: the window between the write that removed
 * them and each proxy using it. A pod that goes on serving for as long (preStop) loses nothing.
 *
 * The window is that of the push which brings the write. A push already on its way may carry it a little earlier, so the
 * answer errs on the safe side.
 */
import { type Nanos, SECOND } from '../../engine/time.js';
import type { Proxy } from '../../mesh/proxies.js';
import type { ObjectReference } from '../../pipeline/model/change.js';
import { Histogram } from '../../stats/histogram.js';
import type { SampleBatch, SampleBuffer } from '../../stats/sample-buffer.js';
import type { DeadEndpointWindows } from '../recorder/result.js';
import { DeadRequests, type Part, partOf } from './dead-requests.js';
import { groupOf } from './proxy-groups.js';

export class DeadEndpoints {
  /** One window for each endpoint and proxy. */
  readonly #windows = new Histogram();
  /** What is left of the windows when their endpoints have stopped serving. */
  readonly requests = new DeadRequests();
  readonly #ofOne: SampleBatch;
  /** Found before: by the service's name, and by proxy id. */
  readonly #ofObject = new Map<string, { readonly namespace: string; readonly part: Part }>();
  readonly #ofGroup: (Part | undefined)[] = [];

  constructor(sampleBuffer: SampleBuffer) {
    this.#ofOne = sampleBuffer.batch([this.#windows]);
  }

  /** The proxy uses the write that took endpoints out of service; until then it has sent to them. */
  used(written: Nanos, object: ObjectReference, proxy: Proxy, at: Nanos): void {
    const { removed = 0 } = object;
    if (removed === 1) this.#ofOne.values[this.#ofOne.row()] = at - written;
    else this.#windows.add(at - written, removed);
    this.#request(written, object, proxy, at);
  }

  /** The same of a proxy that no istiod told: it had no connection, and has all of its configuration anew. */
  missed(written: Nanos, object: ObjectReference, proxy: Proxy, at: Nanos): void {
    this.#windows.add(at - written, object.removed ?? 0);
    this.#request(written, object, proxy, at);
  }

  #request(written: Nanos, { removed = 0, serves, namespace, name }: ObjectReference, proxy: Proxy, at: Nanos): void {
    if (serves === undefined || at - written <= serves) return;
    const { requests } = this;
    this.#ofGroup[proxy.id] ??= partOf(requests.byGroup, groupOf(proxy));
    let service = this.#ofObject.get(name);
    if (service === undefined || service.namespace !== namespace) {
      service = { namespace, part: partOf(requests.byService, `${namespace}/${name}`) };
      this.#ofObject.set(name, service);
    }
    requests.add(written + serves, at, removed, service.part, this.#ofGroup[proxy.id]!);
  }

  /** Adds what another istiod's proxies went through. */
  absorb(other: DeadEndpoints): void {
    this.#windows.absorb(other.#windows);
    this.requests.absorb(other.requests);
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
