import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Folders of `src`, from the bottom up, and what each may import from; nothing points upwards. */
const LAYERS = [
  ['engine'],
  ['stats'],
  ['istio'],
  ['mesh'],
  ['cost'],
  ['pipeline'],
  ['cluster', 'measure'],
  ['fleet'],
  ['scenario'],
  ['import'],
  ['experiment'],
  ['report'],
  ['explorer'],
  ['cli', '.'],
] as const;

/** Not everything below is needed; these are not known to those above the lowest that may know them. */
const NOT_KNOWN_TO: Readonly<Record<string, readonly string[]>> = {
  stats: ['istio', 'mesh', 'pipeline', 'cluster', 'scenario'],
};

const FOLDERS = LAYERS.flat();

function mayImport(folder: string): readonly string[] {
  const layer = LAYERS.findIndex((names) => (names as readonly string[]).includes(folder));
  return LAYERS.slice(0, layer)
    .flat()
    .filter((below) => !(NOT_KNOWN_TO[below] ?? []).includes(folder));
}

/** Each package of others enters through one folder, so that it can be replaced there. */
const ENTERS_THROUGH: Readonly<Record<string, string>> = {
  seedrandom: 'engine',
  zod: 'scenario',
  yaml: 'scenario',
  yargs: 'cli',
};

/** Grammars of files that are not scenarios need what reads grammars, too. */
const ALSO: readonly string[] = [
  'experiment/sweep/grammar.ts imports zod',
  'experiment/sweep/outcome-file.ts imports zod',
  'experiment/sweep/store.ts imports zod',
  'experiment/work/queue-data.ts imports zod',
  'report/files/summary-schema.ts imports zod',
  'report/files/fleet-schema.ts imports zod',
];

/** Simulated time and what is computed in it: the same bits on every machine. */
const DETERMINISTIC = [
  'engine',
  'stats',
  'istio',
  'mesh',
  'cost',
  'pipeline',
  'cluster',
  'fleet',
  'measure',
  'experiment',
];
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

function textOf(file: string): string {
  return readFileSync(new URL(file, SOURCE), 'utf8');
}

/** The code without its comments. */
function codeOf(file: string): string {
  return textOf(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
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
function target({ file, from }: Pick<Import, 'file' | 'from'>): string | undefined {
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

/** Of each file, the files it imports, types included. */
function edgesOf(all: readonly Import[]): ReadonlyMap<string, readonly string[]> {
  const edges = new Map<string, string[]>();
  for (const one of all) {
    const to = target(one);
    if (to !== undefined) edges.set(one.file, [...(edges.get(one.file) ?? []), to]);
  }
  return edges;
}

/** The first circle that a walk finds, in words; empty if there is none. */
function circleOf(edges: ReadonlyMap<string, readonly string[]>): string {
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): string => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return '';
    path.push(file);
    for (const to of edges.get(file) ?? []) {
      const circle = visit(to);
      if (circle !== '') return circle;
    }
    path.pop();
    done.add(file);
    return '';
  };
  for (const file of edges.keys()) {
    const circle = visit(file);
    if (circle !== '') return circle;
  }
  return '';
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
    expect(FOLDERS).toEqual(expect.arrayContaining([...new Set(files.map(folderOf))]));
  });

  test.each(FOLDERS)('%s imports from below only', (folder) => {
    const allowed = mayImport(folder);
    const wrong = imports.filter((one) => {
      const to = target(one);
      if (one.folder !== folder || to === undefined) return false;
      return folderOf(to) !== folder && !allowed.includes(folderOf(to));
    });
    expect(wrong.map(inWords)).toEqual([]);
  });
});

describe('circles of imports', () => {
  test('there is none, types included', () => {
    expect(circleOf(edgesOf(imports))).toBe('');
  });

  test('one would be found', () => {
    const edges = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts', 'd.ts']],
      ['d.ts', ['b.ts']],
    ]);
    expect(circleOf(edges)).toBe('b.ts → d.ts → b.ts');
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
    const included = (
      JSON.parse(readFileSync(new URL('../tsconfig.browser.json', import.meta.url), 'utf8')) as {
        include: readonly string[];
      }
    ).include;
    const folders = included.map((path) => path.replace('src/', ''));
    expect(folders).toEqual(expect.arrayContaining(['engine', 'pipeline', 'fleet', 'measure', 'scenario']));
    const wrong = imports.filter(
      ({ file, from }) =>
        folders.some((folder) => file === folder || file.startsWith(`${folder}/`)) &&
        (from.startsWith('node:') || builtinModules.includes(from)),
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
  const stageOf = (path: string | undefined): string | undefined => /^pipeline\/(\d-[\w-]+)\//.exec(path ?? '')?.[1];

  test('are the folder listing, with the model between them', () => {
    const entries = readdirSync(new URL('pipeline/', SOURCE)).sort();
    expect(entries).toEqual([
      '1-events',
      '2-debounce',
      '3-push-context',
      '4-push-queue',
      '5-throttle',
      '6-push',
      '7-proxy',
      'istiod.ts',
      'model',
      'observer.ts',
      'options.ts',
    ]);
  });

  test('do not import each other, not even types', () => {
    const wrong = imports.filter((one) => {
      const [from, to] = [stageOf(one.file), stageOf(target(one))];
      return from !== undefined && to !== undefined && from !== to;
    });
    expect(wrong.map(inWords)).toEqual([]);
  });

  test('are wired by istiod.ts alone; the fleet makes the proxies', () => {
    const wired = imports.filter((one) => stageOf(one.file) === undefined && stageOf(target(one)) !== undefined);
    const others = wired.filter((one) => one.file !== 'pipeline/istiod.ts');
    const wrong = others.filter((one) => folderOf(one.file) !== 'fleet' || stageOf(target(one)) !== '7-proxy');
    expect(wrong.map(inWords)).toEqual([]);
  });

  test('the model between them knows no stage', () => {
    const wrong = imports.filter((one) => one.file.startsWith('pipeline/model/') && stageOf(target(one)) !== undefined);
    expect(wrong.map(inWords)).toEqual([]);
  });
});

test('nothing is exported by default', () => {
  const wrong = files.filter((file) => /^export\s+default\b|\bas default\b/m.test(codeOf(file)));
  expect(wrong).toEqual([]);
});

/** Lines of the longest function that begins on each line, by the indentation that the formatter gives its end. */
function functionsOf(file: string): readonly { readonly name: string; readonly lines: number }[] {
  const lines = textOf(file).split('\n');
  return lines.flatMap((line, start) => {
    if (!/^\s*(export )?(async )?function\b/.test(line) && !/^ {2}(?!if|for|while|switch)[\w# ]+\(.*[({]$/.test(line))
      return [];
    const indent = /^\s*/.exec(line)?.[0] ?? '';
    const length = lines
      .slice(start + 1)
      .findIndex((other) => other.startsWith(`${indent}}`) && !other.includes('): '));
    return [{ name: `${file}: ${line.trim()}`, lines: length + 2 }];
  });
}

describe('reading ease', () => {
  test('no file has more than 250 lines', () => {
    const long = files.map((file) => [file, textOf(file).split('\n').length - 1] as const).filter(([, n]) => n > 250);
    expect(long).toEqual([]);
  });

  test('no function has more than 60 lines', () => {
    expect(files.flatMap(functionsOf).filter(({ lines }) => lines > 60)).toEqual([]);
  });
});

test('no release of Istio is named outside src/istio: what differs is in the rules', () => {
  const named = files
    .filter((file) => folderOf(file) !== 'istio')
    .flatMap((file) =>
      [...codeOf(file).matchAll(/['"`]1\.(?:1[7-9]|2\d|3\d)[\w.-]*['"`]/g)].map(([text]) => `${file}: ${text}`),
    );
  expect(named).toEqual([]);
});
