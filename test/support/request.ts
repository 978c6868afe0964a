/** Push requests in one word each: `change('vs/cart')`, `endpoints('cart')`, as the three versions would make them. */

import type { IstioVersion } from '../../src/istio/profile.js';
import { profileOf } from '../../src/istio/profile.js';
import { KeyInterner } from '../../src/mesh/keys.js';
import { type PushRequest, pushRequest, type Reason } from '../../src/pipeline/model/push-request.js';
import { named } from './bench.js';
import { hostOf, placed } from './mesh.js';

export interface Requests {
  readonly keys: KeyInterner;
  /** A write of a config object: full where the version knows the word. */
  change(what: string, reason?: Reason): PushRequest;
  /** A change of endpoints and nothing else. */
  endpoints(service: string): PushRequest;
  /** A changed service. */
  service(service: string): PushRequest;
  secret(what: string): PushRequest;
  /** Everything to everybody. */
  everything(reason?: Reason): PushRequest;
}

export function requestsOf(version: IstioVersion, keys = new KeyInterner()): Requests {
  const profile = profileOf(version);
  const { hasFull, hasForced, endpointKind } = profile;
  return {
    keys,
    change(what, reason = 'config') {
      const { kind, name } = named(what);
      const { namespace, name: own } = placed(name);
      return pushRequest({ full: hasFull, reason, keys: [keys.of(kind, namespace, own)] });
    },
    endpoints(service) {
      const key = keys.of(endpointKind, placed(service).namespace, hostOf(service));
      return pushRequest({ reason: 'endpoint', keys: [key] });
    },
    service(service) {
      const key = keys.of('ServiceEntry', placed(service).namespace, hostOf(service));
      return pushRequest({ full: hasFull, reason: 'service', keys: [key] });
    },
    secret(what) {
      const { namespace, name } = placed(what);
      return pushRequest({ reason: 'secret', keys: [keys.of('Secret', namespace, name)] });
    },
    everything(reason = 'global') {
      return pushRequest({ full: hasFull, forced: hasForced, reason });
    },
  };
}

/** Keys as text, in order: `ServiceEntry shop/cart…`. */
export function keysOf(request: PushRequest): string[] {
  return [...request.keys].map(({ kind, namespace, name }) => `${kind} ${namespace}/${name}`).sort();
}
