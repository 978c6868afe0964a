/**
 * A service as the registry converts it. Immutable: a change of the definition makes a new object with the same id, so
 * that a push context can keep the one it was built with. How many endpoints it has lives in the endpoint index, which
 * istiod reads at generation time and not from the push context.
 */
import type { ConfigKey } from '../keys.js';
import type { ServiceSpec } from '../spec.js';

/** A (namespace, host) that may have endpoints before it has a service, and after. */
export interface Host {
  /** Dense, given at first sight; kept over delete and re-creation. */
  readonly id: number;
  /** Its ServiceEntry key: what scopes and cache entries depend on. */
  readonly key: ConfigKey;
}

export interface Service extends Host {
  readonly spec: ServiceSpec;
  /** Its ServiceEntry object; undefined for a Kubernetes Service. */
  readonly entry: ConfigKey | undefined;
  /** What that object lists, or selects, as endpoints: two of as many may be others. */
  readonly listed: readonly unknown[];
}

/** Ports that share the routes of their number (`Protocol.IsHTTP`). */
export function isHttp(protocol: string): boolean {
  return protocol === 'http' || protocol === 'http2' || protocol === 'grpc';
}

/** Ports that Envoy sniffs: each has a listener of its own, and a route `host:port`. */
export function isSniffed(protocol: string): boolean {
  return protocol === 'auto';
}

/** Whether the pods of a headless service have a listener each for the port (`buildSidecarOutboundListeners`). */
export function hasPodListeners({ spec }: Service, protocol: string): boolean {
  return spec.resolution === 'headless' && !isHttp(protocol) && protocol !== 'udp';
}

/** Whether the clusters of this service are of discovery type EDS; a headless one is ORIGINAL_DST for sidecars only. */
export function isEds(service: Service, gateway: boolean): boolean {
  const { resolution } = service.spec;
  return resolution === 'client' || (resolution === 'headless' && gateway);
}

/** Whether every port of the service speaks HTTP: then a headless endpoint change touches only the name table. */
export function allHttp(service: Service): boolean {
  return service.spec.ports.every((port) => isHttp(port.protocol));
}
