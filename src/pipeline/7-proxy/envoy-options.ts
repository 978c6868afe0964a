import type { Stream } from '../../engine/random/streams.js';
import type { Simulation } from '../../engine/simulation.js';
import type { Nanos } from '../../engine/time.js';
import type { XdsType } from '../../istio/xds-types.js';
import type { Proxy } from '../../mesh/proxies.js';
import type { XdsServer } from '../model/xds-server.js';

/** An Envoy as those know it who follow its connections. */
export interface ConnectingProxy {
  readonly proxy: Proxy;
}

export interface EnvoyOptions<E extends ConnectingProxy> {
  readonly sim: Simulation;
  readonly xds: 'sotw' | 'delta';
  /** Draws the one-way delay between istiod and a proxy. */
  readonly network: () => Nanos;
  /** Draws the time Envoy takes to apply one message. */
  readonly envoyApply: () => Nanos;
  /** Of the waits before a refused stream is opened again. */
  readonly backOff: Stream;
  /** Scheduled with the proxy's id: must call `replied` of its Envoy. */
  readonly reply: (proxy: number) => void;
  /** Whether a proxy rejects a message of this type that arrives then; none does if absent. */
  readonly rejects?: (proxy: number, type: XdsType, arrives: Nanos) => boolean;
  /** Until when a proxy does not read; in the past, or undefined, when it does. */
  readonly heldUntil?: (proxy: number) => Nanos | undefined;
  /** The istiod that a new connection reaches; undefined: there is none. */
  readonly route?: (envoy: E) => XdsServer | undefined;
  readonly life?: ConnectionLife<E>;
}

/** Told what becomes of connections. */
export interface ConnectionLife<E extends ConnectingProxy> {
  /** An attempt failed: nobody listens, or the limiter refused it. */
  refused(envoy: E, why: 'unavailable' | 'limited'): void;
  opened(envoy: E, server: XdsServer): void;
  /** The stream has ended, whoever ended it. */
  closed(envoy: E, server: XdsServer): void;
  /** istiod has ended the stream because a send took too long. */
  cutOff(envoy: E): void;
  /** All that it asked for when the stream began has been answered. */
  served(envoy: E): void;
  /** For the first time it has clusters, listeners and routes. */
  ready(envoy: E): void;
}
