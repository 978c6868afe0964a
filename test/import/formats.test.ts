import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { renderTemplate } from '../../src/import/formats/go-template.js';
import { goDuration, IstiodLog, sizeOf } from '../../src/import/formats/istiod-log.js';
import { factsOf } from '../../src/import/observed/changes.js';
import { meshOf } from '../../src/import/observed/mesh.js';
import { micros } from '../../src/import/observed/sighting.js';
import { parseScenario } from '../../src/scenario/load.js';
import { inputs, leftOut, readFiles, readText } from './reading.js';

const read = (name: string) => readFiles(...inputs(name));
const AT = Date.parse('2026-01-02T03:04:05.112Z') * 1000 + 345;

describe('pods of a dump', () => {
  test('are proxies or not by the first test that fits', async () => {
    const { state } = await read('dump-pods.json');
    const proxies = Object.fromEntries(state.map(({ name, body }) => [name, factsOf(body).proxy]));
    expect(proxies).toEqual({
      'till-6f5c7b9d4-x2k8p': 'sidecar',
      'oven-0': 'sidecar',
      'front-7c9-q': 'gateway',
      'shopfront-istio-5d-z': 'gateway',
      'waypoint-66-a': 'waypoint',
      'flour-1': 'none',
      'ztunnel-n1': 'none',
      'stocktake-28-l': 'none',
      'old-1': 'sidecar',
      'probe-1': 'none',
    });
  });

  test('belong to the workload that owns them, and labels of a single pod make none of its own', async () => {
    const { state } = await read('dump-pods.json');
    const pod = (of: string) => state.find(({ name }) => name === of)!.body;
    expect(factsOf(pod('till-6f5c7b9d4-x2k8p'))).toMatchObject({
      workload: 'till',
      version: '1.24.3',
      dnsCapture: true,
    });
    expect(pod('till-6f5c7b9d4-x2k8p').labels).not.toHaveProperty('pod-template-hash');
    // An image by digest has no version; the revision is in the status of a native sidecar as well.
    expect(factsOf(pod('oven-0'))).toMatchObject({ workload: 'oven', version: '', revision: 'stable' });
    expect(pod('oven-0').labels).toEqual({ app: 'oven' });
  });
});

describe('slices of a dump', () => {
  test('count a pod with two addresses once, and not those that are on their way out', async () => {
    const { state, gathered } = await read('dump-slices.yaml');
    const service = { kind: 'Service', namespace: 'bakery', name: 'till', resourceVersion: 1 } as const;
    const body = { labels: {}, annotations: {}, created: '', spec: { ports: [] } };
    expect(meshOf([...state, { ...service, body }]).services[0]).toMatchObject({ name: 'till', endpoints: 1 });
    expect(gathered.accounts[0]).toMatchObject({ format: 'dump', used: 3, bad: 0 });
    expect(leftOut({ gathered } as never)).toEqual({ 'Endpoints (leader election): a lock, no content': 1 });
  });
});

describe('a watch', () => {
  test('begins with what is there, and goes on with writes at the newest managedFields time', async () => {
    const got = await read('watch.jsonl');
    expect(got.state.map(({ name }) => name)).toEqual(['till-abc12']);
    expect(got.changes).toMatchObject([{ kind: 'EndpointSlice', did: 'write', actor: 'kube-controller-manager' }]);
    expect(Math.floor(got.changes[0]!.at / 1e6)).toBe(Date.parse('2026-01-02T03:04:06Z') / 1000);
    expect(leftOut(got)).toEqual({ 'BOOKMARK: no object': 1, 'ERROR: the watch ended with 410': 1 });
  });

  test('may be pretty-printed, and objects without a type are state', async () => {
    const got = await read('watch-pretty-concatenated.json');
    expect(got.state.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Pod bare-watch-without-type']);
    expect(got.gathered.accounts[0]).toMatchObject({ used: 2, bad: 0 });
  });

  test('with a time before each record is exact', async () => {
    const line = readFileSync(inputs('watch.jsonl')[0]!, 'utf8').split('\n')[1]!;
    const got = await readText(`2026-01-02T03:04:06.789Z ${line.replace('"MODIFIED"', '"MODIFIED"')}\n`);
    expect(got.changes[0]?.at).toBe(Date.parse('2026-01-02T03:04:06.789Z') * 1000);
  });

  test('as a table is refused with the command to use', async () => {
    const { gathered } = await read('watch-table.txt');
    expect(gathered.badRecords).toHaveLength(1);
    expect(gathered.badRecords[0]?.what).toContain('--watch --output-watch-events -o json');
  });
});

describe('an audit log', () => {
  test('has what was written, without reads, refusals, dry runs, repetitions and other stages', async () => {
    const got = await read('audit.jsonl');
    expect(got.changes.map(({ kind, did, name, actor }) => `${kind} ${did} ${name} by ${actor}`)).toEqual([
      'EndpointSlice touch till-abc12 by system:serviceaccount:kube-system:endpointslice-controller',
      // The name is in the answer alone, and the impersonated user is who did it.
      'VirtualService write till-7qk2d by deployer',
      'VirtualService touch till by system:serviceaccount:rollouts:rollouts',
    ]);
    expect(got.changes[0]?.at).toBe(AT);
    expect(leftOut(got)).toEqual({
      'endpointslices: stage RequestReceived': 1,
      'virtualservices: refused with 409': 1,
      'virtualservices: a dry run': 1,
      'pods/eviction: a part that Istio does not read': 1,
      'VirtualService deletecollection: the log does not tell what it deleted': 1,
    });
  });

  const wrapped: readonly [string, string][] = [
    ['audit-aks-eventhub.json', 'EndpointSlice touch till-abc12'],
    ['audit-aks-loganalytics.json', 'Service touch till'],
    ['audit-eks-filter-log-events.json', 'EndpointSlice touch till-abc12'],
    ['audit-eks-insights.csv', 'EndpointSlice touch till-abc12'],
    ['audit-eks-tail.txt', 'Service touch till'],
    ['audit-gke.json', 'EndpointSlice write till-abc12'],
  ];
  for (const [file, expected] of wrapped) {
    test(`wrapped as in ${file} tells the same`, async () => {
      const { changes, gathered } = await read(file);
      expect(changes.map(({ kind, did, name }) => `${kind} ${did} ${name}`)).toEqual([expected]);
      expect(changes[0]?.at).toBe(AT);
      expect(gathered.badRecords).toEqual([]);
    });
  }

  test('of GKE has gRPC codes: 6 is a refusal', async () => {
    const got = await read('audit-gke.json');
    expect(leftOut(got)).toHaveProperty('services: refused with 406', 1);
  });

  test('whose patches are known, but not what they make, is replayed where the object is known', async () => {
    const object = { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' };
    const metadata = { name: 'till', namespace: 'bakery', resourceVersion: '5' };
    const spec = { hosts: ['till'], http: [{ route: [{ weight: 100 }] }] };
    const dump = JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [{ ...object, metadata, spec }] });
    const patch = readFileSync(inputs('audit.jsonl')[0]!, 'utf8').split('\n')[3]!;
    const got = await readText(`${dump}\n${patch}\n`);
    expect(got.changes).toMatchObject([{ did: 'write', body: { spec: { http: [{ route: [{ weight: 80 }] }] } } }]);
  });
});

describe("istiod's log", () => {
  const rounds: readonly [string, object][] = [
    ['istiod-1.12.log', { number: 7, merged: 2, full: true, sinceLastChange_us: 100_200, connected: 3, services: 12 }],
    [
      'istiod-1.30.log',
      { number: 4, merged: 3, full: true, reasons: { service: 2, endpoint: 1 }, istiod: 'istiod-7d4' },
    ],
    ['istiod-1.31.log', { number: 9, merged: 2, full: false, keys: 2, connected: 3 }],
    ['istiod-json.log', { number: 4, merged: 1, full: true, key: 'Gateway/edge/front' }],
  ];
  for (const [file, expected] of rounds) {
    test(`${file} has its round`, async () => {
      const { gathered } = await read(file);
      expect(gathered.logs[0]?.rounds).toMatchObject([expected]);
      expect(gathered.badRecords).toEqual([]);
    });
  }

  test('of 1.17 has an incremental round with keys and a full one with a reason', async () => {
    const { gathered } = await read('istiod-1.17.log');
    expect(gathered.logs[0]?.rounds).toMatchObject([
      {
        merged: 5,
        full: false,
        key: 'ServiceEntry/bakery/till.bakery.svc.cluster.local',
        keys: 5,
        services: undefined,
      },
      { merged: 1, full: true, reasons: { global: 1 }, services: 12 },
    ]);
    const { counts } = gathered.logs[0]!;
    expect([...counts.namedServices.keys()].sort()).toEqual([
      'oven.bakery.svc.cluster.local',
      'till.bakery.svc.cluster.local',
    ]);
    expect([...counts.bytes]).toEqual([
      ['EDS', 670],
      ['RDS', 93_600],
    ]);
    expect([...counts.requests]).toEqual([['RDS', 1]]);
  });

  test('through a container runtime is put together, the first time counting', async () => {
    const { gathered } = await read('istiod-cri.log');
    expect(gathered.accounts[0]).toMatchObject({ used: 1, bad: 0 });
    const log = new IstiodLog();
    const line =
      '2026-01-02T03:04:05.000001Z\tinfo\tads\tPush debounce stable[1] 1 for config A/b/c: 1ms since last change, 1ms since last push, full=true';
    log.line(`2026-01-02T03:04:05.1Z stdout P ${line.slice(0, 60)}`, 1);
    log.line(`2026-01-02T03:04:05.1Z stdout F ${line.slice(60)}`, 2);
    expect(log.rounds).toMatchObject([{ number: 1, merged: 1, at: Date.parse('2026-01-02T03:04:05Z') * 1000 + 1 }]);
  });

  test("of another program's JSON lines with two times takes the first", async () => {
    const line = '{"level":"info","time":"2026-01-02T03:04:05.000001Z","msg":"sync complete","time":"220ns"}';
    const { gathered } = await readText(`plain first line\n${line}\n`);
    expect(gathered.logs[0]?.first).toBe(Date.parse('2026-01-02T03:04:05Z') * 1000 + 1);
  });

  test('writes durations and sizes as Go does', () => {
    expect(goDuration('1m2.5s')).toBe(62_500_000);
    expect(goDuration('120µs')).toBe(120);
    expect(sizeOf('93.6kB')).toBe(93_600);
    expect(sizeOf('2.1MB')).toBeCloseTo(2_100_000, 6);
  });
});

describe('what istiod lists and measures', () => {
  test.each(['proxy-status-1.17.txt', 'proxy-status-1.24.txt', 'proxy-status-1.30.txt', 'syncz.json'])(
    '%s',
    async (file) => {
      const { gathered } = await read(file);
      expect([...gathered.proxies.keys()]).toEqual(['bakery/till-1']);
      expect(gathered.badRecords).toEqual([]);
    },
  );

  test('blanks within cells do not shift the columns', async () => {
    const { gathered } = await read('proxy-status-1.17.txt');
    expect(gathered.proxies.get('bakery/till-1')).toMatchObject({
      istiod: 'istiod-a-1',
      version: '1.17.8',
      types: ['CDS', 'LDS', 'EDS'],
    });
  });

  test('metrics as text', async () => {
    const { gathered } = await read('metrics.txt');
    const value = (name: string, labels: object) =>
      gathered.samples.find((one) => one.name === name && JSON.stringify(one.labels) === JSON.stringify(labels))?.value;
    expect(value('pilot_xds_pushes', { type: 'cds' })).toBe(1_300_000);
    expect(value('pilot_proxy_convergence_time_bucket', { le: '+Inf' })).toBe(151);
    expect(value('pilot_k8s_reg_events', { event: 'updatesame', type: 'Endpoints' })).toBe(7);
  });

  test('metrics of a query, with gaps and without NaN', async () => {
    const { gathered } = await read('query_range.json');
    expect(gathered.samples.map(({ value, at }) => [value, at! / 1e6])).toEqual([
      [10, 1767323045],
      [12, 1767323060.5],
      [1, 1767323090],
    ]);
    expect([...gathered.notes]).toEqual(['Prometheus warned: partial']);
  });
});

describe('configurations of load tests', () => {
  const scenarioOf = (plan: { scenario: object } | undefined) =>
    parseScenario(JSON.stringify(plan?.scenario), { file: 'plan.yaml' });

  test('pilot-load: three namespaces of four applications with two pods, and one without proxies', async () => {
    const { gathered } = await read('pilot-load.yaml');
    const parsed = scenarioOf(gathered.plans[0]);
    expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    if (!parsed.ok) return;
    const { mesh, events } = parsed.scenario;
    expect(mesh.services).toHaveLength(3 * (4 + 1));
    expect(mesh.proxies.reduce((sum, { count }) => sum + count, 0)).toBe(3 * 4 * 2);
    // A replacement every 2 s is two changes of endpoints; a bare number is nanoseconds: a config each 0.5 s.
    expect(events.map(({ when }) => when)).toMatchObject([
      { kind: 'poisson', meanGap: 1e9 },
      { kind: 'poisson', meanGap: 0.5e9 },
    ]);
    expect([...gathered.notes].join()).toContain('applications.istio does nothing');
  });

  test('kube-burner v2: 40 objects at 5 a second, then three cycles of a tenth', async () => {
    const { gathered } = await read('kube-burner-v2.yaml');
    const parsed = scenarioOf(gathered.plans[0]);
    expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    if (!parsed.ok) return;
    expect(parsed.scenario.events[0]?.when).toEqual({ kind: 'times', at: 0, count: 40, every: 0.2e9 });
    expect(parsed.scenario.events).toHaveLength(1 + 3 * 2);
    expect(parsed.scenario.events[1]).toMatchObject({ when: { count: 4, at: 38e9 }, what: { do: 'delete' } });
  });

  test('kube-burner v1 is a template, and what nobody gave a value is named', async () => {
    const { gathered } = await read('kube-burner-v1.yaml');
    expect([...gathered.notes].join()).toContain('.REPLICAS');
    expect(gathered.badRecords).toEqual([]);
  });

  test('ClusterLoader2: ten objects in each of four namespaces, and then none', async () => {
    const { gathered } = await read('clusterloader2.yaml');
    const parsed = scenarioOf(gathered.plans[0]);
    expect(parsed.ok ? [] : parsed.issues).toEqual([]);
    if (!parsed.ok) return;
    const does = (kind: string) => parsed.scenario.events.filter(({ what }) => what.do === kind);
    expect(does('create').map(({ when }) => when)).toMatchObject(
      [0, 2, 4, 6].map((at) => ({ at: at * 1e9, count: 10 })),
    );
    expect(does('delete')).toHaveLength(4);
    expect([...gathered.notes].join()).toContain('/modules/services.yaml');
  });

  test('templates are evaluated as far as load tests need it', () => {
    const { text } = renderTemplate(
      '{{$n := DefaultParam .CL2_N 10}}a: {{MultiplyInt $n 2}} b: {{DivideInt (AddInt $n 5) 2}}',
    );
    expect(text).toBe('a: 20 b: 7');
    expect(renderTemplate('{{$n := DefaultParam .CL2_N 10}}{{$n}}', { CL2_N: '3' }).text).toBe('3');
  });
});

describe('containers', () => {
  test('gzip, a byte order mark, CRLF and an empty file are read as they are', async () => {
    const text = readFileSync(inputs('audit.jsonl')[0]!, 'utf8');
    const plain = (await readText(text)).changes;
    const same = async (bytes: Uint8Array) => expect((await readText(bytes)).changes).toEqual(plain);
    await same(gzipSync(text));
    await same(Buffer.from(`\ufeff${text}`));
    await same(Buffer.from(text.replaceAll('\n', '\r\n')));
    expect((await readText('')).gathered.accounts[0]).toMatchObject({ format: 'empty', bad: 0 });
  });

  test('a first record that is broken does not make the file another format', async () => {
    const ready = '{"apiVersion":"v1","kind":"Service","metadata":{"name":"till","namespace":"bakery"},"spec":{}}';
    for (const broken of ['{kind":"Service"}', '{{{"', '{#']) {
      const { state, gathered } = await readText(`${broken}\n${ready}\n`);
      expect(
        state.map(({ name }) => name),
        broken,
      ).toEqual(['till']);
      expect(
        gathered.badRecords.map(({ line }) => line),
        broken,
      ).toEqual([1]);
    }
  });

  test('a YAML list goes on after a broken line, and its items keep the kind of the list', async () => {
    const item = (name: string) => `- metadata: { name: ${name}, namespace: bakery }\n  spec: {}\n`;
    const { state, gathered } = await readText(
      `apiVersion: v1\nkind: ServiceList\nitems:\n${item('till')}-{ metadata: { name: lost } }\n${item('oven')}`,
    );
    expect(state.map(({ kind, name }) => `${kind} ${name}`)).toEqual(['Service till', 'Service oven']);
    expect(gathered.badRecords.map(({ line }) => line)).toEqual([6]);
  });

  test('batches of records may stand in a list themselves', async () => {
    const text = readFileSync(inputs('audit-aks-eventhub.json')[0]!, 'utf8');
    expect((await readText(`[${text.trim()}]`)).changes).toEqual((await readText(text)).changes);
  });

  test('a gzip file that was cut is read as far as it goes, and said to be', async () => {
    const packed = gzipSync(readFileSync(inputs('audit.jsonl')[0]!));
    const { gathered } = await readText(packed.subarray(0, packed.length - 20));
    expect(gathered.badRecords.some(({ what }) => what.includes('gzip'))).toBe(true);
  });

  test('times have 0 to 9 digits and any zone', () => {
    expect(micros('2026-01-02T03:04:05Z')).toBe(Date.parse('2026-01-02T03:04:05Z') * 1000);
    expect(micros('2026-01-02T11:04:05.123456789+08:00')).toBe(Date.parse('2026-01-02T03:04:05Z') * 1000 + 123_456);
    expect(micros('yesterday')).toBeUndefined();
  });
});
