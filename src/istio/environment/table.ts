/** The table of istiod's environment variables: the type of each, the versions that have it, and whether it is modelled. */

import type { IstioVersion } from '../profile.js';
import { OTHER_BOOLEANS, OTHER_DURATIONS, OTHER_NUMBERS, OTHER_TEXTS } from './others.js';

export type VariableType = 'duration' | 'integer' | 'number' | 'boolean' | 'text';

export interface Variable {
  readonly type: VariableType;
  /** First letters of the versions that have it: A 1.17, B 1.30, C 1.32-dev. */
  readonly versions: string;
  /** False: accepted with a warning that it changes nothing here. */
  readonly modelled: boolean;
}

export const VERSION_LETTER: Readonly<Record<IstioVersion, string>> = { '1.17': 'A', '1.30': 'B', '1.32-dev': 'C' };

const has = (versions: string, type: VariableType, modelled = false): Variable => ({ type, versions, modelled });

const PIPELINE: Readonly<Record<string, Variable>> = {
  PILOT_DEBOUNCE_AFTER: has('ABC', 'duration', true),
  PILOT_DEBOUNCE_MAX: has('ABC', 'duration', true),
  PILOT_ENABLE_EDS_DEBOUNCE: has('ABC', 'boolean', true),
  PILOT_PUSH_THROTTLE: has('ABC', 'integer', true),
  PILOT_MAX_REQUESTS_PER_SECOND: has('ABC', 'number', true),
  GOMAXPROCS: has('ABC', 'integer'),
  PILOT_ENABLE_XDS_CACHE: has('ABC', 'boolean'),
  PILOT_ENABLE_CDS_CACHE: has('ABC', 'boolean'),
  PILOT_ENABLE_RDS_CACHE: has('ABC', 'boolean'),
  PILOT_XDS_CACHE_SIZE: has('ABC', 'integer'),
  PILOT_XDS_CACHE_STATS: has('ABC', 'boolean'),
  PILOT_XDS_CACHE_INDEX_CLEAR_INTERVAL: has('BC', 'duration'),
  PILOT_PARTIAL_FULL_PUSHES: has('A', 'boolean', true),
  PILOT_FILTER_GATEWAY_CLUSTER_CONFIG: has('ABC', 'boolean'),
  PILOT_SCOPE_GATEWAY_TO_NAMESPACE: has('ABC', 'boolean', true),
  PILOT_CONVERT_SIDECAR_SCOPE_CONCURRENCY: has('BC', 'integer'),
  ENABLE_LAZY_SIDECAR_EVALUATION: has('BC', 'boolean'),
  PILOT_UNIFIED_SIDECAR_SCOPE: has('BC', 'boolean'),
  PILOT_SIDECAR_PICK_BEST_SERVICE_NAMESPACE: has('BC', 'boolean'),
  ENABLE_ENHANCED_RESOURCE_SCOPING: has('A', 'boolean', true),
  PILOT_ENABLE_HEADLESS_SERVICE_POD_LISTENERS: has('A', 'boolean', true),
  PILOT_ENABLE_HEADLESS_FILTER_CHAIN_LISTENER: has('C', 'boolean'),
  PILOT_ENABLE_EDS_FOR_HEADLESS_SERVICES: has('ABC', 'boolean'),
  PILOT_SEND_UNHEALTHY_ENDPOINTS: has('ABC', 'boolean'),
  PILOT_AUTO_SEND_UNHEALTHY_ENDPOINTS: has('C', 'boolean'),
  ISTIO_ENABLE_OPTIMIZED_SERVICE_PUSH: has('A', 'boolean'),
  PILOT_USE_ENDPOINT_SLICE: has('A', 'boolean'),
  PILOT_ENABLE_K8S_SELECT_WORKLOAD_ENTRIES: has('ABC', 'boolean'),
  PILOT_ENABLE_SERVICEENTRY_SELECT_PODS: has('ABC', 'boolean'),
  PILOT_XDS_SEND_TIMEOUT: has('A', 'duration'),
  PILOT_ENABLE_STATUS: has('A', 'boolean'),
  PILOT_ENABLE_GATEWAY_API: has('ABC', 'boolean'),
  PILOT_ENABLE_AMBIENT: has('BC', 'boolean'),
  AMBIENT_SCOPED_ADDRESS_PUSHES: has('BC', 'boolean'),
  PILOT_REMOTE_CLUSTER_TIMEOUT: has('ABC', 'duration'),
  PILOT_JWT_PUB_KEY_REFRESH_INTERVAL: has('ABC', 'duration'),
  PILOT_ENABLE_ROUTE_COLLAPSE_OPTIMIZATION: has('ABC', 'boolean'),
  PILOT_ENVOY_FILTER_STATS: has('ABC', 'boolean'),
  ISTIO_ENABLE_CONTROLLER_QUEUE_METRICS: has('BC', 'boolean'),
  // Spelt like this in Istio.
  ISTIO_GPRC_MAXSTREAMS: has('ABC', 'integer'),
  ISTIO_GPRC_MAXRECVMSGSIZE: has('ABC', 'integer'),
  GRPC_KEEPALIVE_INTERVAL: has('ABC', 'duration'),
  GRPC_KEEPALIVE_TIMEOUT: has('ABC', 'duration'),
};

const others = (list: readonly string[], type: VariableType) => list.map((name) => [name, has('ABC', type)] as const);

export const ENVIRONMENT: Readonly<Record<string, Variable>> = {
  ...Object.fromEntries([
    ...others(OTHER_BOOLEANS, 'boolean'),
    ...others(OTHER_DURATIONS, 'duration'),
    ...others(OTHER_NUMBERS, 'number'),
    ...others(OTHER_TEXTS, 'text'),
  ]),
  ...PIPELINE,
};

/** For completion while typing: the pipeline's variables and the type of each. */
export const PIPELINE_VARIABLES: readonly (readonly [name: string, description: string])[] = Object.entries(
  PIPELINE,
).map(([name, { type, modelled }]) => [name, modelled ? type : `${type}; known, not modelled`]);

/** Variables that people look for on istiod but that sit somewhere else, or that older versions had. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  ISTIO_DELTA_XDS: 'it belongs to the proxy; say istiod.xds: sotw or delta instead',
  PILOT_ENABLE_FLOW_CONTROL: 'only Istio 1.9 to 1.13 had it',
  PILOT_FLOW_CONTROL_TIMEOUT: 'only Istio 1.9 to 1.13 had it',
};
