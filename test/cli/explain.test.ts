import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { file, folder, pushsim, SMALL } from './run-program.js';

const NOISY = fileURLToPath(new URL('../../scenarios/noisy-neighbour.yaml', import.meta.url));

describe('explain', () => {
  test('names the noisiest object first', async () => {
    const { code, out } = await pushsim('explain', NOISY);
    expect(code).toBe(0);
    expect(out).toMatch(/^noisy-neighbour\nnoisiest object: VirtualService payments\/checkout, \d+ % of/);
    expect(out).toContain('The life of change');
  });

  test('--without says what the source is answerable for, and the rerun agrees', async () => {
    const { out } = await pushsim('explain', NOISY, '--without', 'canary-controller');
    const [, attributed] = /attributed to canary-controller alone: ([\d,]+) messages/.exec(out) ?? [];
    const [, difference] = /^ {2}messages .*? -([\d,]+) /m.exec(out) ?? [];
    expect(attributed).toBeDefined();
    expect(difference).toBe(attributed);
  });

  test('--change tells the life of any change of an object', async () => {
    const { out } = await pushsim('explain', file(SMALL), '--change', 'EndpointSlice shop/cart');
    expect(out.match(/^The life of change \d: EndpointSlice shop\/cart/gm)).toHaveLength(3);
    expect(out).toContain('debounce');
  });

  test('--json is for programs', async () => {
    const { out } = await pushsim('explain', file(SMALL), '--json', '--without', 'endpoints-1');
    expect(JSON.parse(out)).toMatchObject({
      attribution: { object: [{ label: 'EndpointSlice shop/cart' }] },
      without: 'endpoints-1',
      savings: [{ what: 'messages', after: 0 }, ...Array(6).fill(expect.anything())],
    });
  });

  test.each([
    [['--without', 'endpoint-1'], 'there is no event source endpoint-1 (did you mean endpoints-1?)'],
    [['--change', 'Secret shop/nothing'], 'no change Secret shop/nothing reached a proxy'],
    [['--withuot', 'x'], 'did you mean --without?'],
  ])('%j is refused', async (args, text) => {
    const { code, err } = await pushsim('explain', file(SMALL), ...args);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });
});

describe('--write', () => {
  test('knows short names and file names', async () => {
    const out = folder();
    const write = 'html,openmetrics,trace.json,log,junit,markdown,bench.txt';
    const { code } = await pushsim('run', file(SMALL), '--quiet', '--out', out, '--write', write);
    expect(code).toBe(0);
    const names = ['bench.txt', 'istiod.log', 'junit.xml', 'metrics.om', 'report.html', 'summary.md', 'trace.json'];
    expect(readdirSync(out).sort()).toEqual(names);
    for (const name of names) expect(readFileSync(join(out, name), 'utf8').length, name).toBeGreaterThan(50);
  });

  test('names files that hold one scenario each after it when there are several', async () => {
    const out = folder();
    const files = [file(SMALL, 'a.yaml'), file(SMALL, 'b.yaml')];
    await pushsim('run', ...files, '--quiet', '--out', out, '--write', 'log,junit');
    expect(readdirSync(out).sort()).toEqual(['a.istiod.log', 'b.istiod.log', 'junit.xml']);
  });

  test('suggests what was meant', async () => {
    const { code, err } = await pushsim('run', file(SMALL), '--out', folder(), '--write', 'htlm');
    expect(code).toBe(2);
    expect(err).toContain('did you mean html?');
  });
});

test('schema result prints the schema of --json', async () => {
  const { out } = await pushsim('schema', 'result');
  expect(JSON.parse(out)).toMatchObject({ title: 'pushsim result', type: 'object' });
});
