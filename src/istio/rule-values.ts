/**
 * What rules say, one value for each thing that has ever differed between releases. Every value belongs to one rule; the
 * compiler sees that none is missing.
 */
import type { ContextPart } from './context-parts.js';
import type { ConfigKind } from './kinds.js';
import type { XdsType } from './xds-types.js';

/**
 * When a changed key concerns a proxy. `scope`: its sidecar scope depends on the key, now or before the change;
 * `scopeOrFirstOwn`, `scopeOrOwn`: or it is the proxy's first (any) own service; `namespace`: the key is in the root
 * namespace or the scope's.
 */
export type Relevance = 'always' | 'never' | 'scope' | 'scopeOrFirstOwn' | 'scopeOrOwn' | 'namespace';

export type RuleValues = EventValues &
  RequestValues &
  PushValues &
  CostValues &
  MetricValues &
  BesideValues & { readonly [K in ConfigKind as `skips.${K}`]: string } & {
    readonly [K in ConfigKind as `sidecar.${K}` | `router.${K}`]: Relevance;
  } & { readonly [K in ConfigKind as `rebuilds.${K}`]: readonly ContextPart[] };

/** How events become push requests. */
export interface EventValues {
  /** The kind an endpoint-only change is keyed with. */
  readonly endpointKind: 'ServiceEntry' | 'Endpoints';
  /**
   * What an EndpointSlice is compared by with what is stored; equal ones push nothing. `nothing`: every write pushes;
   * `addresses`: addresses and health, so that a change of weight, label or locality alone is lost.
   */
  readonly endpointComparison: 'nothing' | 'addresses' | 'attributes';
  /** Whether changed labels of a Pod push the endpoints that it is. */
  readonly podLabelsPushEndpoints: boolean;
  /** Whether the Gateway API group counts as foreign, so that even its status writes push. */
  readonly gatewayApiAlwaysPushes: boolean;
  /** Kinds pushed as what they become, and only if that has changed. */
  readonly translatedKinds: readonly ConfigKind[];
  /** Whether an Ingress is pushed only if what it becomes has changed. */
  readonly comparesIngress: boolean;
  /** Whether a VirtualService's metadata alone is worth a push. */
  readonly virtualServiceMetadataPushes: boolean;
  /** Whether a delegate's change is pushed as that of the VirtualServices that name it; else as itself. */
  readonly mergesDelegates: boolean;
  /** Whether ConfigMaps with CA certificates are watched. */
  readonly watchesConfigMaps: boolean;
  /** Whether the write of a service that is already gone again is ignored. */
  readonly skipsGoneServices: boolean;
  /** Whether services that nobody may see (`exportTo: ~`) change nothing outside the local cache. */
  readonly hiddenServicesArePrivate: boolean;
  /** Headless services: name tables only where all ports are HTTP, otherwise always full. */
  readonly headlessByProtocol: boolean;
  /** Whether `discoverySelectors` hold for config objects, and for Secrets and ConfigMaps, whatever is set. */
  readonly selectsConfigs: boolean;
  readonly selectsSecrets: boolean;
  /** Label by which the pods deployed for a Gateway API Gateway name it. */
  readonly gatewayNameLabel: string;
  /** Kinds that have an event stream of their own; otherwise one worker serves all config kinds in order. */
  readonly configStreamPerKind: boolean;
  /** Whether services and endpoints of ServiceEntries come in two streams of their own. */
  readonly serviceEntryStreams: boolean;
}

/** What a request asks for. */
export interface RequestValues {
  /** Requests carry `full`: an incremental one (endpoints, secrets) builds no context and recomputes no proxy state. */
  readonly hasFull: boolean;
  /** Requests carry `forced`; without it a request with no keys means everything. */
  readonly hasForced: boolean;
  /** Kinds after which a proxy's sidecar scope, and a gateway's merged gateways, are looked up again. */
  readonly scopeKinds: readonly ConfigKind[];
  readonly gatewayKinds: readonly ConfigKind[];
  /** When a full push looks up a proxy's own services: always, for any service key, for one of its namespace. */
  readonly ownServices: 'always' | 'anyServiceKey' | 'ownNamespace';
  /** Whether `pilot_services` also counts what is exported to other namespaces only, and not to its own. */
  readonly countsExportedOnly: boolean;
  /** Reasons counted once per request however often they were merged. */
  readonly countedOnce: readonly string[];
  readonly xds: 'sotw' | 'delta';
  /** 0: min(15 + 5 × GOMAXPROCS, 100). */
  readonly pushThrottle: number;
  readonly maxRequestsPerSecond: number;
  /** Whether `ENABLE_ENHANCED_RESOURCE_SCOPING` is on unless set. */
  readonly enhancedResourceScoping: boolean;
}

/** What a push means for a proxy. */
export interface PushValues {
  /** Whether keys are filtered proxy by proxy; if not, one relevant key lets the whole set through. */
  readonly filtersKeys: boolean;
  /** Types that an incremental request never regenerates. */
  readonly fullOnly: readonly XdsType[];
  /** Kinds that leave EDS partial although they are in the request; see `edsSkippedKindsKeepPartial`. */
  readonly edsPartialKinds: readonly ConfigKind[];
  /** Whether kinds in the EDS skip list leave a partial EDS push partial. */
  readonly edsSkippedKindsKeepPartial: boolean;
  /** Kinds for which delta CDS sends only the affected clusters. */
  readonly deltaCdsKinds: readonly ConfigKind[];
  /** Whether keys that do not regenerate clusters are taken out before that is decided. */
  readonly cdsSkippedKindsKeepDelta: boolean;
  /** A delta answer to a CDS request is followed by all watched endpoints. */
  readonly forcesEdsAfterDeltaCds: boolean;
  /** Batches that hold nothing but headless endpoints' service keys skip clusters and routes. */
  readonly headlessShortcut: boolean;
  /** Secret events answer every SDS watcher with an empty list when the secret is not theirs. */
  readonly sendsEmptySds: boolean;
  /** State-of-the-world requests that only drop names are answered, certificates with an empty list. */
  readonly answersRemovals: boolean;
}

/** Rules that explain a cost, or a size: the structure follows the release even where its numbers are borrowed. */
export interface CostValues {
  /** One xDS cache for all types; otherwise separate ones. */
  readonly oneCache: boolean;
  /** Whether cached routes are dropped with every endpoint event of a service in them. */
  readonly endpointsDropRoutes: boolean;
  /** Whether the type of the proxy is part of the key of cached endpoints. */
  readonly endpointsByNodeType: boolean;
  /** Sidecar objects are evaluated when the first proxy needs them, not while a context is built. */
  readonly lazyScopes: boolean;
  /** A context lists the slices of the namespace for every service, instead of copying the endpoint index. */
  readonly listsSlicesPerService: boolean;
  /** VirtualServices are copied while a context is built. */
  readonly copiesVirtualServices: boolean;
  /** Generated code marshals messages. */
  readonly vtprotobuf: boolean;
  /** Bytes: of a cluster, what comes with all of them, what a DestinationRule adds, of a sidecar's listeners. */
  readonly clusterBytes: number;
  readonly clustersBytes: number;
  readonly destinationRuleBytes: number;
  readonly listenersBytes: number;
  /** Of a gateway: what comes with all its clusters, a port's listener, routes without any. */
  readonly gatewayClustersBytes: number;
  readonly gatewayListenerBytes: number;
  readonly gatewayRoutesBytes: number;
  /** Bytes of a service's routes, and of one more route of it. */
  readonly routeBytes: number;
  readonly extraRouteBytes: number;
}

/** How istiod tells what it does. */
export interface MetricValues {
  /** The bound of 0.5 s in `pilot_debounce_time` and `pilot_xds_push_time`. */
  readonly halfSecondBound: boolean;
  /** What the last field of the debounce's log line is. */
  readonly debounceLogFlag: 'full' | 'forced';
  /** Whether the log line of a push says its version twice. */
  readonly pushLogTwice: boolean;
  /** `pilot_xds_push_context_errors`. */
  readonly countsContextErrors: boolean;
  readonly outboundConflicts: readonly string[];
  readonly queueMetrics: boolean;
  readonly dashboard: string;
}

/** Rules that the model does not act upon; they are told of. */
export interface BesideValues {
  readonly endpointSlicesOnly: boolean;
  readonly partialFullPushesSwitch: boolean;
  readonly sendTimeoutSwitch: boolean;
  readonly passthroughGatewayClusters: boolean;
  readonly gatewayScopeCache: boolean;
  readonly endpointIdentity: 'address' | 'workload';
  readonly sendsUnhealthy: boolean;
  readonly scopedAddressPushes: boolean;
  /** From the maximum age of a connection to its forced close, seconds. */
  readonly closeGrace_s: number;
}
