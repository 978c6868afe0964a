/** Objects of a small cluster, and writes of them as an audit log; imported, loaded and run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { simulate } from '../../src/fleet/run.js';
import type { Pseudonyms } from '../../src/import/anonymise.js';
import { importCluster } from '../../src/import/import-cluster.js';
import { parseScenario } from '../../src/scenario/load.js';
import { newFolder } from './reading.js';

export type Fields = Record<string, unknown>;
export type Written = readonly [verb: 'create' | 'update' | 'delete', object: Fields];

const START = Date.parse('2026-05-06T07:08:09Z');
let version = 1000;

export function object(apiVersion: string, kind: string, id: string, rest: Fields, metadata: Fields = {}): Fields {
  const [namespace, name] = id.includes('/') ? id.split('/') : ['', id];
  version += 1;
  const place = namespace === '' ? {} : { namespace };
  return { apiVersion, kind, metadata: { name, ...place, resourceVersion: String(version), ...metadata }, ...rest };
}

export const istio = (kind: string, id: string, spec: Fields, metadata?: Fields) =>
  object('networking.istio.io/v1', kind, id, { spec }, metadata);

export function pod(id: string, app: string, ip: string, ready = true): Fields {
  const container = { name: 'istio-proxy', image: 'istio/proxyv2:1.30.3', args: ['proxy', 'sidecar'] };
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False' }];
  const owner = { kind: 'ReplicaSet', name: `${app}-6f5c`, controller: true };
  return object(
    'v1',
    'Pod',
    id,
    { spec: { containers: [{ name: 'app' }, container] }, status: { phase: 'Running', podIP: ip, conditions } },
    { labels: { app, 'pod-template-hash': '6f5c' }, ownerReferences: [owner] },
  );
}

export const service = (id: string, spec: Fields = {}) =>
  object('v1', 'Service', id, { spec: { ports: [{ name: 'http', port: 80 }], selector: { app: 'till' }, ...spec } });

export function slice(id: string, addresses: readonly string[]): Fields {
  const endpoints = addresses.map((address) => ({ addresses: [address], conditions: { ready: true } }));
  const labels = { 'kubernetes.io/service-name': id.split('/')[1]! };
  return object('discovery.k8s.io/v1', 'EndpointSlice', `${id}-abcde`, { addressType: 'IPv4', endpoints }, { labels });
}

export const route = (id: string, weight: number, rest: Fields = {}) =>
  istio('VirtualService', id, {
    hosts: ['till'],
    http: [{ route: [{ destination: { host: 'till' }, weight }] }],
    ...rest,
  });

/** One event a second. */
function auditLog(writes: readonly Written[]): string {
  return writes
    .map(([verb, written], i) => {
      const { namespace, name } = written.metadata as Fields;
      const [group, apiVersion = 'v1'] = String(written.apiVersion).includes('/')
        ? String(written.apiVersion).split('/')
        : ['', 'v1'];
      const kind = String(written.kind).toLowerCase();
      const resource = kind.endsWith('ss')
        ? `${kind}es`
        : /[^aeiou]y$/.test(kind)
          ? `${kind.slice(0, -1)}ies`
          : `${kind}s`;
      return `${JSON.stringify({
        kind: 'Event',
        apiVersion: 'audit.k8s.io/v1',
        level: 'RequestResponse',
        auditID: `id-${i}`,
        stage: 'ResponseComplete',
        verb,
        user: { username: 'alice.zq@zq.example.com' },
        objectRef: { resource, namespace, name, apiGroup: group, apiVersion },
        responseStatus: { code: 200 },
        responseObject: verb === 'delete' ? { kind: 'Status', apiVersion: 'v1', status: 'Success' } : written,
        stageTimestamp: new Date(START + 1000 * (i + 1)).toISOString(),
      })}\n`;
    })
    .join('');
}

export async function replayed(dump: readonly Fields[], writes: readonly Written[], pseudonyms?: Pseudonyms) {
  const folder = newFolder();
  const texts = [JSON.stringify({ apiVersion: 'v1', kind: 'List', items: dump }), auditLog(writes)];
  const sources = texts.map((text, i) => {
    const path = join(folder, `input-${i}`);
    writeFileSync(path, text);
    return { name: `input-${i}`, path };
  });
  const imported = await importCluster(sources, { folder, pseudonyms });
  const file = join(folder, 'cluster.yaml');
  const parsed = parseScenario(readFileSync(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const timeline = gunzipSync(readFileSync(join(folder, 'events.jsonl.gz'))).toString('utf8');
  const text = imported.files
    .map((one) => (one.endsWith('.gz') ? timeline : readFileSync(join(folder, one), 'utf8')))
    .join('\n');
  return { imported, scenario: parsed.scenario, timeline, text, result: simulate(parsed.scenario) };
}
