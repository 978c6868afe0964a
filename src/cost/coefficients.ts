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
    /** Rebuilding the service registry: whatever there is, per service, and per (service, slice of its namespace) pair. */
    readonly services: number;
    readonly perService: number;
    readonly perServicePair: number;
    /** Rebuilding the VirtualService index, more so after an idle period, and per object; the indexes of DestinationRules and Gateways, per object. */
    readonly virtualServices: number;
    readonly virtualServicesCold: number;
    readonly perVirtualService: number;
    /** Routes of a VirtualService beyond its second (1.17 copies them). */
    readonly perRoute: number;
    readonly perDestinationRule: number;
    readonly perGateway: number;
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
  readonly lds: {
    readonly base: number;
    readonly perService: number;
    /** Listeners of a proxy's own service, per port. */
    readonly perInboundPort: number;
    readonly gateway: number;
    readonly perGatewayPort: number;
    readonly perGateway: number;
  };
  readonly rds: {
    readonly hit: number;
    readonly hitPerService: number;
    readonly hitPerVirtualService: number;
    readonly miss: number;
    readonly missPerService: number;
    readonly missPerVirtualService: number;
    /** Routes of a VirtualService beyond its second: cached or not, each message encodes them. */
    readonly perRoute: number;
    /** A gateway's routes are never cached: per route name and per VirtualService bound to it. */
    readonly gateway: number;
    readonly gatewayPerVirtualService: number;
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
    /** Live heap of an istiod without mesh or proxies, and per object that its informers hold. */
    readonly base: number;
    readonly perService: number;
    readonly perEndpoint: number;
    /** Per stream with its Pod, and per resource that it watches. */
    readonly perProxy: number;
    readonly perWatched: number;
    /**
     * Besides of an Envoy's stream: its node metadata and its TLS connection, which the recordings' clients have not. Not
     * from recordings: what memory published of large meshes leaves unexplained.
     */
    readonly perEnvoy: number;
    /** Outside of the heap: the runtime itself, and the stacks of a stream's goroutines. */
    readonly outside: number;
    readonly stackPerProxy: number;
    /** 1: gRPC keeps the buffers of messages for the next (since 1.66), and those above 32 KiB take 1 MiB each; 0: it does not. */
    readonly pooledBuffers: number;
    /** Bytes allocated per microsecond of warm generation, per byte sent, and per name in a request. */
    readonly allocatedPerMicrosecond: number;
    readonly allocatedPerByte: number;
    readonly allocatedPerName: number;
    /** Bytes allocated by an event, and per address in it. */
    readonly allocatedPerEvent: number;
    readonly allocatedPerAddress: number;
    /** CPU of marking a megabyte of live heap. */
    readonly markPerMegabyte: number;
  };
  readonly idle: {
    /** CPU used doing nothing, microseconds a second. */
    readonly perSecond: number;
  };
  readonly bytes: SizeCoefficients;
}

export interface StepCosts {
  readonly wake: WakeCosts;
  /** Handling an event, by what changed. */
  readonly handler: Readonly<Record<HandlerKind, HandlerCosts>>;
  /** Decoding one address of an EndpointSlice, and handling one endpoint of all its service has. */
  readonly perAddress: number;
  readonly perEndpoint: number;
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

/** Of one event: in the informer, and in the registered handler until the debounce has the update. */
export interface HandlerCosts {
  readonly decode: number;
  readonly handle: number;
}

/** What an event takes longer where istiod was asleep: threads and caches that have to come back. */
export interface WakeCosts {
  /** After a long sleep. */
  readonly most: number;
  /** A sleep after which it takes half of that, microseconds. */
  readonly half: number;
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
    /** Clusters of a proxy's own service, per port. */
    readonly inboundPort: number;
    readonly perCluster: number;
    readonly perDestinationRule: number;
    /** Per character that the host is longer than `hostLength`. */
    readonly perHostCharacter: number;
    readonly hostLength: number;
  };
  readonly eds: { readonly empty: number; readonly filled: number; readonly perEndpoint: number };
  readonly lds: {
    readonly sidecar: number;
    /** Listeners of a proxy's own service, per port. */
    readonly inboundPort: number;
    readonly perPort: number;
    readonly gatewayPort: number;
    readonly perTcpService: number;
  };
  readonly rds: {
    readonly base: number;
    readonly perService: number;
    readonly ownNamespace: number;
    /** Of a routed host: what tells the proxy which object routes it. */
    readonly perVirtualService: number;
    readonly perExtraRoute: number;
    readonly perHeaderMatch: number;
    readonly gatewayEmpty: number;
    readonly gatewayPerVirtualService: number;
  };
}
