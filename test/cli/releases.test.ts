import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeIssue } from '../../src/scenario/document/issues.js';
import { parseScenario } from '../../src/scenario/load.js';
import { folder, pushsim } from './run-program.js';

describe('pushsim releases', () => {
  test('prints which rules and defaults differ between two releases, with their sources', async () => {
    const { code, out } = await pushsim('releases', '1.24', '1.30');
    expect(code).toBe(0);
    expect(out).toMatch(/^From 1\.24\.6 to 1\.30\.3$/m);
    expect(out).toMatch(/^✓ key-filter \(since 1\.26\)$/m);
    expect(out).toContain('29ea0d4b939 #55496');
    expect(out).toMatch(/^ {2}ENABLE_LAZY_SIDECAR_EVALUATION +– +true$/m);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  test('does not tell of what came and went on the way', async () => {
    // Gateways' clusters did without VirtualServices from 1.26 to 1.29.
    expect((await pushsim('releases', '1.24', '1.30')).out).not.toContain('gateway-virtual-services');
    expect((await pushsim('releases', '1.24', '1.26')).out).toContain('gateway-virtual-services');
  });

  test('tells of patch releases, and of a downgrade what it takes away', async () => {
    expect((await pushsim('releases', '1.30.2', '1.30.3')).out).toContain(
      'virtual-service-metadata (since 1.30.3, 1.31)',
    );
    expect((await pushsim('releases', '1.22', '1.21')).out).toContain(
      'No longer: Proxies ask for delta xDS by default.',
    );
  });

  test('gives the same as data', async () => {
    const data = JSON.parse((await pushsim('releases', '1.24', '1.30', '--json')).out);
    expect([data.from, data.to]).toEqual([
      { name: '1.24', release: '1.24.6', costs_borrowed_from: '1.30.3' },
      { name: '1.30', release: '1.30.3', costs_borrowed_from: null },
    ]);
    expect(data.changes.find(({ rule }: { rule: string }) => rule === 'widened-endpoints')).toMatchObject({
      since: ['1.30'],
      recorded: true,
      modelled: true,
      comes: true,
    });
    expect(data.defaults).toContainEqual({ variable: 'ENABLE_ENHANCED_RESOURCE_SCOPING', from: 'true', to: null });
  });

  test('without names lists releases and all changes', async () => {
    const { out } = await pushsim('releases');
    expect(out).toMatch(/^1\.24 +1\.24\.6 +borrowed from 1\.30\.3$/m);
    expect(out).toMatch(/^1\.30 +1\.30\.3 +measured$/m);
    expect(out).toContain('since 1.18.6, 1.19.4, 1.20');
  });

  test.each([
    [['1.24'], 'name two releases'],
    [['1.24', '1.33'], 'the nearest is 1.32-dev; what it changed since 1.31.0-rc.0: pilot_debounce_time'],
    [['1.16', '1.24'], 'the nearest is 1.17.0; what changed before it is not known'],
    [['1.24', 'latest'], 'latest is not a release of Istio from 1.17 to 1.32-dev'],
  ])('%j exits with 2', async (names, text) => {
    const { code, err } = await pushsim('releases', ...names);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(text) });
  });
});

/** Three sidecars see four services of one endpoint each; the rule of one of them is written. */
const RULE_WRITTEN = `
description: A rule is written
mesh:
  generate: [{ namespace: shop, name: cart, services: 4, endpoints: 1 }]
  proxies: [{ namespace: shop, name: client, count: 3 }]
  resources:
    - apiVersion: networking.istio.io/v1
      kind: DestinationRule
      metadata: { name: rule, namespace: shop }
      spec: { host: cart-1.shop.svc.cluster.local }
events: [{ at: 1s, update: { kind: DestinationRule, target: any } }]
run: { duration: 5s }
`;

function scenario(text: string): string {
  const file = join(folder(), 'mesh.yaml');
  writeFileSync(file, text);
  return file;
}

describe('pushsim compare --releases', () => {
  test('says what an upgrade changes on a mesh, and the rule that does it', async () => {
    const file = scenario(RULE_WRITTEN);
    const { code, out } = await pushsim('compare', '--releases', '1.29,1.30', file, '--format', 'json', '--quiet');
    expect(code).toBe(0);
    const data = JSON.parse(out);
    expect(data.releases).toEqual(['1.29', '1.30']);
    expect(data.expect.length).toBe(4);
    const bytes = data.differences.find(({ figure }: { figure: string }) => figure === 'bytes');
    expect(bytes.difference).toBeLessThan(0);
    expect(bytes.causes[0].rules[0].id).toBe('partial-endpoints');
    expect(data.same).toContainEqual({ figure: 'messages_cds', value: 3, byChance: false });
  });

  test('in words', async () => {
    const { out } = await pushsim('compare', '--releases', '1.29,1.30', scenario(RULE_WRITTEN));
    expect(out).toMatch(/^mesh: what to expect when you upgrade from 1\.29 to 1\.30$/m);
    expect(out).toMatch(/^ {2}· Bytes sent to proxies: less, .*most of it by partial-endpoints\.$/m);
    expect(out.replace(/\s+/g, ' ')).toContain(
      'partial-endpoints: A DestinationRule or PeerAuthentication pushes only the endpoints it affects instead of all.',
    );
    expect(out).toContain('CPU costs were not measured in all releases: 1.29 those of 1.30.3.');
  });

  test.each([
    [['--releases', '1.24'], 'takes two releases'],
    [['--releases', '1.24,1.99'], 'the nearest is'],
    [['--releases', '1.24,1.30', '--variant', 'run.seed=2'], 'do not go together'],
    [['--releases', '1.24,1.30', '--format', 'benchstat'], 'prints text or json'],
  ])('%j exits with 2', async (args, text) => {
    const { code, err } = await pushsim('compare', ...args, scenario(RULE_WRITTEN));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(text) });
  });
});

describe('costs that were not measured', () => {
  const runOf = async (version: string, ...args: string[]) =>
    (await pushsim('run', scenario(RULE_WRITTEN), '--set', `istio=${version}`, ...args)).out;

  test.each([
    ['1.22', '1.17.8'],
    ['1.24', '1.30.3'],
    ['1.30', undefined],
    ['1.17.8', undefined],
  ])('in %s are those of %s, and the result says so', async (version, from) => {
    expect(JSON.parse(await runOf(version, '--json')).provenance.costs_borrowed_from).toBe(from);
    const text = await runOf(version);
    if (from === undefined) expect(text).not.toContain('nearest release measured');
    else expect(text).toContain(`CPU costs of ${from}, the nearest release measured`);
  });
});

const SHIPPED = new URL('../../scenarios/', import.meta.url);

test.each(readdirSync(SHIPPED).filter((file) => file.endsWith('.yaml')))('%s can be run as any release', (file) => {
  const text = readFileSync(new URL(file, SHIPPED), 'utf8');
  for (const version of ['1.18', '1.22', '1.24.6', '1.31', '1.32-dev']) {
    const parsed = parseScenario(text, { file, sets: [`istio="${version}"`] });
    expect(parsed.ok ? [] : parsed.issues.map(describeIssue)).toEqual([]);
  }
});
