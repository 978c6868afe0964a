/**
 * The claim "same scenario, seed and version: the same bytes, on every supported Node and in a browser". Each platform
 * runs the built library on every shipped scenario; the fingerprint and a digest of the whole result are compared.
 */
import { type ExecFileSyncOptionsWithStringEncoding, execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { noteNotRun } from './support/not-run.js';
import { findProgram } from './support/programs.js';
import { scenarioNames, shortened } from './support/scenario.js';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const LIBRARY = at('dist/index.js');
const PROGRAM = at('test/support/run-shipped.mjs');

interface Shipped {
  readonly name: string;
  readonly text: string;
  readonly sets: readonly string[];
}

/** Files that other files belong to are left out: a browser has none. */
const shipped: readonly Shipped[] = scenarioNames()
  .map((name) => {
    const text = readFileSync(at(`scenarios/${name}.yaml`), 'utf8');
    return { name, text, sets: shortened(name) };
  })
  .filter(({ text }) => !/\bfile:/.test(text));

const INPUT = JSON.stringify({ library: LIBRARY, scenarios: shipped });
const OPTIONS: ExecFileSyncOptionsWithStringEncoding = { encoding: 'utf8', input: INPUT, maxBuffer: 1e8 };

const lines = (text: string): readonly string[] => text.trim().split('\n');

function thisNode(): readonly string[] {
  return lines(execFileSync(process.execPath, [PROGRAM], OPTIONS));
}

/** The program of another Node, from npm; undefined where it cannot be had. */
function nodeOf(major: number): string | undefined {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const found = spawnSync('npx', ['--yes', '--package', `node@${major}`, 'node', '-p', 'process.execPath'], {
    encoding: 'utf8',
    timeout: 120_000,
    shell: process.platform === 'win32',
  });
  const path = found.stdout?.trim() ?? '';
  const version = path === '' ? '' : spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout;
  return version?.startsWith(`v${major}.`) ? path : undefined;
}

describe.skipIf(!existsSync(LIBRARY))('every shipped scenario gives the same bytes', () => {
  let expected: readonly string[] = [];

  beforeAll(() => {
    expected = thisNode();
  });

  test('and there is something to compare', () => {
    expect(expected.length).toBe(shipped.length);
    expect(shipped.length).toBeGreaterThan(25);
    expect(new Set(expected.map((line) => line.split(' ')[1])).size).toBe(shipped.length);
  });

  test.each([20, 22, 24])('in Node %i', { timeout: 240_000 }, (major) => {
    const program = nodeOf(major);
    if (program === undefined) {
      noteNotRun(`shipped scenarios in Node ${major} (npm could not fetch the package node@${major})`);
      return;
    }
    expect(lines(execFileSync(program, [PROGRAM], OPTIONS))).toEqual(expected);
  });

  const browserPath = findProgram('chromium', 'chromium', 'shipped scenarios in a browser');

  test.skipIf(browserPath === undefined)('in Chromium', { timeout: 240_000 }, async () => {
    const bundle = await build({
      entryPoints: [LIBRARY],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'pushsim',
      platform: 'browser',
    });
    const browser = await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox'] });
    const found: string[] = [];
    try {
      const page = await browser.newPage();
      await page.goto('about:blank');
      await page.addScriptTag({ content: bundle.outputFiles[0]!.text });
      for (const one of shipped) {
        const result = await page.evaluate<string>(simulateIn(one));
        const digest = createHash('sha256').update(result).digest('hex');
        found.push(`${one.name} ${JSON.parse(result).fingerprint} ${digest}`);
      }
    } finally {
      await browser.close();
    }
    expect(found).toEqual(expected);
  });
});

/** Runs in the page, which has the library as `pushsim`. */
function simulateIn(one: Shipped): string {
  return `(() => {
    const { name, text, sets } = ${JSON.stringify(one)};
    const parsed = pushsim.parseScenario(text, { file: name + '.yaml', sets });
    if (!parsed.ok) throw new Error(name + ': ' + JSON.stringify(parsed.issues));
    return JSON.stringify(pushsim.simulate(parsed.scenario));
  })()`;
}
