/**
 * Gateway objects as one push context sees them, merged per kind of gateway pod (`model.MergeGateways`).
 */

import type { ProxyShape } from '../proxies.js';
import { NameSet } from '../services/service-table.js';
import { type Gateway, selects } from './configs.js';

export interface MergedGateway {
  readonly gateways: readonly Gateway[];
  /** One listener per server port. */
  readonly ports: readonly number[];
  /** `http.PORT` per plain port, `https.PORT.server.gateway.namespace` per TLS server; none for TCP and passthrough. */
  readonly routes: NameSet<string>;
  /** Certificates asked from istiod. */
  readonly secrets: NameSet<string>;
}

export class GatewayTable {
  readonly #merged = new Map<ProxyShape, MergedGateway>();

  constructor(
    readonly gateways: readonly Gateway[],
    readonly sameNamespaceOnly = false,
  ) {}

  /** What the Gateway objects that select these pods add up to; empty for an egress gateway nobody configured. */
  mergedFor(shape: ProxyShape): MergedGateway {
    let merged = this.#merged.get(shape);
    if (merged === undefined) {
      merged = merge(this.gateways.filter((gateway) => this.#applies(gateway, shape)));
      this.#merged.set(shape, merged);
    }
    return merged;
  }

  #applies(gateway: Gateway, shape: ProxyShape): boolean {
    // What was converted from the Gateway API is for the pods deployed for it, which are beside it.
    const besideOnly = this.sameNamespaceOnly || gateway.origin?.kind === 'KubernetesGateway';
    if (besideOnly && gateway.object.namespace !== shape.namespace) return false;
    return selects(gateway.selector, shape.labels);
  }
}

function merge(gateways: readonly Gateway[]): MergedGateway {
  const ports = new Set<number>();
  const routes = new Set<string>();
  const secrets = new Set<string>();
  for (const gateway of gateways) {
    for (const [index, server] of gateway.servers.entries()) {
      ports.add(server.port);
      if (server.passesThrough) continue;
      if (['HTTP', 'HTTP2', 'GRPC'].includes(server.protocol)) routes.add(`http.${server.port}`);
      if (server.protocol === 'HTTPS') {
        routes.add(`https.${server.port}.${index}.${gateway.object.name}.${gateway.object.namespace}`);
      }
      for (const name of server.credentials) secrets.add(name);
    }
  }
  return {
    gateways,
    ports: [...ports].sort((a, b) => a - b),
    routes: new NameSet([...routes]),
    secrets: new NameSet([...secrets]),
  };
}
