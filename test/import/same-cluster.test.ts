/** One cluster and one history, however they are written: the same scenario, the same pushes. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { Pseudonyms } from '../../src/import/anonymise.js';
import { importCluster } from '../../src/import/import-cluster.js';
import { parseScenario } from '../../src/scenario/load.js';
import { dumps, generatedCluster, histories, metadataLevel, watchStream } from './generated-cluster.js';
import { newFolder } from './reading.js';

async function imported(contents: readonly (string | Uint8Array)[], pseudonyms?: Pseudonyms) {
  const folder = newFolder();
  const sources = contents.map((content, i) => {
    const path = join(folder, `input-${i}`);
    writeFileSync(path, content);
    return { name: `input-${i}`, path };
  });
  const done = await importCluster(sources, { folder, pseudonyms });
  const text = (file: string) => {
    const bytes = readFileSync(join(folder, file));
    return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  };
  const files = Object.fromEntries(done.files.map((file) => [file, text(file)]));
  const file = join(folder, 'cluster.yaml');
  const parsed = parseScenario(files['cluster.yaml']!, { file });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return { done, files, scenario: parsed.scenario, result: simulate(parsed.scenario) };
}

const cluster = generatedCluster();
const dump = dumps['kubectl JSON']!(cluster);

describe('a dump', () => {
  const reference = imported([dump]);
  for (const [form, written] of Object.entries(dumps)) {
    test(`as ${form} gives the same files`, async () => {
      const { files, done } = await imported([written(cluster)]);
      expect(done.gathered.badRecords).toEqual([]);
      expect(files).toEqual((await reference).files);
    });
  }

  test('has the services, workloads and routes of the cluster', async () => {
    const { scenario } = await reference;
    expect(scenario.mesh.services.map(({ name, endpoints }) => [name, endpoints])).toEqual([
      ['shop0', 3],
      ['shop2', 3],
      ['shop1', 3],
      ['shop3', 3],
    ]);
    expect(scenario.mesh.proxies.map(({ name, count }) => [name, count])).toEqual([
      ['shop0', 3],
      ['shop2', 3],
      ['shop1', 3],
      ['shop3', 3],
    ]);
    expect(scenario.mesh.configs).toHaveLength(4);
  });
});

describe('a history', () => {
  const reference = imported([dump, histories['an audit log']!(cluster)]);

  test('of 30 writes is 30 updates of endpoints', async () => {
    const { result, done } = await reference;
    expect(done.events).toBe(30);
    expect(result.attribution.trigger.map(({ label, changes }) => [label, changes])).toEqual([['endpoint', 30]]);
  });

  for (const [form, written] of Object.entries(histories)) {
    test(`of ${form} gives the same bytes`, async () => {
      const { files, result, done } = await imported([dump, written(cluster)]);
      expect(done.gathered.badRecords).toEqual([]);
      expect(files['events.jsonl.gz']).toBe((await reference).files['events.jsonl.gz']);
      expect(result.fingerprint).toBe((await reference).result.fingerprint);
    });
  }

  test('of a watch stream gives the same changes at whole seconds', async () => {
    const { result, done } = await imported([dump, watchStream(cluster)]);
    expect(done.counts.found).toEqual((await reference).done.counts.found);
    expect(result.metrics.pilot_push_triggers).toEqual((await reference).result.metrics.pilot_push_triggers);
  });

  test('told twice, by a watch and an audit log, is one history with the better times', async () => {
    const { files } = await imported([dump, watchStream(cluster), histories['an audit log']!(cluster)]);
    expect(files['events.jsonl.gz']).toBe((await reference).files['events.jsonl.gz']);
  });

  test('at level Metadata has the writes without their content', async () => {
    const { done, result } = await imported([dump, metadataLevel(cluster)]);
    expect([...done.counts.found]).toEqual([['EndpointSlice touch', 30]]);
    expect(result.attribution.trigger.map(({ changes }) => changes)).toEqual([30]);
  });
});

describe('anonymised', () => {
  const key = Buffer.alloc(32, 7);
  const inputs = [dump, histories['an audit log']!(cluster)];

  test('no name of the input is in the output, and the metrics are the same', async () => {
    const { files, result } = await imported(inputs, new Pseudonyms(key));
    const all = Object.values(files).join('\n');
    for (const name of ['shop', 'team0', 'team1', '7f9c6d', '10.1.0.0', '10.1.3.2'])
      expect(all.includes(name), name).toBe(false);
    const plain = await imported(inputs);
    expect(result.metrics).toEqual(plain.result.metrics);
    expect(result.rounds).toEqual(plain.result.rounds);
  });

  test('the same key gives the same pseudonyms, another gives others', async () => {
    const first = await imported(inputs, new Pseudonyms(key));
    expect((await imported(inputs, new Pseudonyms(key))).files).toEqual(first.files);
    expect((await imported(inputs, new Pseudonyms(Buffer.alloc(32, 8)))).files).not.toEqual(first.files);
  });
});
