/**
 * What differs between the three behaviours of istiod, as data: the stages ask the profile and hold no version names.
 */
import type { ContextPart } from './context-parts.js';
import type { ConfigKind } from './kinds.js';
import type { SkipTable } from './skip-table.js';
import type { XdsType } from './xds-types.js';

export type IstioVersion = '1.17' | '1.30' | '1.32-dev';

/**
 * When a changed key concerns a proxy. `scope`: its sidecar scope depends on the key, now or before the change;
 * `scopeOrFirstOwn`, `scopeOrOwn`: or it is the proxy's first (any) own service; `namespace`: the key is in the root
 * namespace or the scope's.
 */
export type Relevance = 'always' | 'never' | 'scope' | 'scopeOrFirstOwn' | 'scopeOrOwn' | 'namespace';

export interface Profile {
  readonly version: IstioVersion;
  /** Requests carry `full`: an incremental one (endpoints, secrets) builds no context and recomputes no proxy state. */
  readonly hasFull: boolean;
  /** Requests carry `forced`; without it a request with no keys means everything. */
  readonly hasForced: boolean;
  /** The kind an endpoint-only change is keyed with. */
  readonly endpointKind: 'ServiceEntry' | 'Endpoints';
  /** Whether an EndpointSlice event without a visible change is dropped. */
  readonly suppressesEqualEndpoints: boolean;
  /** Whether the Gateway API group counts as foreign, so that even its status writes push. */
  readonly gatewayApiAlwaysPushes: boolean;
  /** Whether Gateway API objects, Ingresses and WasmPlugins are pushed as what they become, and only if that has changed. */
  readonly translatesConfigs: boolean;
  /** Whether ConfigMaps with CA certificates are watched. */
  readonly watchesConfigMaps: boolean;
  /** Whether the write of a service that is already gone again is ignored. */
  readonly skipsGoneServices: boolean;
  /** Whether services that nobody may see (`exportTo: ~`) change nothing outside the local cache. */
  readonly hiddenServicesArePrivate: boolean;
  /** Headless services: name tables only where all ports are HTTP, otherwise always full; a switch decides in 1.17. */
  readonly headlessByProtocol: boolean;
  /** Whether `discoverySelectors` hold for config objects (1.17: when asked for), and for Secrets and ConfigMaps. */
  readonly selectsConfigs: boolean;
  readonly selectsSecrets: boolean;
  /** Label by which the pods deployed for a Gateway API Gateway name it. */
  readonly gatewayNameLabel: string;
  /** Kinds that have an event stream of their own; otherwise one worker serves all config kinds in order. */
  readonly configStreamPerKind: boolean;
  /** Whether keys are filtered proxy by proxy; if not, one relevant key lets the whole set through. */
  readonly filtersKeys: boolean;
  readonly relevance: {
    readonly sidecar: Readonly<Partial<Record<ConfigKind, Relevance>>>;
    readonly router: Readonly<Partial<Record<ConfigKind, Relevance>>>;
    /** For kinds not listed. */
    readonly otherwise: Relevance;
  };
  readonly skips: SkipTable;
  /** Types that an incremental request never regenerates. */
  readonly fullOnly: ReadonlySet<XdsType>;
  /** Kinds that leave EDS partial although they are in the request; see `edsSkippedKindsKeepPartial`. */
  readonly edsPartialKinds: ReadonlySet<ConfigKind>;
  /** 1.17: kinds in the EDS skip list do not disturb a partial EDS push. Later they make it a full one. */
  readonly edsSkippedKindsKeepPartial: boolean;
  /** Kinds for which delta CDS sends only the affected clusters. */
  readonly deltaCdsKinds: ReadonlySet<ConfigKind>;
  /** A delta answer to a CDS request is followed by all watched endpoints. */
  readonly forcesEdsAfterDeltaCds: boolean;
  /** Kinds after which a proxy's sidecar scope, and a gateway's merged gateways, are looked up again. */
  readonly scopeKinds: ReadonlySet<ConfigKind>;
  readonly gatewayKinds: ReadonlySet<ConfigKind>;
  /** Whether every full push looks up each proxy's own services, or only one that may have changed them. */
  readonly alwaysLooksUpOwnServices: boolean;
  /** Parts of the push context that a key of a kind rebuilds. */
  readonly rebuilds: Readonly<Partial<Record<ConfigKind, readonly ContextPart[]>>>;
  /** Whether `pilot_services` also counts what is exported to other namespaces only, and not to its own. */
  readonly countsExportedOnly: boolean;
  /** Reasons counted once per request however often they were merged. */
  readonly countedOnce: ReadonlySet<string>;
  /** The 1.31 optimisation for batches that hold nothing but headless endpoints' service keys. */
  readonly headlessShortcut: boolean;
  /** Secret events answer every SDS watcher with an empty list when the secret is not theirs. */
  readonly sendsEmptySds: boolean;
  /** One xDS cache for all types; separate ones since 1.18. */
  readonly oneCache: boolean;
  /**
   * Whether cached routes are dropped with every endpoint event of a service in them. Seen in recordings of 1.17 and not
   * in those of 1.30, where such an event only keeps pushes under way from filling the cache.
   */
  readonly endpointsDropRoutes: boolean;
  /** Whether the type of the proxy is part of the key of cached endpoints. */
  readonly endpointsByNodeType: boolean;
  readonly defaults: {
    readonly xds: 'sotw' | 'delta';
    /** 0: min(15 + 5 × GOMAXPROCS, 100). */
    readonly pushThrottle: number;
    readonly maxRequestsPerSecond: number;
  };
}
