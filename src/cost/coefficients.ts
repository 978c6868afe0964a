/**
 * The numbers of a cost profile. CPU is in microseconds on a core of speed 1 (one of the recording machine's), sizes in
 * bytes. Every term is a physical piece of work, so a profile fitted on one mesh holds for another: base + per item.
 */
export interface Coefficients {
  /** Istio version, where the numbers come from and how good they are. */
  readonly provenance: string;
  readonly context: {
    /** Any build at all. */
    readonly base: number;
    /** Rebuilding the service registry: per service, and per (service, slice of its namespace) pair. */
    readonly perService: number;
    readonly perServicePair: number;
    /** Rebuilding the VirtualService index, more so after an idle period, and per object; the DestinationRule index, per object. */
    readonly virtualServices: number;
    readonly virtualServicesCold: number;
    readonly perVirtualService: number;
    readonly perDestinationRule: number;
    /** Converting one Sidecar object eagerly: per service it may see (1.17; later 0, the first proxy pays). */
    readonly perSidecarService: number;
    /** Added when everything is rebuilt, per service. */
    readonly forcedPerService: number;
  };
  readonly state: {
    /** A push that looks up the proxy's own services (every full push in 1.17, forced ones later). */
    readonly targets: number;
    readonly targetsPerService: number;
    /** Any other push that recomputes state. */
    readonly base: number;
    /** First proxy of a scope in a context. */
    readonly scope: number;
    readonly scopePerService: number;
    readonly scopePerVirtualService: number;
  };
  readonly cds: TypeCosts;
  readonly eds: TypeCosts & { readonly missPerEndpoint: number };
  readonly lds: { readonly base: number; readonly perService: number };
  readonly rds: {
    readonly hit: number;
    readonly hitPerService: number;
    readonly hitPerVirtualService: number;
    readonly miss: number;
    readonly missPerService: number;
    readonly missPerVirtualService: number;
  };
  readonly send: {
    readonly perMessage: number;
    readonly perKilobyte: number;
    readonly perEndpointResource: number;
  };
  /** What is left when a push's last message is handed over: bookkeeping, and writing that message to the socket. */
  readonly finish: { readonly base: number; readonly perKilobyte: number };
  readonly steps: StepCosts;
  readonly memory: {
    /** Heap in use that no object lives in: fragments and spans kept ready. */
    readonly overhead: number;
    /** Live heap of an istiod without mesh or proxies, and per proxy and service; garbage comes on top. */
    readonly base: number;
    readonly perProxy: number;
    readonly perService: number;
    /** The proxies after this many take less each, `perProxyMore`: three hundred recorded ones took hardly more than one hundred. */
    readonly crowd: number;
    readonly perProxyMore: number;
    /** Bytes allocated per microsecond of work, and besides per byte sent; CPU of marking a megabyte of live heap. */
    readonly allocatedPerMicrosecond: number;
    readonly allocatedPerByte: number;
    readonly markPerMegabyte: number;
  };
  readonly idle: {
    /** CPU used doing nothing, microseconds a second. */
    readonly perSecond: number;
  };
  readonly bytes: SizeCoefficients;
}

export interface StepCosts {
  /** Handling an event, by what changed. */
  readonly handler: Readonly<Record<HandlerKind, HandlerCosts>>;
  readonly merge: number;
  /** Queueing everybody at all, and each connection. */
  readonly enqueueAll: number;
  readonly enqueue: number;
  /** What the widest dispatch so far takes longer: code that is read for the first time. */
  readonly firstEnqueue: number;
  /** Taking a connection from the queue and starting its sender; and longer where no dead goroutine can be used again. */
  readonly dispatch: number;
  readonly newSender: number;
  readonly acknowledge: number;
  readonly acknowledgePerName: number;
  readonly connect: number;
}

/** Of one event: in the informer, in the registered handler until the debounce has the update, and later in the background. */
export interface HandlerCosts {
  readonly decode: number;
  readonly handle: number;
  readonly after: number;
}

export type HandlerKind = 'service' | 'endpoints' | 'config' | 'secret';

/** Generation of a type made of cached entries, one per service. */
export interface TypeCosts {
  readonly base: number;
  /** An entry found in the cache. */
  readonly hit: number;
  /** Any entry missing at all, and each one. */
  readonly missBase: number;
  readonly miss: number;
  /** A partial generation still walks over everything watched. */
  readonly walk: number;
}

export interface SizeCoefficients {
  readonly cds: {
    readonly sidecar: number;
    readonly gateway: number;
    readonly perCluster: number;
    readonly perDestinationRule: number;
    /** Per character that the host is longer than `hostLength`. */
    readonly perHostCharacter: number;
    readonly hostLength: number;
  };
  readonly eds: { readonly empty: number; readonly filled: number; readonly perEndpoint: number };
  readonly lds: {
    readonly sidecar: number;
    readonly perPort: number;
    readonly gatewayPort: number;
    readonly perTcpService: number;
  };
  readonly rds: {
    readonly base: number;
    readonly perService: number;
    readonly ownNamespace: number;
    readonly perExtraRoute: number;
    readonly perHeaderMatch: number;
    readonly gatewayEmpty: number;
    readonly gatewayPerVirtualService: number;
  };
}
