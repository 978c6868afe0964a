/**
 * What the versions' work and messages cost, as rules that can be switched one by one like those of behaviour. A rule
 * owns the numbers below its paths that no longer path of another rule names; the last one owns all that are left, so
 * together they turn one profile into the other.
 */
import type { Coefficients } from '../coefficients.js';

export interface CostRule {
  readonly id: string;
  /** One sentence on the way from the first profile to the second. */
  readonly says: (from: Coefficients, to: Coefficients) => string;
  readonly source: string;
  /** Prefixes of the paths of its numbers. */
  readonly paths: readonly string[];
}

type Reading = (coefficients: Coefficients) => number;

/** `… takes 31.4 µs instead of 30.8`. */
function micros(text: string, of: Reading): CostRule['says'] {
  return (from, to) => changed(text, 'takes', of(from), of(to), ' µs');
}

function size(text: string, of: Reading): CostRule['says'] {
  return (from, to) => changed(text, 'takes', of(from), of(to), ' bytes');
}

/** The number said may be one that did not change, when another of the rule's did. */
function changed(text: string, verb: string, from: number, to: number, unit: string): string {
  if (from === to) return `${text} still ${verb} ${round(to)}${unit}; other numbers of the rule differ.`;
  const ratio = from > 0 && to > 0 ? ` (${share(from, to)})` : '';
  return `${text} ${verb} ${round(to)}${unit} instead of ${round(from)}${ratio}.`;
}

const registry = 'model/push_context.go: initServiceRegistry';

export const COST_RULES: readonly CostRule[] = [
  {
    id: 'registry-pairs',
    says: () =>
      'To rebuild the services, 1.17 lists the slices of the whole namespace for every service; 1.30 does not.',
    source: registry,
    paths: ['context.perServicePair'],
  },
  {
    id: 'registry-work',
    says: micros('Rebuilding the services of a context, each,', (c) => c.context.perService),
    source: registry,
    paths: ['context.services', 'context.perService', 'context.forcedPerService'],
  },
  {
    id: 'virtual-service-work',
    says: micros(
      'Rebuilding a hundred VirtualServices of a context (1.17 copies and merges them there)',
      ({ context }) => context.virtualServices + 100 * context.perVirtualService,
    ),
    source: 'model/push_context.go: initVirtualServices',
    paths: ['context.virtualServices', 'context.virtualServicesCold', 'context.perVirtualService', 'context.perRoute'],
  },
  {
    id: 'eager-scopes',
    says: () => '1.17 evaluates every Sidecar while it builds a context, 1.30 when the first proxy needs it.',
    source: 'model/push_context.go: initSidecarScopes',
    paths: ['context.perSidecarService'],
  },
  {
    id: 'context-work',
    says: micros('What remains of building any context', (c) => c.context.base),
    source: 'model/push_context.go: InitContext',
    paths: ['context'],
  },
  {
    id: 'scope-work',
    says: micros('Evaluating a sidecar scope, for each service,', (c) => c.state.scopePerService),
    source: 'model/sidecar.go',
    paths: ['state.scope', 'state.scopePerService', 'state.scopePerVirtualService'],
  },
  {
    id: 'state-work',
    says: micros("Looking up a proxy's state without its own services", (c) => c.state.base),
    source: 'xds/ads.go: computeProxyState',
    paths: ['state'],
  },
  {
    id: 'cluster-work',
    says: micros('Generating clusters, before the first of them,', (c) => c.cds.base),
    source: 'networking/core/cluster.go: BuildClusters',
    paths: ['cds'],
  },
  {
    id: 'endpoint-work',
    says: micros('Generating endpoints of a service not in the cache', (c) => c.eds.miss),
    source: 'xds/eds.go: buildEndpoints',
    paths: ['eds'],
  },
  {
    id: 'listener-work',
    says: micros('Generating listeners, before the first service,', (c) => c.lds.base),
    source: 'networking/core/listener.go',
    paths: ['lds'],
  },
  {
    id: 'route-work',
    says: micros('Generating routes that are not in the cache, before the first service,', (c) => c.rds.miss),
    source: 'networking/core/httproute.go: BuildHTTPRoutes',
    paths: ['rds'],
  },
  {
    id: 'send-work',
    says: micros('Sending a message, whatever its size,', (c) => c.send.perMessage),
    source: 'xds/xdsgen.go: pushXds',
    paths: ['send'],
  },
  {
    id: 'handler-work',
    says: micros('Handling an EndpointSlice or Service event', (c) => c.steps.handler.endpoints.decode),
    source: 'serviceregistry/kube/controller',
    paths: ['steps.handler'],
  },
  {
    id: 'queue-work',
    says: micros('Walking all connections to queue a push', (c) => c.steps.enqueueAll),
    source: 'xds/ads.go: AdsPushAll, StartPush; xds/discovery.go: doSendPushes',
    paths: ['steps'],
  },
  {
    id: 'finish-work',
    says: micros('What is left of a push when its last message is handed over', (c) => c.finish.base),
    source: 'xds/ads.go: pushConnection; grpc: loopyWriter',
    paths: ['finish'],
  },
  {
    id: 'memory',
    says: (from, to) =>
      `A proxy keeps ${round(to.memory.perProxy / 1000)} kB alive instead of ${round(from.memory.perProxy / 1000)}, and each byte sent leaves ${round(to.memory.allocatedPerByte)} bytes of garbage instead of ${round(from.memory.allocatedPerByte)}.`,
    source: "Go's garbage collector",
    paths: ['memory'],
  },
  {
    id: 'cluster-bytes',
    says: size('A cluster', (c) => c.bytes.cds.perCluster),
    source: 'networking/core/cluster.go: BuildClusters',
    paths: ['bytes.cds'],
  },
  {
    id: 'endpoint-bytes',
    says: size('An endpoint', (c) => c.bytes.eds.perEndpoint),
    source: 'xds/eds.go: buildEndpoints',
    paths: ['bytes.eds'],
  },
  {
    id: 'listener-bytes',
    says: size("A sidecar's listeners, before the first service,", (c) => c.bytes.lds.sidecar),
    source: 'networking/core/listener.go',
    paths: ['bytes.lds'],
  },
  {
    id: 'route-bytes',
    says: size('A virtual host of the routes', (c) => c.bytes.rds.perService),
    source: 'networking/core/httproute.go: BuildHTTPRoutes',
    paths: ['bytes.rds'],
  },
  { id: 'other-costs', says: () => 'Other numbers of the cost profile.', source: 'fitted', paths: [''] },
];

function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}

function share(from: number, to: number): string {
  const percent = 100 * (to / from - 1);
  const size = Math.abs(percent);
  return `${percent < 0 ? '−' : '+'}${size.toFixed(size < 1 ? 1 : 0)} %`;
}
