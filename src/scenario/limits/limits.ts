/**
 * What the model leaves out of what it reads. A scenario that uses one of these gets a warning with its name, once; with
 * `--strict` an error. The documentation's list is made of this table.
 */
export const LIMITS = {
  kinds: 'Objects of kinds that istiod does not watch, or that are not modelled, are left out.',
  'namespace-labels': 'Labels of namespaces are those of the start of the run.',
  'source-match': 'A route that matches by source (labels, namespace, gateways) is one for every proxy, and is cached.',
  'subset-endpoints':
    'Where nothing says the labels of endpoints (they are a number), the subsets of a service share them evenly.',
  'rule-selectors':
    'A DestinationRule or an EnvoyFilter with a workloadSelector counts for every proxy of its namespace.',
  'sidecar-listeners': 'Ports, binds and ingress listeners of a Sidecar are not looked at: its hosts alone decide.',
  'virtual-addresses': 'A ServiceEntry has one listener for a port, however many addresses it has.',
  'gateway-binds': 'Servers of a Gateway that differ in their bind alone are one.',
  'gateway-deployments': 'The Deployment and the Service that istiod makes for a Gateway API Gateway are not written.',
  'route-hostnames': 'Hostnames of a route and of the listener it is attached to are not intersected.',
  'external-names': 'A Service of type ExternalName is a DNS service: whose alias it is, is not followed.',
  'key-sets': 'JSON web keys that istiod fetches push nothing when they change.',
  'pull-secrets': 'The Secret that a WasmPlugin pulls its image with is not asked for.',
  'reference-grants': 'A ReferenceGrant is pushed, and grants nothing: references to other namespaces always hold.',
  'parent-ports': 'The port of a parentRef is not looked at: a route is attached to its listeners by section name.',
  'egress-proxy': 'The host of an egressProxy is imported only if the egress hosts have it.',
  locality: 'Zones, hints and topology of endpoints change nothing in who gets them.',
  draining: 'Endpoints are ready or not; serving and terminating ones are not ready.',
  'dual-stack': 'A service has one family of addresses.',
  'load-balancers': 'Addresses of load balancers and external IPs are not looked at.',
  'policy-targets': 'A policy counts for its namespace, whatever selector or targetRefs it has.',
  'auto-registration': 'A WorkloadGroup registers nobody by itself.',
  'mesh-config':
    'The MeshConfig in the ConfigMap istio is not read: mesh.rootNamespace, mesh.discoverySelectors and istiod.env say it here.',
  networks: 'All clusters are in one network: nothing goes through east-west gateways.',
  'default-export': 'Objects without exportTo are for everybody: the defaults of MeshConfig are not looked at.',
} as const satisfies Readonly<Record<string, string>>;

export type LimitName = keyof typeof LIMITS;

/**
 * By kind: fields that decide something in istiod and nothing here. All other fields of a spec are either read or only
 * content of a message: a change of them is pushed as any other, and message sizes follow counts.
 */
export const FIELD_LIMITS: Readonly<Record<string, Readonly<Record<string, LimitName>>>> = {
  VirtualService: {
    'http[].match[].sourceLabels': 'source-match',
    'http[].match[].sourceNamespace': 'source-match',
    'http[].match[].gateways': 'source-match',
    'tcp[].match[].sourceLabels': 'source-match',
    'tcp[].match[].sourceNamespace': 'source-match',
    'tcp[].match[].gateways': 'source-match',
    'tls[].match[].sourceLabels': 'source-match',
    'tls[].match[].sourceNamespace': 'source-match',
    'tls[].match[].gateways': 'source-match',
  },
  DestinationRule: {
    workloadSelector: 'rule-selectors',
    'trafficPolicy.loadBalancer.localityLbSetting': 'locality',
    'subsets[].trafficPolicy.loadBalancer.localityLbSetting': 'locality',
  },
  EnvoyFilter: { workloadSelector: 'rule-selectors', targetRefs: 'rule-selectors' },
  Sidecar: {
    ingress: 'sidecar-listeners',
    'egress[].port': 'sidecar-listeners',
    'egress[].bind': 'sidecar-listeners',
    'outboundTrafficPolicy.egressProxy': 'egress-proxy',
  },
  ServiceEntry: {
    addresses: 'virtual-addresses',
    'endpoints[].locality': 'locality',
    'endpoints[].network': 'networks',
  },
  WorkloadEntry: { locality: 'locality', network: 'networks' },
  WorkloadGroup: { template: 'auto-registration' },
  Gateway: { 'servers[].bind': 'gateway-binds' },
  PeerAuthentication: { selector: 'policy-targets' },
  AuthorizationPolicy: { selector: 'policy-targets', targetRefs: 'policy-targets', targetRef: 'policy-targets' },
  RequestAuthentication: {
    selector: 'policy-targets',
    targetRefs: 'policy-targets',
    targetRef: 'policy-targets',
    'jwtRules[].jwksUri': 'key-sets',
  },
  Telemetry: { selector: 'policy-targets', targetRefs: 'policy-targets', targetRef: 'policy-targets' },
  WasmPlugin: {
    selector: 'policy-targets',
    targetRefs: 'policy-targets',
    targetRef: 'policy-targets',
    imagePullSecret: 'pull-secrets',
  },
  TrafficExtension: { selector: 'policy-targets', targetRefs: 'policy-targets' },
  ProxyConfig: { selector: 'policy-targets' },
  KubernetesGateway: { gatewayClassName: 'gateway-deployments', infrastructure: 'gateway-deployments' },
  HTTPRoute: { hostnames: 'route-hostnames', 'parentRefs[].port': 'parent-ports' },
  GRPCRoute: { hostnames: 'route-hostnames', 'parentRefs[].port': 'parent-ports' },
  TCPRoute: { 'parentRefs[].port': 'parent-ports' },
  TLSRoute: { hostnames: 'route-hostnames', 'parentRefs[].port': 'parent-ports' },
  ReferenceGrant: { to: 'reference-grants' },
  Service: {
    externalIPs: 'load-balancers',
    externalName: 'external-names',
    ipFamilies: 'dual-stack',
    publishNotReadyAddresses: 'draining',
    trafficDistribution: 'locality',
    internalTrafficPolicy: 'locality',
  },
  EndpointSlice: {
    'endpoints[].hints': 'locality',
    'endpoints[].conditions.terminating': 'draining',
  },
};

/** The limits that the content of an object meets. */
export function limitsOf(kind: string, content: unknown): readonly LimitName[] {
  const fields = Object.hasOwn(FIELD_LIMITS, kind) ? FIELD_LIMITS[kind]! : {};
  const met = Object.entries(fields).filter(([path]) => holds(content, path.split('.')));
  return [...new Set(met.map(([, name]) => name))];
}

/** Whether something stands at the path; `x[]` is every entry of the list x. */
function holds(value: unknown, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined && value !== null;
  if (typeof value !== 'object' || value === null) return false;
  const name = step.replace('[]', '');
  const inner: unknown = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  if (!step.endsWith('[]')) return holds(inner, rest);
  return Array.isArray(inner) && inner.some((entry) => holds(entry, rest));
}
