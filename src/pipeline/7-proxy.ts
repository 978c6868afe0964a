/**
 * The other end: the wire and Envoy. An Envoy applies messages in order, acknowledges each, and subscribes to what they
 * refer to: endpoints of the clusters in CDS, routes of the listeners in LDS. At start-up it asks for CDS, then EDS,
 * then LDS, then RDS, each after the one before has arrived.
 */
import { Ring } from '../engine/ring.js';
import type { Simulation } from '../engine/simulation.js';
import type { Nanos } from '../engine/time.js';
import type { ConfigKey } from '../mesh/keys.js';
import { NameSet } from '../mesh/service-table.js';
import { XDS_TYPES, type XdsType } from '../mesh/xds-types.js';
import type { Connection, XdsRequest } from './connection.js';
import type { Probe } from './probe.js';

export interface ProxyOptions {
  readonly xds: 'sotw' | 'delta';
  /** Draws the one-way delay between istiod and a proxy. */
  readonly network: () => Nanos;
  /** Draws the time Envoy takes to apply one message. */
  readonly envoyApply: () => Nanos;
}

export interface Envoy {
  /** A message leaves istiod now; answers when this proxy will use it. */
  transmit(type: XdsType): Nanos;
  /** Asks for clusters on a new stream. */
  subscribe(): void;
}

interface Message {
  readonly type: XdsType;
  readonly nonce: number;
  readonly endpoints: NameSet<ConfigKey> | undefined;
  readonly routes: NameSet<string> | undefined;
  /** Listeners that name certificates served by istiod. */
  readonly secrets: boolean;
}

const NO_ENDPOINTS = new NameSet<ConfigKey>([]);
const NO_ROUTES = new NameSet<string>([]);

export function createEnvoy(
  connection: Connection,
  sim: Simulation,
  options: ProxyOptions,
  next: (request: XdsRequest) => void,
  probe: Probe,
): Envoy {
  const inFlight = new Ring<Message>();
  const seen = [...connection.nonces];
  const { watched } = connection;
  let asked = { eds: watched.eds !== undefined, lds: watched.lds, rds: watched.rds !== undefined, sds: watched.sds };
  let isReady = asked.lds;
  let endpoints = watched.eds ?? NO_ENDPOINTS;
  let routes = watched.rds ?? NO_ROUTES;
  let lastApplied: Nanos = 0;

  function transmit(type: XdsType): Nanos {
    // Messages of one stream are applied in order, however the delays fall.
    const arrives = sim.now + options.network();
    lastApplied = Math.max(lastApplied, arrives) + options.envoyApply();
    probe.transmitted(arrives, lastApplied);
    inFlight.push({
      type,
      nonce: connection.nonces[XDS_TYPES.indexOf(type)] ?? 0,
      endpoints: type === 'cds' ? connection.referencedEndpoints() : undefined,
      routes: type === 'lds' ? connection.referencedRoutes() : undefined,
      secrets: type === 'lds' && (connection.gateway?.secrets.length ?? 0) > 0,
    });
    sim.at(lastApplied + options.network(), replied);
    return lastApplied;
  }

  /** What the Envoy said on applying the oldest message reaches istiod. */
  function replied(): void {
    const message = inFlight.shift() as Message;
    if (!connection.open) return;
    seen[XDS_TYPES.indexOf(message.type)] = message.nonce;
    acknowledge(message.type);
    if (message.endpoints !== undefined) onClusters(message.endpoints);
    else if (message.type === 'eds') askForListeners();
    else if (message.routes !== undefined) onListeners(message.routes, message.secrets);
    else if (message.type === 'rds') becomeReady();
  }

  function acknowledge(type: XdsType): void {
    const nonce = seen[XDS_TYPES.indexOf(type)] ?? 0;
    // State-of-the-world acknowledgements repeat the names; delta ones carry none.
    if (options.xds === 'delta') next({ type, nonce });
    else if (type === 'eds') next({ type, nonce, names: endpoints });
    else if (type === 'rds') next({ type, nonce, names: routes });
    else next({ type, nonce });
  }

  function onClusters(named: NameSet<ConfigKey>): void {
    if (!named.equals(endpoints) || (!asked.eds && named.size > 0)) {
      endpoints = named;
      asked = { ...asked, eds: true };
      next({ type: 'eds', nonce: options.xds === 'delta' ? 0 : (seen[XDS_TYPES.indexOf('eds')] ?? 0), names: named });
    } else if (named.size === 0) {
      askForListeners();
    }
  }

  function askForListeners(): void {
    if (asked.lds) return;
    asked = { ...asked, lds: true };
    next({ type: 'lds', nonce: 0 });
    // The agent asks for the name table right behind the first request for listeners.
    if (connection.proxy.shape.dnsCapture) next({ type: 'nds', nonce: 0 });
  }

  function onListeners(named: NameSet<string>, secrets: boolean): void {
    if (secrets && !asked.sds) {
      asked = { ...asked, sds: true };
      next({ type: 'sds', nonce: 0 });
    }
    if (!named.equals(routes) || (!asked.rds && named.size > 0)) {
      routes = named;
      asked = { ...asked, rds: true };
      next({ type: 'rds', nonce: options.xds === 'delta' ? 0 : (seen[XDS_TYPES.indexOf('rds')] ?? 0), names: named });
    } else if (named.size === 0) {
      becomeReady();
    }
  }

  function becomeReady(): void {
    if (isReady) return;
    isReady = true;
    probe.ready(connection);
  }

  return {
    transmit,
    subscribe() {
      sim.after(options.network(), () => next({ type: 'cds', nonce: 0 }));
    },
  };
}
