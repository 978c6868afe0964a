/** Files of careless and of hostile people: exit code 2 with the place, a warning, or no harm. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { simulate } from '../../src/fleet/run.js';
import { file, folder, pushsim } from '../cli/run-program.js';
import { problemsOf, warnings } from '../scenario/helpers.js';
import { scenarioOf } from '../support/measured.js';

const MESH = 'mesh: { generate: [{ namespace: shop, services: 2, proxies: 1 per endpoint }] }';

test.each([
  ['run: { duration: { toString: 5 } }', 'run.duration'],
  ['istiod: { env: { PILOT_PUSH_THROTTLE: { toString: 5 } } }', 'istiod.env.PILOT_PUSH_THROTTLE'],
  ['events: [{ poisson: { toString: x }, forcedPush: true }]', 'events[0].poisson'],
  [
    'events: [{ at: 1s, endpoints: { services: { toString: 1 }, ready: { toString: 1 } } }]',
    'events[0].endpoints.services',
  ],
  ['mesh: { proxies: [{ name: a, namespace: b, labels: { a: { toString: 1 } } }] }', 'mesh.proxies[0].labels.a'],
  ['thresholds: [{ toString: 1 }]', 'thresholds[0]'],
])('a mapping where text should be is placed: %s', (line, path) => {
  expect(problemsOf(`description: a\n${line}`).join('\n')).toContain(path);
});

test.each([
  ['costs: { generate: { cds: { pareto: { min: 1ms, shape: 0.01 } } } }', 'costs.generate.cds.pareto.shape'],
  ['costs: { network: 2501h }', 'costs.network: expected at most 24h'],
  ['costs: { envoyApply: { lognormal: { median: 1ms, sigma: 40 } } }', 'costs.envoyApply.lognormal.sigma'],
  ['costs: { speed: 1e-300 }', 'costs.speed'],
  ['run: { duration: 2500h }', 'run.duration'],
  [`${MESH}\nevents: [{ at: 1s, create: [Service, VirtualService, Gateway], spacing: 2000h }]`, 'events[0].spacing'],
  [
    `${MESH}\nevents: [{ at: 1s, endpoints: { services: any, ready: +1/-1 }, repeat: 10000000, every: 0s }]`,
    '10000000 events at one instant',
  ],
  [
    `${MESH}\nevents: [{ poisson: 1000000000/s, endpoints: { services: any, ready: +1/-1 } }]`,
    'about 60000000000 events',
  ],
])('what leaves the clock or never ends is refused: %s', (line, text) => {
  expect(problemsOf(`description: a\n${line}`).join('\n')).toContain(text);
});

test.each([
  ['{ poisson: 5/s, from: 2m, forcedPush: true }', 'events[0].from'],
  ['{ at: 1s, repeat: 1000, every: 1h, forcedPush: true }', '999 of 1000 come later'],
  [
    '{ at: 1s, delete: { kind: Service, target: shop/svc-0 } }, { at: 2s, update: { kind: Service, target: shop/svc-0 } }',
    'deleted before',
  ],
  [
    '{ at: 1s, create: [Service], namespace: shop, named: x }, { at: 2s, update: { kind: Service, target: shop/x-99 } }',
    'never be a Service shop/x-99',
  ],
  [
    '{ at: 1s, create: [Service], namespace: shop, named: x }, { at: 2s, update: { kind: Service, target: shop/x-abc } }',
    'never be a Service shop/x-abc',
  ],
])('an event that never happens is warned about: %s', (events, text) => {
  expect(warnings(`${MESH}\nevents: [${events}]`)).toEqual([expect.stringContaining(text)]);
});

test.each([
  ['costs: { model: mesh, context: 5ms }', 'context says nothing to model: mesh'],
  ['costs: { context: 5ms, speed: 2 }', 'speed says nothing to model: flat'],
])('numbers that the other model of costs reads are said to do nothing: %s', (line, warning) => {
  expect(warnings(line)).toEqual([expect.stringContaining(warning)]);
});

test.each([
  '{ apiVersion: v1, kind: Service, metadata: { name: a.b, namespace: shop }, spec: {} }',
  '{ apiVersion: v1, kind: Service, metadata: { name: a, namespace: shop }, spec: { ports: [{ port: -1 }] } }',
  '{ apiVersion: v1, kind: Service, metadata: { name: a, namespace: shop }, spec: { ports: [{ name: x, port: 1 }, { name: x, port: 2 }] } }',
  '{ apiVersion: v1, kind: Namespace, metadata: { name: a.b } }',
])('what no API server would store is refused: %s', (object) => {
  expect(problemsOf(`{ description: a, mesh: { resources: [${object}] } }`)).toEqual([
    expect.stringMatching(/mesh\.resources\[0\]\..*: expected /),
  ]);
});

test.each(['/dev/zero', '.'])('a timeline is a regular file, and not %s', (path) => {
  expect(problemsOf(`{ description: a, timeline: ${path} }`)).toEqual([
    expect.stringMatching(/it is (a folder|not a regular file)/),
  ]);
});

test('a mapping where a label or a name should be is no crash of the run', () => {
  const port =
    '{ selector: { istio: ingressgateway }, servers: [{ port: { number: { toString: 5 } }, hosts: ["*"] }] }';
  expect(readMapping('Gateway', port)).toHaveLength(1);
  const spec = '{ host: cart, subsets: [null, { name: { toString: 5 }, labels: { a: { toString: 5 } } }] }';
  expect(readMapping('DestinationRule', spec)).toHaveLength(1);
});

function readMapping(kind: string, spec: string) {
  const rule = `{ apiVersion: networking.istio.io/v1, kind: ${kind}, metadata: { name: a, namespace: shop }, spec: ${spec} }`;
  const scenario = scenarioOf(
    `{ description: a, ${MESH}, events: [{ at: 1s, apply: ${rule} }], run: { duration: 3s } }`,
  );
  return simulate(scenario).rounds;
}

test('events that do happen are not', () => {
  expect(
    warnings(
      `${MESH}\nevents: [{ at: 1s, create: [Service], namespace: shop, named: x, repeat: 2, every: 1s }, { at: 9s, update: { kind: Service, target: shop/x-1 } }]`,
    ),
  ).toEqual([]);
});

test.each([
  ['aliases', `description: a\nx: &a [1]\ny: [${'*a,'.repeat(20_000)}1]`],
  ['commas', `description: a\ny: [${','.repeat(2_000_000)}]`],
])('twenty thousand %s are refused at once', (_, text) => {
  // By limits before the loops: what took half a minute is not waited for.
  expect(problemsOf(text)).toHaveLength(1);
});

describe('the program', () => {
  const scenario = (name: string) =>
    `name: ${JSON.stringify(name)}\ndescription: a\n${MESH}\nevents: [{ at: 1s, forcedPush: true }]\nthresholds: ["staleness.p99\\n<\\n1ns"]\nrun: { duration: 2s, seed: "\\e[31m" }\n`;
  const ESCAPES = '\u001b]0;owned\u0007\u001b[2J\u009b2J\u2028';

  test('prints, and writes, no escape sequences of a file', async () => {
    const out = folder();
    const path = file(scenario(ESCAPES));
    const files = 'html,log,junit,markdown,benchstat,summary.json,metrics.csv';
    const { code, out: printed, err } = await pushsim('run', path, '--out', out, '--write', files);
    expect(code).toBe(3);
    const { readdirSync, readFileSync } = await import('node:fs');
    const texts = readdirSync(out).map((name) => readFileSync(join(out, name), 'utf8'));
    for (const text of [printed, err, ...texts])
      expect(['\u001b', '\u009b', '\u0007', '\u2028'].filter((c) => text.includes(c))).toEqual([]);
  });

  test('writes no formatting, link or mention of a name into Markdown, and valid XML', async () => {
    const out = folder();
    const name = 'a\n# pwned\n[click](http://evil.example) @octocat ![i](http://evil.example/x.png) <b> \uFFFE';
    await pushsim('run', file(scenario(name)), '--out', out, '--write', 'junit,markdown', '--quiet');
    const { readFileSync } = await import('node:fs');
    const markdown = readFileSync(join(out, 'summary.md'), 'utf8');
    expect(markdown).not.toMatch(/^# pwned|[^\\]\[click\]|@octocat|http:\/\/|<b>/m);
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).not.toMatch(/\uFFFE/);
  });

  test('writes no name into CSV that a spreadsheet takes for a formula, and leaves numbers alone', async () => {
    const out = folder();
    const text = `description: a\nname: "=cmd|' /C calc'!A0"\n${MESH}\nrun: { duration: 2s, seed: "-1" }\n`;
    await pushsim('run', file(text), '--out', out, '--quiet');
    const lines = readFileSync(join(out, 'metrics.csv'), 'utf8').trim().split('\n').slice(1);
    expect(lines.every((line) => line.startsWith(`"'=cmd|' /C calc'!A0",-1,`))).toBe(true);
  });

  test('puts files into its folder and nowhere else, one for each scenario even if two have one name', async () => {
    const out = join(folder(), 'inner', 'out');
    const paths = ['x/../../../evil', 'same', 'same', 'Same'].map((name) => file(scenario(name)));
    await pushsim('run', ...paths, '--out', out, '--write', 'html', '--quiet');
    const { readdirSync, existsSync } = await import('node:fs');
    expect(readdirSync(out).sort()).toEqual([
      'Same-3.report.html',
      'same-2.report.html',
      'same.report.html',
      'x%2f..%2f..%2f..%2fevil.report.html',
    ]);
    expect(existsSync(join(out, '..', '..', 'evil.report.html'))).toBe(false);
  });

  test('tries the folder for results before it simulates', async () => {
    const blocked = file('not a folder', 'blocked');
    const { code, out, err } = await pushsim('run', file(scenario('a')), '--out', join(blocked, 'results'));
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('cannot be written');
  });

  test('reads no device and no folder as an include', async () => {
    const at = folder();
    mkdirSync(join(at, 'sub'));
    for (const included of ['/dev/zero', 'sub']) {
      const path = join(at, 'a.yaml');
      writeFileSync(path, `description: a\nmesh: { resources: [{ file: ${included} }] }\n`);
      const { code, err } = await pushsim('validate', path);
      expect(code).toBe(2);
      expect(err).toContain('cannot be read');
    }
  });

  test('makes an error of what has no effect when asked to be strict', async () => {
    const path = file('description: a\nevents: [{ at: 2m, forcedPush: true }]\n');
    expect((await pushsim('validate', path)).code).toBe(0);
    expect((await pushsim('validate', path, '--strict')).code).toBe(2);
  });
});
