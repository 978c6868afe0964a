import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Folders of `src` and what each may import from; nothing points upwards. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  engine: [],
  stats: [],
  mesh: ['engine'],
  cost: ['engine', 'stats', 'mesh'],
  pipeline: ['engine', 'mesh', 'cost'],
  measure: ['engine', 'stats', 'mesh', 'pipeline'],
  scenario: ['engine', 'mesh', 'cost', 'pipeline'],
  import: ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'scenario'],
  experiment: ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'scenario', 'import'],
  report: ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'scenario', 'experiment'],
  explorer: ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'scenario', 'experiment', 'report'],
  cli: ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'scenario', 'import', 'experiment', 'report'],
  // The library's table of contents.
  '.': ['measure', 'scenario', 'experiment', 'report'],
};

/** Each package of others enters through one folder, so that it can be replaced there. */
const ENTERS_THROUGH: Readonly<Record<string, string>> = {
  seedrandom: 'engine',
  zod: 'scenario',
  yaml: 'scenario',
  yargs: 'cli',
};

/** Grammars of files that are not scenarios need what reads grammars, too. */
const ALSO: readonly string[] = ['experiment/sweep/grammar.ts imports zod', 'report/summary-schema.ts imports zod'];

/** Simulated time and what is computed in it: the same bits on every machine. */
const DETERMINISTIC = ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'experiment'];
/** Folders that also load in a browser. */
const WITHOUT_NODE = ['engine', 'stats', 'mesh', 'cost', 'pipeline', 'measure', 'scenario'];
/** Exact on every platform; sines, logarithms and powers are not. */
const EXACT = ['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'PI', 'round', 'sign', 'sqrt', 'trunc'];

interface Import {
  readonly file: string;
  readonly folder: string;
  readonly from: string;
  /** Names that exist when the program runs; not those of types. */
  readonly values: readonly string[];
}

const SOURCE = new URL('../src/', import.meta.url);

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .map((file) => file.replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .sort();

/** The code without its comments. */
function codeOf(file: string): string {
  const text = readFileSync(new URL(file, SOURCE), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

function folderOf(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : '.';
}

function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const code = codeOf(file);
  const add = (from: string, values: readonly string[]): void => {
    found.push({ file, folder: folderOf(file), from, values });
  };
  for (const [, isType, names = '', from = ''] of code.matchAll(
    /^(?:import|export)\s+(type\s+)?([^'";]*?)\s*\bfrom\s+['"]([^'"]+)['"]/gm,
  )) {
    const list = names
      .replace(/[{}]/g, ' ')
      .split(',')
      .map((name) => name.trim());
    add(from, isType === undefined ? list.filter((name) => name !== '' && !name.startsWith('type ')) : []);
  }
  for (const [, from = ''] of code.matchAll(/^import\s+['"]([^'"]+)['"]/gm)) add(from, ['*']);
  for (const [, from = ''] of code.matchAll(/\bimport\(\s*['"`]([^'"`]+)['"`]/g)) add(from, ['*']);
  return found;
}

const imports = files.flatMap(importsOf);

/** The file a relative import leads to, as a path below `src`. */
function target({ file, from }: Import): string | undefined {
  if (!from.startsWith('.')) return undefined;
  return posix.normalize(posix.join(posix.dirname(file), from)).replace(/\.js$/, '.ts');
}

/** The package of an import of something that is not ours. */
function packageOf({ from }: Import): string | undefined {
  if (from.startsWith('.') || from.startsWith('node:')) return undefined;
  return from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/');
}

function inWords({ file, from }: Import): string {
  return `${file} imports ${from}`;
}

test('the imports were read', () => {
  expect(files.length).toBeGreaterThan(80);
  expect(imports.length).toBeGreaterThan(300);
  // Counted the simple way.
  const lines = files.flatMap((file) => codeOf(file).match(/\bfrom ['"][^'"]+['"]/g) ?? []);
  expect(imports.filter(({ values }) => values[0] !== '*' || values.length !== 1).length).toBe(lines.length);
});

describe('folders', () => {
  test('are all in the table', () => {
    expect(Object.keys(MAY_IMPORT)).toEqual(expect.arrayContaining([...new Set(files.map(folderOf))]));
  });

  test.each(Object.entries(MAY_IMPORT))('%s imports from %j only', (folder, allowed) => {
    const wrong = imports.filter((one) => {
      const to = target(one);
      if (one.folder !== folder || to === undefined) return false;
      return folderOf(to) !== folder && !allowed.includes(folderOf(to));
    });
    expect(wrong.map(inWords)).toEqual([]);
  });

  test('do not import each other in a circle', () => {
    const order = Object.keys(MAY_IMPORT);
    for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
      if (folder === '.') continue;
      for (const other of allowed)
        expect(order.indexOf(other), `${folder} and ${other}`).toBeLessThan(order.indexOf(folder));
    }
  });
});

describe('what is not ours', () => {
  test.each(Object.entries(ENTERS_THROUGH))('%s enters through %s', (name, folder) => {
    const elsewhere = imports.filter((one) => packageOf(one) === name && one.folder !== folder).map(inWords);
    expect(elsewhere.filter((words) => !ALSO.includes(words))).toEqual([]);
  });

  test('there is no exception too many', () => {
    expect(imports.map(inWords)).toEqual(expect.arrayContaining([...ALSO]));
  });

  test('of every other package, too, only one folder knows', () => {
    const folders = new Map<string, Set<string>>();
    for (const one of imports) {
      const name = packageOf(one);
      if (name !== undefined && !ALSO.includes(inWords(one)))
        folders.set(name, (folders.get(name) ?? new Set()).add(one.folder));
    }
    const several = [...folders].filter(([, known]) => known.size > 1).map(([name, known]) => [name, ...known]);
    expect(several).toEqual([]);
  });

  test('Node itself is unknown to what also runs in a browser', () => {
    const wrong = imports.filter(
      ({ folder, from }) =>
        WITHOUT_NODE.includes(folder) && (from.startsWith('node:') || builtinModules.includes(from)),
    );
    expect(wrong.map(inWords)).toEqual([]);
  });
});

describe('simulated time', () => {
  test('knows no clock and no random numbers but its own, and no function that differs between platforms', () => {
    const wrong = files
      .filter((file) => DETERMINISTIC.includes(folderOf(file)))
      .flatMap((file) => {
        const code = codeOf(file);
        const inexact = [...code.matchAll(/\bMath\.(\w+)/g)].filter(([, name = '']) => !EXACT.includes(name));
        const clocks = [...code.matchAll(/\b(Date\.now|new Date|performance\.now|process\.hrtime|crypto)\b/g)];
        return [...inexact, ...clocks].map(([found]) => `${file} uses ${found}`);
      });
    expect(wrong).toEqual([]);
  });
});

describe('stages of the pipeline', () => {
  const isStage = (path: string | undefined): boolean => /^pipeline\/\d-[\w-]+\.ts$/.test(path ?? '');
  const stages = imports.filter(({ file }) => isStage(file));

  test('are seven', () => {
    expect([...new Set(stages.map(({ file }) => file))].length).toBe(7);
  });

  test('know of each other only types; the throttle owns the queue', () => {
    const wrong = stages.filter(
      (one) =>
        isStage(target(one)) &&
        one.values.length > 0 &&
        !(one.file === 'pipeline/5-throttle.ts' && target(one) === 'pipeline/4-push-queue.ts'),
    );
    expect(wrong.map(inWords)).toEqual([]);
  });

  test('are put together in one place', () => {
    const assembled = imports.filter(
      (one) => isStage(target(one)) && one.values.some((name) => name.startsWith('create')),
    );
    expect([...new Set(assembled.map(({ file }) => file))].sort()).toEqual([
      'pipeline/5-throttle.ts',
      'pipeline/istiod.ts',
    ]);
  });
});

test('nothing is exported by default', () => {
  const wrong = files.filter((file) => /^export\s+default\b|\bas default\b/m.test(codeOf(file)));
  expect(wrong).toEqual([]);
});

test('no version of istiod is named in a stage: what differs is in the profiles', () => {
  const wrong = files.filter((file) => /^pipeline\/[^/]+\.ts$/.test(file) && /'1\.(17|30|32-dev)'/.test(codeOf(file)));
  expect(wrong).toEqual([]);
});
