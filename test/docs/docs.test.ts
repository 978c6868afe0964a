/**
 * What the documents show is what there is: every block of code is run, every command exists with its options, every
 * link leads somewhere. A block that cannot run says why in a comment before it: `<!-- not run: reason -->`.
 *
 * - `yaml` is a scenario, a part of one from the top level, a sweep file, or Kubernetes objects; `file=NAME` leaves it
 *   on the desk for the commands after it.
 * - `sh` is run by bash. `console` has commands after `$ ` and what they show; a line `…` stands for any lines.
 * - `ts` is compiled against the package and run; `// → …` says what it prints.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { parseScenario, simulate } from '../../dist/index.js';
import { createDesk, type Desk, shows, stepsOf } from './desk.js';
import { compile, type Example, printed, promised } from './examples.js';
import { type Block, documents, ROOT, targetOf } from './markdown.js';

const RUN_BLOCKS = ['yaml', 'sh', 'console', 'ts', 'json'];

/** Takes minutes; where else it is tested. */
const LONG: Readonly<Record<string, string>> = {
  'pushsim sweep scenarios/sweeps/debounce.yaml': 'test/results',
  'pushsim verify': 'test/cli/verify',
  'pushsim verify --across-versions': 'test/cli/verify-versions',
};

const all = documents.flatMap(({ blocks }) => blocks);
const runnable = all.filter(({ notRun }) => notRun === undefined);

test('there are documents, and blocks of every kind to run', () => {
  expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining(['README.md', 'docs/scenarios.md']));
  for (const language of RUN_BLOCKS.filter((one) => one !== 'json')) {
    expect(runnable.filter((block) => block.language === language).length, language).toBeGreaterThan(0);
  }
});

test('a block is of a language that is run, or says why not', () => {
  const silent = runnable.filter(({ language }) => !RUN_BLOCKS.includes(language)).map(({ name }) => name);
  expect(silent).toEqual([]);
});

describe('links', () => {
  test.each(documents.map((document) => [document.path, document] as const))('of %s lead somewhere', (_, document) => {
    const dead = document.links.filter((link) => {
      const target = targetOf(link, document.path);
      if (target === undefined) return false;
      if (!existsSync(join(ROOT, target.path))) return true;
      const there = documents.find(({ path }) => path === target.path);
      return target.anchor !== '' && there !== undefined && !there.anchors.has(target.anchor);
    });
    expect(dead).toEqual([]);
  });

  test('lead to every page of docs from the README in two steps', () => {
    const linked = (path: string): readonly string[] =>
      documents.find((document) => document.path === path)?.links.flatMap((link) => targetOf(link, path)?.path ?? []) ??
      [];
    const first = linked('README.md');
    const reached = new Set([...first, ...first.flatMap(linked)]);
    const missed = documents.map(({ path }) => path).filter((path) => path.startsWith('docs/') && !reached.has(path));
    expect(missed).toEqual([]);
  });
});

test('the README can be read in a few minutes: at most 120 lines', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(120);
});

test('files and folders that a document names are there', () => {
  const named = documents.flatMap(({ path, spans }) =>
    spans
      .filter((span) => /^(?:src|test|docs|bench|scenarios|results|\.ci|\.bootstrap)\/[-\w./]+$/.test(span))
      .filter((span) => !/[A-Z]{4}|^results\/(?!reference|README)/.test(span) && !existsSync(join(ROOT, span)))
      .map((span) => `${path}: ${span}`),
  );
  expect(named).toEqual([]);
});

test('no document names a machine', () => {
  const naming = documents.filter(({ text }) => /\/(?:home|root|work|Users)\/|\.\.\/shared/.test(text));
  expect(naming.map(({ path }) => path)).toEqual([]);
});

/** A mesh for parts of scenarios that have none. */
const BASE = {
  description: 'A part of a scenario',
  mesh: {
    services: [
      {
        name: 'cart',
        namespace: 'shop',
        endpoints: [
          { count: 2, labels: { version: 'v1' } },
          { count: 1, labels: { version: 'v2' } },
        ],
      },
    ],
    proxies: [{ name: 'cart', namespace: 'shop', service: 'shop/cart', count: 3 }],
    generate: [
      { namespace: 'payments', name: 'ledger', services: 3, endpoints: 2, proxies: '1 per endpoint' },
      { gateway: 'istio-ingressgateway', proxies: 1 },
    ],
  },
  run: { duration: '10s' },
};

type Meaning = 'scenario' | 'part' | 'sweep' | 'objects';

function meaningOf(value: unknown): Meaning {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('not a mapping');
  if ('apiVersion' in value) return 'objects';
  if ('factors' in value) return 'sweep';
  return 'description' in value ? 'scenario' : 'part';
}

/** Scenarios are read and simulated. Objects are applied. */
function runYaml({ text, file }: Block, desk: Desk): void {
  if (file !== undefined) writeFileSync(join(desk.folder, file), `${text}\n`);
  const values = parseAllDocuments(text).map((document) => document.toJS() as object);
  const meaning = meaningOf(values[0]);
  if (meaning === 'sweep') return;
  const scenario =
    meaning === 'objects'
      ? JSON.stringify({ ...BASE, events: [{ at: '1s', apply: values }] })
      : meaning === 'part'
        ? JSON.stringify({ ...BASE, ...values[0] })
        : text;
  const parsed = parseScenario(scenario, { file: join(desk.folder, 'scenario.yaml') });
  expect(parsed.ok ? [] : parsed.issues).toEqual([]);
  expect(parsed.warnings).toEqual([]);
  if (parsed.ok) expect(simulate(parsed.scenario).fingerprint).toMatch(/^[0-9a-f]{16}$/);
}

async function runSteps(text: string, desk: Desk): Promise<void> {
  for (const { command, expected } of stepsOf(text)) {
    const { shown } = await desk.run(`set +e; ${command}`);
    if (!shows(shown, expected)) expect(shown.trimEnd()).toBe(expected.join('\n'));
  }
}

async function runShell(text: string, desk: Desk): Promise<void> {
  const { code, shown } = await desk.run(text);
  expect(code, shown).toBe(0);
}

describe('blocks', () => {
  const isHere = (block: Block) => runnable.includes(block) && block.language !== 'ts';
  const withBlocks = documents.filter(({ blocks }) => blocks.some(isHere));

  describe.each(withBlocks.map(({ path, blocks }) => ({ path, blocks })))('of $path', ({ blocks }) => {
    let desk: Desk;
    beforeAll(() => {
      desk = createDesk();
    });
    test.each(blocks.filter(isHere).map((block) => [block.name, block] as const))('%s', async (_, block) => {
      if (block.language === 'yaml') runYaml(block, desk);
      if (block.language === 'console') await runSteps(block.text, desk);
      if (block.language === 'sh') await runShell(block.text, desk);
      if (block.language === 'json') JSON.parse(block.text);
    });
  });
});

describe('examples of the library', () => {
  let examples: readonly Example[] = [];
  const blocks = runnable.filter(({ language }) => language === 'ts');
  beforeAll(() => {
    examples = compile(blocks);
  });

  test.each(blocks.map(({ name }, number) => [name, number] as const))('%s', (_, number) => {
    const example = examples[number]!;
    expect(promised(example).length).toBeGreaterThan(0);
    expect(printed(example)).toEqual(promised(example));
  });
});

describe('commands in sentences and tables', () => {
  const commands = [
    ...new Set(
      documents
        .flatMap(({ spans }) => spans)
        .filter((span) => /^(?:npx )?pushsim \S/.test(span))
        .map((span) => span.replace(/^npx /, '')),
    ),
  ];
  /** `FILE`, `NAME.yaml`, `A B…`: for readers to fill in. */
  const isPattern = (command: string) => /…|(?:^|[\s=/])[A-Z]{1,}(?:[\s.=:]|$)/.test(command);

  const helps = new Map<string, string>();
  const helpOf = (name: string): string => {
    const known = helps.get(name);
    if (known !== undefined) return known;
    const help = execFileSync(process.execPath, [join(ROOT, 'dist/cli/main.js'), name, '--help'], { encoding: 'utf8' });
    helps.set(name, help);
    return help;
  };

  test('there are some', () => {
    expect(commands.length).toBeGreaterThan(10);
  });

  test.each(commands)('%s: the command has these options', (command) => {
    const [, name = ''] = command.split(' ');
    if (name === '--help' || name === '--version' || name === 'COMMAND') return;
    const help = helpOf(name);
    expect(help).toContain(`pushsim ${name}`);
    for (const [option] of command.matchAll(/--[a-z][-a-z]*/g)) expect(help).toContain(option);
  });

  const shown = new Set(all.map(({ text }) => text).flatMap((text) => text.split('\n').map((line) => line.trim())));
  /** A bare name is a name; what it needs is in its table. */
  const complete = commands.filter(
    (command) => command.split(' ').length > 2 && !isPattern(command) && !(command in LONG) && !shown.has(command),
  );
  let desk: Desk;
  beforeAll(() => {
    desk = createDesk();
  });

  test.each(complete)('%s: runs', async (command) => {
    const { code, shown } = await desk.run(command);
    expect([0, 3], shown).toContain(code);
  });
});
