import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { parseScenario } from '../../src/scenario/load.js';

const object = (name: string, weight: number) => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name, namespace: 'shop' },
  spec: { hosts: [name], http: [{ route: [{ destination: { host: name }, weight }] }] },
});
const LINES = [
  { timeline: 1, starts: '2026-01-02T03:04:05Z', lasts: '20s' },
  { at: '1s', by: 'ada', apply: object('cart', 10) },
  // Nothing differs: kubectl would write nothing.
  { at: '3s', by: 'argo', apply: object('cart', 10) },
  { at: '5s', by: 'argo', apply: object('cart', 20) },
  {
    at: '9s',
    by: 'flagger',
    delete: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService', namespace: 'shop', name: 'cart' },
  },
  { at: '15s', by: 'ada', touch: { kind: 'EndpointSlice', namespace: 'shop', name: 'cart-abc12', service: 'cart' } },
];

function scenario(timeline: string, lines: readonly (object | string)[] = LINES, packed = false, sets: string[] = []) {
  const folder = mkdtempSync(join(tmpdir(), 'timeline-'));
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(join(folder, 'events'), packed ? gzipSync(text) : text);
  const mesh =
    'mesh: { generate: [{ namespace: shop, name: cart, services: 0 }], services: [{ name: cart, namespace: shop }], proxies: [{ name: a, namespace: shop, count: 3 }] }';
  return parseScenario(`description: A replay\n${mesh}\ntimeline: ${timeline}\n`, {
    file: join(folder, 'cluster.yaml'),
    sets,
  });
}

function changes(parsed: ReturnType<typeof scenario>): [string, number][] {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { attribution } = simulate(parsed.scenario);
  return attribution.source.map(({ label, changes: count }): [string, number] => [label, count]).sort();
}

describe('a timeline', () => {
  test('makes its writes, named by their actors, and lasts as long as it says', () => {
    const parsed = scenario('events');
    expect(changes(parsed)).toEqual([
      ['ada', 2],
      ['argo', 1],
      ['flagger', 1],
    ]);
    expect(parsed.ok && parsed.scenario.run.duration).toBe(20e9);
  });

  test('beside several istiods is replayed to each of them, restarted ones too', () => {
    const killed = 'events=[{ at: 7s, restart: istiod, how: kill-one }]';
    const parsed = scenario('events', LINES, false, ['istiod.replicas=2', 'istiod.startup=100ms', killed]);
    expect(changes(parsed)).toEqual([
      ['ada', 2],
      ['argo', 1],
      ['flagger', 1],
      // Whoever asks without a write.
      ['proxies', 0],
    ]);
    if (!parsed.ok) throw new Error('it is sound');
    const { metrics, fleet } = simulate(parsed.scenario);
    expect(fleet?.istiods).toHaveLength(3);
    // Each write once for each istiod that lives then: four writes, of which the slice is of the registry.
    expect(metrics.pilot_k8s_cfg_events.total).toBe(6);
  });

  test('may be packed', () => expect(changes(scenario('events', LINES, true))).toEqual(changes(scenario('events'))));

  test('from a time on has what was written before at its start', () => {
    const parsed = scenario('{ file: events, from: 4s, until: 12s }');
    // The write at 5 s differs from that of 1 s; without it there it would be new.
    expect(changes(parsed)).toEqual([
      ['argo', 1],
      ['flagger', 1],
    ]);
    expect(parsed.ok && parsed.scenario.run.duration).toBe(8e9);
  });

  test('twice as fast takes half the time', () => {
    const parsed = scenario('{ file: events, speedUp: 2 }');
    expect(parsed.ok && parsed.scenario.run.duration).toBe(10e9);
    expect(changes(parsed)).toHaveLength(3);
  });

  test('tells every bad line with its number', () => {
    const bad = [
      ...LINES,
      'nonsense',
      { at: '16 s', by: 'x', apply: object('a', 1) },
      { at: '17s' },
      { at: '2s', by: 'x', ready: 'shop/a' },
    ];
    const parsed = scenario('events', bad);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? [] : parsed.issues.map(({ line }) => line)).toEqual([7, 8, 9, 10]);
  });

  test('that is not there is said where it is named', () => {
    const parsed = scenario('nowhere.gz');
    expect(parsed.ok ? [] : parsed.issues.map(({ line, code }) => [line, code])).toEqual([[3, 'unreadable']]);
  });
});
