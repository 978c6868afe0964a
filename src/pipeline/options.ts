/**
 * istiod's knobs by their environment variables, with the defaults of the version and of the cores it may use.
 */
import { MILLISECOND, type Nanos, SECOND } from '../engine/time.js';
import type { Profile } from '../istio/profile.js';
import type { MeshRules } from '../mesh/rules.js';

export interface IstiodOptions {
  readonly debounceAfter: Nanos;
  readonly debounceMax: Nanos;
  readonly enableEdsDebounce: boolean;
  /** Pushes at the same time. */
  readonly pushThrottle: number;
  /** New streams per second; 0 admits all (1.17 only). */
  readonly maxRequestsPerSecond: number;
  /** 1.17: full requests that name only services regenerate endpoints of those services only. */
  readonly partialFullPushes: boolean;
  /** 1.17: an event of a headless service is a full push. */
  readonly headlessPodListeners: boolean;
  /** `ENABLE_ENHANCED_RESOURCE_SCOPING` (1.17): `discoverySelectors` hold for config objects, too. */
  readonly enhancedResourceScoping: boolean;
  readonly scopeGatewayToNamespace: boolean;
  /** `REVISION`. */
  readonly revision: string;
  readonly xds: 'sotw' | 'delta';
  /** `PILOT_XDS_SEND_TIMEOUT`: a send that blocks as long ends its stream; 0: never. */
  readonly sendTimeout: Nanos;
}

/** How objects become the mesh under this version and these settings. */
export function meshRules(profile: Profile, options: IstiodOptions): MeshRules {
  return {
    selectsConfigs: profile.selectsConfigs || options.enhancedResourceScoping,
    selectsSecrets: profile.selectsSecrets,
    gatewaysInOwnNamespace: options.scopeGatewayToNamespace,
    gatewayNameLabel: profile.gatewayNameLabel,
    podListeners: options.headlessPodListeners,
    revision: options.revision,
    watchesGrpcRoutes: profile.translatedKinds.has('GRPCRoute'),
  };
}

/** min(15 + 5 × GOMAXPROCS, 100): both limits since 1.21 when set to 0. */
export function automaticLimit(gomaxprocs: number): number {
  return Math.min(15 + 5 * gomaxprocs, 100);
}

export function defaultOptions(profile: Profile, gomaxprocs: number): IstiodOptions {
  const { pushThrottle, maxRequestsPerSecond, xds, enhancedResourceScoping } = profile.defaults;
  return {
    debounceAfter: 100 * MILLISECOND,
    debounceMax: 10 * SECOND,
    enableEdsDebounce: true,
    pushThrottle: pushThrottle || automaticLimit(gomaxprocs),
    maxRequestsPerSecond: maxRequestsPerSecond || automaticLimit(gomaxprocs),
    partialFullPushes: true,
    headlessPodListeners: true,
    enhancedResourceScoping,
    scopeGatewayToNamespace: false,
    revision: 'default',
    xds,
    sendTimeout: 0,
  };
}
