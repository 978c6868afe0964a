/**
 * A cluster of 500 services, 2,000 Pods and 40 Istio objects with two hours of history, written to files, imported and
 * replayed by the built program: times on the clock and of the CPU, and the most memory of each. `--large` writes an audit log of 500 MB instead.
 * By hand: npx tsx bench/import.ts [--large]
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Fields = Record<string, unknown>;

const SERVICES = 500;
const PODS_EACH = 4;
const HOURS = 2;
const LARGE = process.argv.includes('--large');
const LARGE_BYTES = 500 * 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'pushsim-bench-'));
const start = Date.parse('2026-04-01T10:00:00Z');

let version = 1000;
let seed = 12345;
const draw = (below: number): number => {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
  return seed % below;
};

const meta = (namespace: string, name: string, labels: Fields = {}): Fields => ({
  name,
  namespace,
  labels,
  resourceVersion: String(++version),
  creationTimestamp: '2026-03-01T00:00:00Z',
  managedFields: [
    { manager: 'kube-controller-manager', fieldsV1: { 'f:x': { 'f:y': {} } }, time: '2026-03-01T00:00:00Z' },
  ],
});

interface Slice {
  readonly namespace: string;
  readonly service: string;
  readonly ready: boolean[];
}

function sliceObject({ namespace, service, ready }: Slice, index: number): Fields {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: meta(namespace, `${service}-k2x9q`, { 'kubernetes.io/service-name': service }),
    addressType: 'IPv4',
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
    endpoints: ready.map((isReady, pod) => ({
      addresses: [`10.${index >> 8}.${index & 255}.${pod}`],
      conditions: { ready: isReady, serving: isReady, terminating: false },
      targetRef: { kind: 'Pod', name: `${service}-5d8f-${pod}aaaa`, namespace },
      nodeName: `node-${pod}`,
      zone: 'a',
    })),
  };
}

const slices: Slice[] = Array.from({ length: SERVICES }, (_, i) => ({
  namespace: `ns-${i % 25}`,
  service: `svc-${i}`,
  ready: Array.from({ length: PODS_EACH }, () => true),
}));

function dump(): string {
  const items: Fields[] = [];
  for (const [i, slice] of slices.entries()) {
    const { namespace, service } = slice;
    items.push({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: meta(namespace, service, { app: service }),
      spec: { clusterIP: '10.0.0.1', ports: [{ name: 'http', port: 80, protocol: 'TCP' }], selector: { app: service } },
    });
    items.push(sliceObject(slice, i));
    for (let pod = 0; pod < PODS_EACH; pod++)
      items.push({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: {
          ...meta(namespace, `${service}-5d8f-${pod}aaaa`, { app: service, 'pod-template-hash': '5d8f' }),
          ownerReferences: [{ kind: 'ReplicaSet', name: `${service}-5d8f`, controller: true }],
        },
        spec: {
          containers: [
            { name: 'app' },
            { name: 'istio-proxy', image: 'istio/proxyv2:1.30.3', args: ['proxy', 'sidecar'] },
          ],
        },
        status: {
          phase: 'Running',
          podIP: `10.${i >> 8}.${i & 255}.${pod}`,
          conditions: [{ type: 'Ready', status: 'True' }],
        },
      });
    if (i < 40) items.push(route(slice, 0));
  }
  return JSON.stringify({ apiVersion: 'v1', items, kind: 'List' }, null, 4);
}

function route({ namespace, service }: Slice, weight: number): Fields {
  const destination = { host: service };
  return {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: meta(namespace, service),
    spec: { hosts: [service], http: [{ route: [{ destination, weight }] }] },
  };
}

function auditLine(at: number, object: Fields, resource: string, apiGroup: string, id: number): string {
  const { namespace, name } = object.metadata as Fields;
  return `${JSON.stringify({
    kind: 'Event',
    apiVersion: 'audit.k8s.io/v1',
    level: 'RequestResponse',
    auditID: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
    stage: 'ResponseComplete',
    requestURI: `/apis/${apiGroup}/v1/namespaces/${String(namespace)}/${resource}/${String(name)}`,
    verb: 'update',
    user: { username: 'system:serviceaccount:kube-system:endpointslice-controller' },
    objectRef: { resource, namespace, name, apiGroup, apiVersion: 'v1' },
    responseStatus: { metadata: {}, code: 200 },
    requestObject: object,
    responseObject: object,
    stageTimestamp: new Date(start + at).toISOString(),
  })}\n`;
}

/** A slice write each two seconds and a route each six minutes, or as many as fill the file. */
function auditLog(path: string): number {
  const file = openSync(path, 'w');
  let size = 0;
  let held = '';
  const end = HOURS * 3_600_000;
  for (let at = 0, id = 0; LARGE ? size < LARGE_BYTES : at < end; at += LARGE ? 20 + draw(40) : 1_000 + draw(2_000)) {
    const index = draw(SERVICES);
    const slice = slices[index]!;
    if (draw(180) === 0)
      held += auditLine(at, route(slices[draw(40)]!, draw(100)), 'virtualservices', 'networking.istio.io', id++);
    slice.ready[draw(PODS_EACH)] = draw(3) > 0;
    held += auditLine(at, sliceObject(slice, index), 'endpointslices', 'discovery.k8s.io', id++);
    if (held.length < 1 << 20) continue;
    size += writeSync(file, held);
    held = '';
  }
  writeSync(file, held);
  closeSync(file);
  return statSync(path).size;
}

function timed(label: string, args: readonly string[]): void {
  const before = performance.now();
  const watcher = `process.on("exit", () => require("node:fs").writeFileSync(process.env.PEAK, JSON.stringify(process.resourceUsage())))`;
  const peak = join(folder, 'peak');
  writeFileSync(join(folder, 'watch.cjs'), watcher);
  const run = spawnSync(process.execPath, ['--require', join(folder, 'watch.cjs'), 'dist/cli/main.js', ...args], {
    encoding: 'utf8',
    env: { ...process.env, PEAK: peak },
    maxBuffer: 1 << 28,
  });
  const seconds = (performance.now() - before) / 1000;
  const used = JSON.parse(readFileSync(peak, 'utf8')) as NodeJS.ResourceUsage;
  const cpu = (used.userCPUTime + used.systemCPUTime) / 1e6;
  const megabytes = used.maxRSS / 1024;
  process.stdout.write(
    `${label}: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, ${megabytes.toFixed(0)} MB at most, exit ${run.status}\n`,
  );
  process.stdout.write(`${run.stdout.split('\n').slice(-6).join('\n')}${run.stderr.slice(-500)}\n`);
}

writeFileSync(join(folder, 'dump.json'), dump());
const bytes = auditLog(join(folder, 'audit.log'));
process.stdout.write(`dump ${statSync(join(folder, 'dump.json')).size >> 20} MB, audit log ${bytes >> 20} MB\n`);
const out = join(folder, 'out');
timed('import', ['import', join(folder, 'dump.json'), join(folder, 'audit.log'), '--out', out]);
process.stdout.write(`cluster.yaml: ${readFileSync(join(out, 'cluster.yaml'), 'utf8').split('\n').length} lines\n`);
if (!LARGE) timed('replay', ['run', join(out, 'cluster.yaml'), '--quiet']);
if (!process.argv.includes('--keep')) rmSync(folder, { recursive: true, force: true });
else process.stdout.write(`${folder}\n`);
