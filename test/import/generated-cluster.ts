/** A small cluster with a history, in every form that tools write it. */
import { gzipSync } from 'node:zlib';

type Fields = Record<string, unknown>;

interface Write {
  readonly at: number;
  readonly verb: 'create' | 'update' | 'delete';
  readonly user: string;
  readonly object: Fields;
}

const RESOURCES: Readonly<Record<string, [group: string, version: string, resource: string]>> = {
  Service: ['', 'v1', 'services'],
  EndpointSlice: ['discovery.k8s.io', 'v1', 'endpointslices'],
  Pod: ['', 'v1', 'pods'],
  VirtualService: ['networking.istio.io', 'v1', 'virtualservices'],
};
const START = Date.parse('2026-03-04T05:06:07Z');
const iso = (at: number): string => new Date(START + at).toISOString().replace(/\.(\d{3})Z$/, '.$1000Z');
const apiVersion = (kind: string): string => {
  const [group, version] = RESOURCES[kind]!;
  return group === '' ? version : `${group}/${version}`;
};

export interface GeneratedCluster {
  readonly objects: readonly Fields[];
  readonly writes: readonly Write[];
}

/** Endpoints come and go, routes are edited; each write has a resourceVersion of its own. */
export function generatedCluster(services = 4, changes = 30): GeneratedCluster {
  let version = 100;
  const metadata = (namespace: string, name: string, labels: Fields = {}): Fields => ({
    name,
    namespace,
    labels,
    uid: `${namespace}-${name}`,
    resourceVersion: String(++version),
    creationTimestamp: '2026-03-01T00:00:00Z',
    managedFields: [
      { manager: 'someone', operation: 'Update', time: '2026-03-01T00:00:00Z', fieldsV1: { 'f:spec': {} } },
    ],
  });
  const object = (kind: string, meta: Fields, rest: Fields): Fields => ({
    apiVersion: apiVersion(kind),
    kind,
    metadata: meta,
    ...rest,
  });
  const objects: Fields[] = [];
  const slices: Fields[] = [];
  for (let i = 0; i < services; i++) {
    const namespace = `team${i % 2}`;
    const name = `shop${i}`;
    objects.push(
      object('Service', metadata(namespace, name, { app: name }), {
        spec: { clusterIP: `10.0.0.${i}`, ports: [{ name: 'http', port: 80 }], selector: { app: name } },
      }),
      object('VirtualService', metadata(namespace, name), {
        spec: { hosts: [name], http: [{ route: [{ destination: { host: name } }] }] },
      }),
    );
    const endpoints: Fields[] = [];
    for (let pod = 0; pod < 3; pod++) {
      const podName = `${name}-7f9c6d-${pod}x`;
      const address = `10.1.${i}.${pod}`;
      objects.push(
        podObject(object, metadata(namespace, podName, { app: name, 'pod-template-hash': '7f9c6d' }), name, address),
      );
      endpoints.push({ addresses: [address], conditions: { ready: true }, targetRef: { kind: 'Pod', name: podName } });
    }
    const slice = object(
      'EndpointSlice',
      metadata(namespace, `${name}-abc12`, { 'kubernetes.io/service-name': name }),
      {
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080 }],
        endpoints,
      },
    );
    slices.push(slice);
    objects.push(slice);
  }
  const writes: Write[] = [];
  for (let n = 0; n < changes; n++) {
    const at = 1000 * (n + 1) + 137 * (n % 7);
    const before = slices[n % services]!;
    const next = (changed: Fields): Fields => ({
      ...before,
      ...changed,
      metadata: {
        ...(before.metadata as Fields),
        resourceVersion: String(++version),
        managedFields: [{ manager: 'someone', operation: 'Update', time: iso(at).replace(/\.\d+Z$/, 'Z') }],
      },
    });
    const flapped = (before.endpoints as Fields[]).map((one, i) =>
      i === n % 3 ? { ...one, conditions: { ready: (one.conditions as Fields).ready === false } } : one,
    );
    const after = next({ endpoints: flapped });
    slices[n % services] = after;
    writes.push({
      at,
      verb: 'update',
      user: 'system:serviceaccount:kube-system:endpointslice-controller',
      object: after,
    });
  }
  return { objects, writes };
}

function podObject(
  object: (kind: string, meta: Fields, rest: Fields) => Fields,
  meta: Fields,
  name: string,
  ip: string,
): Fields {
  const owner = { kind: 'ReplicaSet', name: `${name}-7f9c6d`, controller: true };
  return object(
    'Pod',
    { ...meta, ownerReferences: [owner] },
    {
      spec: {
        containers: [
          { name: 'app' },
          { name: 'istio-proxy', image: 'istio/proxyv2:1.30.3', args: ['proxy', 'sidecar'] },
        ],
      },
      status: { phase: 'Running', podIP: ip, conditions: [{ type: 'Ready', status: 'True' }] },
    },
  );
}

/** Dumps. */
export const dumps: Readonly<Record<string, (cluster: GeneratedCluster) => string | Uint8Array>> = {
  'kubectl JSON': ({ objects }) =>
    JSON.stringify({ apiVersion: 'v1', items: objects, kind: 'List', metadata: { resourceVersion: '' } }, null, 4),
  'kubectl YAML': ({ objects }) =>
    `apiVersion: v1\nitems:\n${objects.map((one) => yamlItem(one)).join('')}kind: List\nmetadata:\n  resourceVersion: ""\n`,
  'YAML documents': ({ objects }) => objects.map((one) => `---\n# an object\n${JSON.stringify(one)}\n`).join(''),
  'typed lists': ({ objects }) =>
    Object.keys(RESOURCES)
      .map((kind) => {
        const items = objects.filter((one) => one.kind === kind).map(({ apiVersion: _a, kind: _k, ...rest }) => rest);
        // Keys in alphabetical order: the kind comes after the items.
        return JSON.stringify({ apiVersion: apiVersion(kind), items, kind: `${kind}List`, metadata: {} });
      })
      .join('\n'),
  'gzipped JSON': ({ objects }) => gzipSync(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })),
};

/** Flow style within, block style of the list as kubectl has it. */
function yamlItem(object: Fields): string {
  const [first, ...rest] = Object.entries(object).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `- ${first}\n${rest.map((line) => `  ${line}\n`).join('')}`;
}

function auditEvent({ at, verb, user, object }: Write, index: number, level: 'RequestResponse' | 'Metadata'): Fields {
  const { namespace, name } = object.metadata as Fields;
  const [apiGroup, version, resource] = RESOURCES[object.kind as string]!;
  return {
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level,
    auditID: `id-${index}`,
    stage: 'ResponseComplete',
    requestURI: `/apis/${apiGroup}/${version}/namespaces/${String(namespace)}/${resource}/${String(name)}`,
    verb,
    user: { username: user },
    objectRef: { resource, namespace, name, apiGroup, apiVersion: version },
    responseStatus: { code: 200 },
    ...(level === 'Metadata' ? {} : { requestObject: object, responseObject: object }),
    stageTimestamp: iso(at),
  };
}

const asText = ({ writes }: GeneratedCluster) =>
  writes.map((write, i) => JSON.stringify(auditEvent(write, i, 'RequestResponse')));

/** The same history in other wrappings: the audit log's times are exact in all of them. */
export const histories: Readonly<Record<string, (cluster: GeneratedCluster) => string>> = {
  'an audit log': (cluster) => `${asText(cluster).join('\n')}\n`,
  'a webhook': ({ writes }) =>
    JSON.stringify({
      kind: 'EventList',
      apiVersion: 'audit.k8s.io/v1',
      items: writes.map((write, i) => auditEvent(write, i, 'RequestResponse')),
    }),
  'GKE, newest first': ({ writes }) =>
    JSON.stringify(
      writes
        .map(({ at, verb, user, object }, i) => {
          const { namespace, name } = object.metadata as Fields;
          const [group, version, resource] = RESOURCES[object.kind as string]!;
          return {
            protoPayload: {
              authenticationInfo: { principalEmail: user },
              methodName: `io.k8s.discovery.${version}.${resource}.${verb}`,
              resourceName: `${group === '' ? 'core' : group}/${version}/namespaces/${String(namespace)}/${resource}/${String(name)}`,
              request: { '@type': 'x', ...object },
              response: { '@type': 'x', ...object },
              status: {},
            },
            insertId: `i-${i}`,
            timestamp: iso(at),
          };
        })
        .reverse(),
    ),
  'EKS, filter-log-events': (cluster) =>
    JSON.stringify(
      {
        events: asText(cluster).map((message) => ({
          logStreamName: 'kube-apiserver-audit-0123abcd',
          timestamp: 1,
          message,
        })),
      },
      null,
      2,
    ),
  'EKS, Insights': (cluster) =>
    `@timestamp,@logStream,@message\n${asText(cluster)
      .map((text) => `2026,kube-apiserver-audit-0,"${text.replaceAll('"', '""')}"`)
      .join('\n')}\n`,
  'EKS, aws logs tail': (cluster) =>
    asText(cluster)
      .map((text) => `2026-03-04T05:06:07+00:00 kube-apiserver-audit-0 ${text}\n`)
      .join(''),
  'EKS, Firehose': (cluster) =>
    asText(cluster)
      .map((message) => JSON.stringify({ logStream: 'a', logEvents: [{ id: '1', message }] }))
      .join(''),
  'AKS, Event Hub': (cluster) =>
    asText(cluster)
      .map((log) => `${JSON.stringify({ records: [{ category: 'kube-audit', properties: { log: `${log}\n` } }] })}\n`)
      .join(''),
  'AKS, tables': ({ writes }) =>
    JSON.stringify(
      writes.map((write, i) => {
        const event = auditEvent(write, i, 'RequestResponse');
        return {
          AuditId: event.auditID,
          Stage: event.stage,
          Verb: event.verb,
          User: JSON.stringify(event.user),
          ObjectRef: event.objectRef,
          ResponseStatus: event.responseStatus,
          ResponseObject: JSON.stringify(event.responseObject),
          StageReceivedTime: event.stageTimestamp,
        };
      }),
    ),
};

export const metadataLevel = ({ writes }: GeneratedCluster): string =>
  writes.map((write, i) => `${JSON.stringify(auditEvent(write, i, 'Metadata'))}\n`).join('');

export const watchStream = ({ objects, writes }: GeneratedCluster): string => {
  // A list comes in order of namespace and name.
  const idOf = ({ metadata }: Fields) =>
    `${String((metadata as Fields).namespace)}/${String((metadata as Fields).name)}`;
  const begin = objects.filter(({ kind }) => kind === 'EndpointSlice').sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  return [
    ...begin.map((object) => JSON.stringify({ type: 'ADDED', object })),
    ...writes.map(({ object }) => JSON.stringify({ type: 'MODIFIED', object }, null, 4)),
  ].join('\n');
};
