/** A small mesh's minutes, written by kubectl, kube-apiserver and istiod 1.30.3 themselves, and what really happened. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { withCosts } from '../../src/cli/import-costs.js';
import { type AgainstResult, verifyAgainst } from '../../src/experiment/verify/against.js';
import { simulate } from '../../src/fleet/run.js';
import { Gathered } from '../../src/import/gathered.js';
import { type Imported, importCluster } from '../../src/import/import-cluster.js';
import { readInputs } from '../../src/import/read-inputs.js';
import type { RunResult } from '../../src/measure/recorder/result.js';
import { parseScenario } from '../../src/scenario/load.js';
import type { Scenario } from '../../src/scenario/scenario.js';
import { inputs, newFolder } from './reading.js';

const KINDS = [
  'configmaps.json.gz',
  'deployments.json.gz',
  'destinationrules.json',
  'endpointslices.json.gz',
  'namespaces.json',
  'peerauthentications.json',
  'pods.json.gz',
  'serviceentries.json',
  'services.json',
  'sidecars.json',
  'virtualservices.json',
];
const bundle = (...names: readonly string[]) => inputs(...names.map((name) => join('bundle', name)));
const sources = (paths: readonly string[]) => paths.map((path) => ({ name: path.split('/').at(-1)!, path }));

interface Replayed {
  readonly folder: string;
  readonly imported: Imported;
  readonly scenario: Scenario;
  readonly result: RunResult;
}

async function replayed(paths: readonly string[]): Promise<Replayed> {
  const folder = newFolder();
  const imported = await importCluster(sources(paths), { folder });
  const file = join(folder, 'cluster.yaml');
  const parsed = parseScenario(readFileSync(file, 'utf8'), { file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return { folder, imported, scenario: parsed.scenario, result: simulate(parsed.scenario) };
}

const STATIC = ['dump.json.gz', 'mesh-config.yaml', 'istiod-deployment.yaml'];
let audit: Replayed;
let watched: Replayed;
let against: AgainstResult;

beforeAll(async () => {
  audit = await replayed(bundle(...STATIC, 'audit.log.gz', 'metrics-before.txt', 'metrics-after.txt'));
  watched = await replayed(bundle(...STATIC, ...KINDS.map((kind) => `watch-${kind}`)));
  const observed = new Gathered();
  await readInputs(sources(bundle('istiod.log.gz', 'metrics-before.txt', 'metrics-after.txt')), observed, undefined);
  observed.history.close();
  against = verifyAgainst(audit.scenario, observed);
}, 120_000);

const totals = (by: Readonly<Record<string, number>>) => by;
const changesOf = ({ imported }: Replayed) => Object.fromEntries([...imported.counts.found].sort());
const reasonsOf = ({ result }: Replayed) =>
  Object.fromEntries(result.attribution.trigger.map(({ label, changes }) => [label, changes]));
const merged = ({ result }: Replayed) => result.rounds.reduce((sum, round) => sum + round.merged, 0);

describe('the changes of the window', () => {
  const truth = {
    // 278 modifications, one of labels alone.
    'EndpointSlice spec': 277,
    'EndpointSlice new': 1,
    'EndpointSlice delete': 1,
    'VirtualService new': 1,
    'VirtualService spec': 28,
    'DestinationRule new': 21,
    'DestinationRule delete': 21,
    'Service new': 1,
    'Service spec': 1,
    'Service delete': 1,
    'Pod pod-new': 18,
    'Pod pod-gone': 18,
    'Pod ready': 76,
  };

  test('are all in the audit log', () => expect(changesOf(audit)).toMatchObject(truth));
  test('are the same in the watch streams', () => expect(changesOf(watched)).toMatchObject(truth));

  test('do not count what changed nothing that Istio reads', () => {
    const { ignored } = audit.imported.counts;
    expect(ignored.get('VirtualService: nothing that Istio reads has changed')).toBe(12);
    expect(ignored.get('Service: nothing that Istio reads has changed')).toBe(2);
    const sameVersion = [...ignored].filter(([why]) => why.includes('same resourceVersion'));
    // 3 of VirtualServices, besides 3 that failed and a dry run; of the DestinationRules' 5 two are of labels.
    expect(Object.fromEntries(sameVersion)).toMatchObject({ 'ServiceEntry: wrote nothing (same resourceVersion)': 2 });
  });

  test('leave out the noise, counted', () => {
    const account = audit.imported.gathered.accounts.find(({ file }) => file === 'audit.log.gz')!;
    expect(account.ignored.get('leases: a resource that istiod does not watch')).toBe(285);
    expect(account.ignored.get('ConfigMap (leader election): a lock, no content')).toBe(96);
    expect(account.ignored.get('virtualservices: a dry run')).toBe(1);
    const refused = [...account.ignored].filter(([why]) => why.startsWith('virtualservices: refused'));
    expect(refused.reduce((sum, [, count]) => sum + count, 0)).toBe(3);
    expect(account.bad).toBe(0);
  });
});

describe('the mesh', () => {
  test('has 60 proxies and the 20 services of the dump', () => {
    expect(audit.imported.proxies).toBe(60);
    expect(audit.imported.mesh?.services).toHaveLength(20);
    expect(audit.scenario.istio).toBe('1.30.3');
    expect(audit.scenario.istiod.cpuCores).toBe(2);
  });
});

describe('replayed from the audit log', () => {
  test('the updates at the debounce are those that reached it, by reason', () => {
    const { proxy: _past, ...reasons } = reasonsOf(audit);
    expect(reasons).toEqual({ endpoint: 239, headlessendpoint: 29, config: 29 + 42, service: 3 });
    expect(merged(audit)).toBe(342);
  });

  test('76 Pods that became ready are pushed past the debounce', () => expect(reasonsOf(audit).proxy).toBe(76));

  test('rounds are within 5 % of 165, and 36 are full', () => {
    const { rounds } = audit.result;
    expect(Math.abs(rounds.length - 165) / 165).toBeLessThan(0.05);
    expect(rounds.filter(({ kind }) => kind === 'full')).toHaveLength(36);
    expect(Math.max(...rounds.map((round) => round.merged))).toBe(41);
  });

  test('messages are within 10 %, type by type', () => {
    const sent = totals(audit.result.metrics.pilot_xds_pushes.by);
    for (const [type, truth] of Object.entries({ cds: 1819, eds: 8230, lds: 1819, rds: 1819 }))
      expect(Math.abs(sent[type]! - truth) / truth, type).toBeLessThan(0.1);
  });

  test('controllers are named as the causes', () => {
    const sources = audit.result.attribution.source.map(({ label }) => label);
    expect(sources).toContain('system:serviceaccount:kube-system:endpointslice-controller');
    expect(sources).toContain('system:serviceaccount:flagger-system:flagger');
  });
});

describe('replayed from the watch streams', () => {
  test('the updates are the same, and it is said what whole seconds cost', () => {
    expect(reasonsOf(watched)).toEqual(reasonsOf(audit));
    expect(merged(watched)).toBe(342);
    expect(watched.imported.notes.join()).toContain('whole seconds');
  });
});

describe('verified against its own log and metrics', () => {
  test('the log has 165 rounds in the window, of 342 updates, 36 full', () => {
    const row = (what: string) => against.rows.find((one) => one.what === what);
    expect(row('rounds')?.observed).toBe(165);
    expect(row('full rounds')?.observed).toBe(36);
    expect(row('updates merged')?.observed).toBe(342);
    expect(row('pilot_xds_pushes eds')?.observed).toBe(8230);
  });

  test('every judged row is within its limit', () => {
    for (const { what, predicted, observed, limit } of against.rows)
      if (limit !== undefined) expect(Math.abs(predicted - observed), what).toBeLessThanOrEqual(limit * observed);
  });
});

describe('imported with its metrics', () => {
  test('the speed of the cores is fitted, and the replay uses it', async () => {
    const { folder } = audit;
    const { files, notes } = (await withCosts(audit.imported, folder))!;
    expect(files).toContain('costs.json');
    const { speed, applied, costs } = JSON.parse(readFileSync(join(folder, 'costs.json'), 'utf8'));
    expect(applied, notes.at(-1)).toBe(true);
    expect(costs.map(({ what }: { what: string }) => what)).toContain('eds generate');
    const file = join(folder, 'cluster.yaml');
    const parsed = parseScenario(readFileSync(file, 'utf8'), { file });
    expect(parsed.ok && parsed.scenario.costs.speed).toBe(speed);
    const cpu = (text: string) =>
      Number(/^process_cpu_seconds_total (\S+)/m.exec(readFileSync(inputs(join('bundle', text))[0]!, 'utf8'))![1]);
    const used = cpu('metrics-after.txt') - cpu('metrics-before.txt');
    expect(
      Math.abs(simulate((parsed as { scenario: Scenario }).scenario).resources.cpu_seconds / used - 1),
    ).toBeLessThan(0.1);
  });
});
