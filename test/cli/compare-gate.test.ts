import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { file, folder, pushsim } from './run-program.js';

const MESH = `description: A small mesh with random changes
istio: "1.30"
mesh: { generate: [{ namespace: shop, services: 4, endpoints: 3, proxies: 1 per endpoint }] }
events: [{ name: pods, poisson: 3/s, endpoints: { services: any, ready: +1/-1 } }]
run: { duration: 20s, seed: gate }
`;
const SLOWER = MESH.replace('mesh:', 'istiod: { env: { PILOT_DEBOUNCE_AFTER: 300ms } }\nmesh:');
const FEW = ['--replications', '4', '--workers', '1'];

function gate(after: string, ...args: string[]) {
  return pushsim('compare', file(MESH, 'a.yaml'), file(after, 'b.yaml'), '--name', 'before,after', ...FEW, ...args);
}

describe('compare --fail-on', () => {
  test('exits with 3 when it is certain, and says what failed', async () => {
    const { code, out } = await gate(SLOWER, '--fail-on', 'staleness.p50 > +5%', '--fail-on', 'bytes_sent > +500%');
    expect(code).toBe(3);
    expect(out).toMatch(/^ {2}✗ fail on staleness\.p50 > \+5%: after \+\d+ %, failed$/m);
    expect(out).toMatch(/^ {2}✓ fail on bytes_sent > \+500%: after .*, passed$/m);
  });

  test('exits with 0 when it is certain that nothing failed', async () => {
    const { code, out } = await gate(MESH, '--fail-on', 'staleness.p99 > +0%');
    expect(code).toBe(0);
    expect(out).toContain('✓ fail on staleness.p99 > +0%: after 0.0 %, passed');
  });

  test.each([
    ['pass', 0],
    ['fail', 3],
  ])('says what cannot be said; --uncertain %s then exits with %d', async (uncertain, expected) => {
    const { code, out } = await gate(MESH, '--fail-on', 'time_to_ready.last > 1s', '--uncertain', uncertain);
    expect(out).toMatch(/^ {2}\? fail on time_to_ready\.last > 1s: after cannot be said: no samples$/m);
    expect(code).toBe(expected);
  });

  test('takes any measure, also of one label', async () => {
    const { code, out } = await gate(SLOWER, '--fail-on', 'staleness{source=pods}.p50 > +100ms', '--quiet');
    expect(code).toBe(3);
    expect(out).toMatch(/\n✗ fail on staleness\{source=pods\}\.p50 > \+100ms: after \+\d+ ms, failed\n$/);
  });

  test.each([
    [['--fail-on', 'stalenes.p99 > +5%'], 'did you mean staleness.p99?'],
    [['--fail-on', 'staleness.p99 over 5'], 'MEASURE > CHANGE'],
    [['--name', 'c'], '--name gives 3 names to 2 scenarios'],
    [['--write', 'html'], 'add --out DIR'],
    [['--out', 'x', '--write', 'htm'], 'did you mean html?'],
    [['--json', '--format', 'markdown'], 'contradict each other'],
  ])('refuses %j before anything is simulated', async (args, message) => {
    const { code, out, err } = await gate(MESH, ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('writes its verdicts into every file', async () => {
    const out = folder();
    const files = ['--out', out, '--write', 'html,markdown,json,junit,benchstat'];
    const { code } = await gate(
      SLOWER,
      '--fail-on',
      'staleness.p50 > +5%',
      '--fail-on',
      'time_to_ready.last > 1s',
      ...files,
    );
    expect(code).toBe(3);
    expect(readdirSync(out).sort()).toEqual([
      'bench.txt',
      'comparison.html',
      'comparison.json',
      'comparison.md',
      'junit.xml',
    ]);
    const text = (name: string) => readFileSync(join(out, name), 'utf8');
    expect(JSON.parse(text('comparison.json')).gate).toMatchObject([
      { condition: 'staleness.p50 > +5%', scenario: 'after', verdict: 'failed', measured: expect.any(Number) },
      { condition: 'time_to_ready.last > 1s', verdict: 'cannot be said', measured: null, why: 'no samples' },
    ]);
    expect(text('comparison.md')).toMatch(/^\| ✗ \| staleness\.p50 > \+5% \| after \| \+\d+ % \| failed \|$/m);
    expect(text('comparison.html')).toContain('<td>✗</td><td>staleness.p50 &gt; +5%</td>');
    expect(text('junit.xml')).toContain('<testsuite name="after" tests="2" failures="1" errors="0" skipped="1"');
  });

  test('does no harm with names that mean something to a page, a table or XML', async () => {
    const out = folder();
    const hostile = '<img src=x onerror=alert(1)>|"&';
    const args = ['--fail-on', 'rounds > +5%', '--out', out, '--write', 'html,junit'];
    const { code } = await pushsim(
      'compare',
      file(MESH, 'a.yaml'),
      file(SLOWER, 'b.yaml'),
      '--name',
      `a,${hostile}`,
      ...FEW,
      ...args,
    );
    expect([0, 3]).toContain(code);
    expect(readFileSync(join(out, 'comparison.html'), 'utf8')).not.toContain('<img');
    expect(readFileSync(join(out, 'junit.xml'), 'utf8')).toContain(
      'name="&lt;img src=x onerror=alert(1)&gt;|&quot;&amp;"',
    );
  });
});

describe('the workflow that is shipped', () => {
  const text = readFileSync(new URL('../../scenarios/ci/compare.yml', import.meta.url), 'utf8');
  const commands = [...text.matchAll(/\brun: (.*)$/gm)].map(([, command = '']) =>
    command.replaceAll(/\$\{\{ github\.base_ref \}\}/g, 'main'),
  );
  const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
  const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/loader.mjs', import.meta.url));

  /** A clone in which a pull request has changed `mesh.yaml`, and an `npx` that runs this program. */
  function pullRequest(before: string, after: string): string {
    const place = folder();
    const git = (...args: string[]) =>
      spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: place,
        encoding: 'utf8',
      });
    git('init', '-q', '-b', 'main');
    writeFileSync(join(place, 'mesh.yaml'), before);
    git('add', '.');
    git('commit', '-qm', 'before');
    git('update-ref', 'refs/remotes/origin/main', 'HEAD');
    writeFileSync(join(place, 'mesh.yaml'), after);
    mkdirSync(join(place, 'bin'));
    writeFileSync(
      join(place, 'bin', 'npx'),
      `#!/bin/sh\nshift 2\nexec ${process.execPath} --import ${tsx} ${main} "$@"\n`,
    );
    chmodSync(join(place, 'bin', 'npx'), 0o755);
    return place;
  }

  function steps(place: string): number[] {
    const env = {
      ...process.env,
      PATH: `${join(place, 'bin')}:${process.env.PATH}`,
      GITHUB_STEP_SUMMARY: join(place, 'step.md'),
    };
    return commands.map((command) => spawnSync('bash', ['-e', '-c', command], { cwd: place, env }).status ?? -1);
  }

  test('has twelve lines and three commands', () => {
    expect(text.trimEnd().split('\n')).toHaveLength(12);
    expect(commands).toHaveLength(3);
  });

  test('passes a change that makes nothing staler, and says so in the summary', () => {
    const place = pullRequest(MESH, MESH.replace('A small', 'The same small'));
    expect(steps(place)).toEqual([0, 0, 0]);
    expect(readFileSync(join(place, 'step.md'), 'utf8')).toContain(
      '| ✓ | staleness.p99 > +5% | after | 0.0 % | passed |',
    );
  });

  test('fails one that does, and says that too', () => {
    const place = pullRequest(MESH, SLOWER);
    expect(steps(place)).toEqual([0, 3, 0]);
    expect(readFileSync(join(place, 'step.md'), 'utf8')).toMatch(
      /\| ✗ \| staleness\.p99 > \+5% \| after \| \+\d+ % \| failed \|/,
    );
    expect(existsSync(join(place, 'report', 'junit.xml'))).toBe(true);
  });
});
