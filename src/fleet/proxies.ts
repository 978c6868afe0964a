/** The mesh's proxies as they connect: their Envoys, and which of them reject what they are sent. */
import type { Streams } from '../engine/random/streams.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { XdsType } from '../istio/xds-types.js';
import type { Proxy } from '../mesh/proxies.js';
import { Envoy } from '../pipeline/7-proxy/envoy.js';
import { Rejections } from '../pipeline/7-proxy/rejections.js';

export interface ProxiesSetup {
  readonly proxies: readonly Proxy[];
  readonly xds: 'sotw' | 'delta';
  /** Draw one-way delays and Envoy's time to apply a message. */
  readonly network: () => Nanos;
  readonly envoyApply: () => Nanos;
  readonly streams: Streams;
}

export interface Proxies {
  /** By proxy id. */
  readonly envoys: readonly Envoy[];
  /** From now until then these proxies reject messages of these types. */
  reject(proxies: readonly number[], types: readonly XdsType[], until: Nanos): void;
}

export function createProxies(sim: Simulation, setup: ProxiesSetup): Proxies {
  const { proxies, xds, network, envoyApply, streams } = setup;
  const rejections = new Rejections();
  const options = {
    sim,
    xds,
    network,
    envoyApply,
    backOff: streams.stream('reconnect'),
    reply: (id: number) => envoys[id]!.replied(),
    rejects: (proxy: number, type: XdsType, arrives: Nanos) => rejections.rejects(proxy, type, arrives),
  };
  const envoys = proxies.map((proxy) => new Envoy(proxy, options));
  return { envoys, reject: (rejecting, types, until) => rejections.add(rejecting, types, until) };
}
