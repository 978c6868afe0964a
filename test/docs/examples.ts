/** The TypeScript of the documents, compiled and run as a user of the installed package would. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Block, ROOT } from './markdown.js';

const OPTIONS = {
  compilerOptions: {
    target: 'es2023',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    skipLibCheck: true,
    outDir: 'out',
    rootDir: '.',
  },
  include: ['*.ts'],
};

export interface Example {
  readonly block: Block;
  readonly program: string;
}

/** A project with one file for each block. Errors: those of the compiler. */
export function compile(blocks: readonly Block[]): readonly Example[] {
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-examples-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'pushsim'));
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'));
  cpSync(join(ROOT, 'scenarios'), join(folder, 'scenarios'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(OPTIONS));
  const examples = blocks.map((block, number) => {
    writeFileSync(join(folder, `example-${number}.ts`), `// ${block.name}\n${block.text}\n`);
    return { block, program: join(folder, 'out', `example-${number}.js`) };
  });
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.stdout);
  return examples;
}

/** What its comments `// → …` promise, in order. */
export function promised({ block }: Example): readonly string[] {
  return [...block.text.matchAll(/\/\/ → (.*)$/gm)].map(([, said = '']) => said.trim());
}

export function printed({ program }: Example): readonly string[] {
  const text = execFileSync(process.execPath, [program], { encoding: 'utf8', cwd: join(program, '..', '..') });
  return text.trim().split('\n');
}
