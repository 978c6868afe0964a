/** The grammar of `mesh`: what exists, by generator, by hand, or as real Istio objects. */
import { z } from 'zod';
import type { PortProtocol } from '../../mesh/spec.js';
import { printable } from '../document/printable.js';
import { didYouMean } from '../units/nearest.js';
import { DistributionYaml, WorkloadYaml } from './fleet.js';
import { count, dnsName, ExportTo, Labels, message, objectName, oneOf } from './leaves.js';

/** Upper bounds are far beyond any mesh: they turn a slip of the keyboard into a message instead of a full disk. */
const MANY = 100_000;

const PROTOCOLS = [
  'http',
  'http2',
  'grpc',
  'https',
  'tls',
  'tcp',
  'mongo',
  'udp',
  'auto',
] as const satisfies readonly PortProtocol[];
const Protocol = oneOf(PROTOCOLS, 'Protocol, as Istio names ports');

const PortObject = z.strictObject({
  name: dnsName('Port name; Istio takes the protocol from its first word').optional(),
  number: count('Port number', 1, 65_535),
  protocol: Protocol.optional(),
});
export const Port = z.union([Protocol, PortObject], {
  error: ({ input }) =>
    message(
      'a protocol such as http, or { name, number, protocol }',
      typeof input === 'string' ? didYouMean(input, PROTOCOLS) : undefined,
    ),
});
export type PortYaml = z.output<typeof Port>;
export const Ports = z.array(Port, { error: 'a list of ports, such as [http, grpc]' });

export const ResolutionYaml = oneOf(['client', 'headless', 'dns', 'none'], 'How Envoy finds endpoints');

const A_PORT = 'a port from 1 to 65535';
const ENDPOINTS = 'Ready endpoints of each service at the start';

const ProxyCount = z
  .union([count('Sidecars that belong to no service', 0, MANY), z.string()], { error: proxyCountError() })
  .meta({ description: 'Sidecars: a number (of no service), "1 per endpoint" or "2 per service"' })
  .transform((value, context) => {
    if (typeof value === 'number') return { count: value, per: 'group' as const };
    const match = /^(\d{1,6}) per (endpoint|service)s?$/.exec(value);
    if (match) return { count: Number(match[1]), per: match[2] as 'endpoint' | 'service' };
    context.issues.push({ code: 'custom', message: proxyCountError(), input: value });
    return z.NEVER;
  });

function proxyCountError(): string {
  return message('a number, "1 per endpoint" or "2 per service"');
}

const DnsCapture = z
  .boolean({ error: 'true or false' })
  .meta({ description: 'Whether the sidecars capture DNS and so also watch the name table; default false' })
  .optional();

export const ServiceGroup = z
  .strictObject({
    namespace: dnsName('Namespace of the group'),
    copies: count('The group once in each of the namespaces NAMESPACE-0, NAMESPACE-1, …', 1, MANY).optional(),
    name: dnsName('First part of the service names').prefault('svc'),
    services: count('Services', 0, MANY).prefault(0),
    endpoints: count(ENDPOINTS, 0, MANY).prefault(1),
    ports: Ports.prefault(['http']),
    resolution: ResolutionYaml.prefault('client'),
    exportTo: ExportTo.prefault([]),
    proxies: ProxyCount.prefault(0),
    dnsCapture: DnsCapture,
    virtualServices: count('The first so many services have a VirtualService', 0, MANY).prefault(0),
    destinationRules: count('The first so many services have a DestinationRule', 0, MANY).prefault(0),
    gateways: count('Gateway objects', 0, MANY).prefault(0),
    gatewaySelector: Labels.prefault({ istio: 'ingressgateway' }),
  })
  .meta({ description: 'Alike services with their sidecars and routes' });
export type ServiceGroupYaml = z.output<typeof ServiceGroup>;

export const GatewayGroup = z
  .strictObject({
    gateway: objectName('Name of the gateway workload'),
    namespace: dnsName('Namespace; default the root namespace').optional(),
    proxies: count('Gateway pods', 0, MANY).prefault(1),
    labels: Labels.optional(),
  })
  .meta({ description: 'Pods of one gateway' });
export type GatewayGroupYaml = z.output<typeof GatewayGroup>;

/** Of a Kubernetes Service: what the API server would refuse is no Service. */
export const ServiceObjectSpec = z.looseObject({
  ports: z
    .array(
      z.looseObject({
        name: dnsName('Port name').or(z.literal('')).nullish(),
        port: z.int({ error: A_PORT }).min(1, { error: A_PORT }).max(65_535, { error: A_PORT }),
      }),
      { error: 'a list of ports' },
    )
    .refine((ports) => new Set(ports.map(({ name }, i) => name || i)).size === ports.length, {
      error: 'ports with different names',
    })
    .nullish(),
});

const Labelled = z.strictObject({
  count: count('Ready endpoints with these labels', 0, MANY),
  labels: Labels,
});

/** A number, or numbers by labels: subsets of a service are told apart by them. */
const LabelledEndpointsYaml = z
  .union([count(ENDPOINTS, 0, MANY), z.array(Labelled)], {
    error: 'a whole number, or a list of { count, labels }',
  })
  .meta({ description: `${ENDPOINTS}: a number, or a list of { count, labels }` });

export const ServiceYaml = z.strictObject({
  name: dnsName('Service name'),
  namespace: dnsName('Namespace'),
  host: z
    .string()
    .min(1)
    .transform(printable)
    .meta({ description: 'Default NAME.NAMESPACE.svc.cluster.local' })
    .optional(),
  ports: Ports.prefault(['http']),
  endpoints: LabelledEndpointsYaml.prefault(1),
  resolution: ResolutionYaml.prefault('client'),
  exportTo: ExportTo.prefault([]),
  labels: Labels.optional().meta({ description: 'Of the Service itself: a change of them is a change of it' }),
  selector: Labels.optional().meta({ description: 'Labels of its workloads; default { app: NAME }' }),
});

export const ProxyYaml = z.strictObject({
  name: objectName('Name of the workload'),
  namespace: dnsName('Namespace'),
  type: oneOf(['sidecar', 'gateway', 'waypoint'], 'What kind of proxy').prefault('sidecar'),
  labels: Labels.prefault({}),
  count: count('How many alike', 0, MANY).prefault(1),
  service: z.string().meta({ description: 'The service it belongs to: NAMESPACE/NAME or a host' }).optional(),
  dnsCapture: DnsCapture,
});

export const NamespaceYaml = z.strictObject({ name: dnsName('Namespace'), labels: Labels.prefault({}) });

const Expression = z.strictObject({
  key: z.string({ error: 'the key of a label' }),
  operator: oneOf(['In', 'NotIn', 'Exists', 'DoesNotExist'], 'How the label is compared'),
  values: z.array(z.string({ error: 'text' }), { error: 'a list of values' }).optional(),
});

export const SelectorYaml = z.strictObject({
  matchLabels: Labels.prefault({}),
  matchExpressions: z.array(Expression, { error: 'a list of { key, operator, values }' }).optional(),
});

/** `spec` and whatever else the object carries stay as they are. */
export const ResourceObject = z.looseObject({
  apiVersion: z.string({ error: 'an apiVersion such as networking.istio.io/v1beta1' }),
  kind: z.string({ error: 'a kind such as VirtualService' }),
  metadata: z.looseObject({
    name: objectName('Name'),
    namespace: dnsName('Namespace; default "default"').nullish(),
    labels: Labels.nullish(),
    annotations: z.record(z.string(), z.string({ error: 'text' }), { error: 'a mapping of annotations' }).nullish(),
  }),
});
export const ResourceFile = z.strictObject({
  file: z.string().meta({ description: 'A YAML file, relative to this one' }),
});

/** Rows of a list in a file of their own. */
const RowsFile = z.strictObject({
  file: z.string().meta({ description: 'A YAML file with a list of such entries, relative to this one' }),
});

const list = <T extends z.ZodType>(item: T, what: string) => z.array(item, { error: `a list of ${what}` });

/** Lists are checked item by item, as those of the mesh. */
export const ClusterYaml = z.strictObject({
  name: dnsName('Name of the cluster'),
  sync: DistributionYaml.prefault('1s').meta({
    description:
      'From the start of an istiod until it has listed this cluster; it waits for PILOT_REMOTE_CLUSTER_TIMEOUT',
  }),
  network: dnsName('Its network: not modelled').optional(),
  generate: list(ServiceGroup, 'groups to generate').prefault([]),
  services: list(z.union([ServiceYaml, RowsFile]), 'services or { file } entries').prefault([]),
  proxies: list(z.union([ProxyYaml, RowsFile]), 'proxies or { file } entries').prefault([]),
});

export const MeshYaml = z.strictObject({
  rootNamespace: dnsName('Where mesh-wide configuration lives').prefault('istio-system'),
  discoverySelectors: list(SelectorYaml, 'selectors, such as [{ matchLabels: { env: prod } }]').prefault([]),
  namespaces: list(NamespaceYaml, 'namespaces').prefault([]),
  generate: list(z.union([ServiceGroup, GatewayGroup]), 'groups to generate').prefault([]),
  services: list(z.union([ServiceYaml, RowsFile]), 'services or { file } entries').prefault([]),
  proxies: list(z.union([ProxyYaml, RowsFile]), 'proxies or { file } entries').prefault([]),
  workloads: list(WorkloadYaml, 'workloads').prefault([]),
  clusters: list(ClusterYaml, 'other clusters').prefault([]),
  resources: list(z.union([ResourceFile, ResourceObject]), 'Istio objects or { file } entries').prefault([]),
});
