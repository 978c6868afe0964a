/** istiod's environment by release: which variables exist, what they default to, who reads them, which the model heeds. */
import type { Release } from '../releases.js';
import { isSince } from '../rule.js';
import { AGENT_VARIABLES } from './agent.js';
import { DEFAULTS } from './defaults.js';
import { ISTIOD_VARIABLES } from './istiod.js';
import { has, type Registered, spansText, type VariableType } from './registered.js';

export type { VariableType } from './registered.js';

/**
 * What a variable is to the model. `modelled`: it acts upon it; `pushing`: it changes what istiod pushes, or when, and the
 * model does not act upon it; `other`: it has nothing to do with pushing.
 */
export type Concern = 'modelled' | 'pushing' | 'other';

export interface Variable extends Registered {
  readonly readBy: 'istiod' | 'agent';
  readonly concern: Concern;
}

const MODELLED: ReadonlySet<string> = new Set([
  'PILOT_DEBOUNCE_AFTER',
  'PILOT_DEBOUNCE_MAX',
  'PILOT_ENABLE_EDS_DEBOUNCE',
  'PILOT_PUSH_THROTTLE',
  'PILOT_MAX_REQUESTS_PER_SECOND',
  'PILOT_PARTIAL_FULL_PUSHES',
  'PILOT_XDS_SEND_TIMEOUT',
  'PILOT_REMOTE_CLUSTER_TIMEOUT',
  'PILOT_SCOPE_GATEWAY_TO_NAMESPACE',
  'ENABLE_ENHANCED_RESOURCE_SCOPING',
  'PILOT_ENABLE_HEADLESS_SERVICE_POD_LISTENERS',
  'GOMAXPROCS',
  'GOGC',
  'GOMEMLIMIT',
]);

/** Their default changes nothing that is pushed, or they only watch. */
const BESIDE: ReadonlySet<string> = new Set([
  'GRPC_KEEPALIVE_INTERVAL',
  'GRPC_KEEPALIVE_TIMEOUT',
  'ENABLE_MULTICLUSTER_HEADLESS',
  'ENABLE_PROXY_FIND_POD_BY_IP',
  'MUTEX_PROFILE_FRACTION',
  'PILOT_ENABLE_ALPHA_GATEWAY_API',
  'PILOT_ENABLE_ANALYSIS',
  'PILOT_ENABLE_GATEWAY_API_STATUS',
  'PILOT_ENABLE_IP_AUTOALLOCATE',
  'PILOT_ENABLE_XDS_IDENTITY_CHECK',
  'PILOT_STATUS_BURST',
  'PILOT_STATUS_MAX_WORKERS',
  'PILOT_STATUS_QPS',
  'PILOT_STATUS_UPDATE_INTERVAL',
  'UNSAFE_ENABLE_ADMIN_ENDPOINTS',
]);

/** No defaults of their own in istiod, and still about pushing. */
const ALSO_PUSHING: ReadonlySet<string> = new Set(['PILOT_ENABLE_HEADLESS_FILTER_CHAIN_LISTENER']);

function concernOf(name: string): Concern {
  if (MODELLED.has(name)) return 'modelled';
  if (BESIDE.has(name)) return 'other';
  return Object.hasOwn(DEFAULTS, name) || ALSO_PUSHING.has(name) ? 'pushing' : 'other';
}

/** One of both is istiod's. */
const ALL: ReadonlyMap<string, Variable> = new Map<string, Variable>([
  ...AGENT_VARIABLES.map((one) => [one.name, { ...one, readBy: 'agent', concern: 'other' }] as const),
  ...ISTIOD_VARIABLES.map((one) => [one.name, { ...one, readBy: 'istiod', concern: concernOf(one.name) }] as const),
]);

/** Of any release. */
export function variableOf(name: string): Variable | undefined {
  return ALL.get(name) ?? (name.startsWith('ISTIO_META_') ? PASSED_ON : undefined);
}

/** What the agent passes on to the proxy as its metadata. */
const PASSED_ON: Variable = { ...registeredAlways('ISTIO_META_'), readBy: 'agent', concern: 'other' };

function registeredAlways(name: string): Registered {
  return { name, type: 'text', spans: (ISTIOD_VARIABLES.find((one) => one.name === 'POD_NAME') as Registered).spans };
}

export function isIn(variable: Variable, release: Release): boolean {
  return has(variable, release);
}

/** Releases that have it, in words. */
export function releasesWith(variable: Variable): string {
  return spansText(variable);
}

/** Names that istiod reads in the release. */
export function namesIn(release: Release): readonly string[] {
  return ISTIOD_VARIABLES.filter((one) => has(one, release)).map(({ name }) => name);
}

/** Undefined where the release has no such variable, or none with a default that is known. */
export function defaultIn(name: string, release: Release): string | undefined {
  const variable = ALL.get(name);
  const history = DEFAULTS[name];
  if (variable === undefined || history === undefined || !has(variable, release)) return undefined;
  const [first = '', ...later] = history.split('; ');
  const changes = later.map((text) => text.split(': ') as [since: string, value: string]);
  return changes.findLast(([since]) => isSince(since, release))?.[1] ?? first;
}

/** Those whose defaults are known. */
export const VARIABLES_WITH_DEFAULTS: readonly string[] = Object.keys(DEFAULTS);

/** For completion while typing: what has to do with pushing, and the type of each. */
export const PIPELINE_VARIABLES: readonly (readonly [name: string, description: string])[] = [...ALL.values()]
  .filter(({ concern }) => concern !== 'other')
  .map(({ name, type, concern }): [string, string] => [name, concern === 'modelled' ? type : notModelled(type)])
  .sort(([a], [b]) => (a < b ? -1 : 1));

function notModelled(type: VariableType): string {
  return `${type}; known, not modelled`;
}

/** Variables that people look for on istiod but that sit somewhere else, or that older versions had. */
export const ELSEWHERE: Readonly<Record<string, string>> = {
  ISTIO_DELTA_XDS: 'it belongs to the proxy; say istiod.xds: sotw or delta instead',
  PILOT_ENABLE_FLOW_CONTROL: 'only Istio 1.9 to 1.13 had it',
  PILOT_FLOW_CONTROL_TIMEOUT: 'only Istio 1.9 to 1.13 had it',
};
