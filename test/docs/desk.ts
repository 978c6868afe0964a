/**
 * A desk to try documents on: a folder with the shipped scenarios, and a PATH on which `pushsim`, `npx pushsim` and
 * `npm start` mean this project's build.
 */
import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT } from './markdown.js';

const MAIN = join(ROOT, 'dist/cli/main.js');

const NPX = `#!/usr/bin/env bash
[ "$1" = pushsim ] || { echo "npx $1: not on this desk" >&2; exit 1; }
shift; exec pushsim "$@"
`;

/** Installing is taken as done, and scripts of package.json as right where they are there: they cannot run inside a test. */
const NPM = `#!/usr/bin/env bash
case "$1" in
  ci|install) exit 0 ;;
  start) shift; [ "$1" = -- ] && shift; if [ $# -gt 0 ]; then exec pushsim "$@"; fi; exec pushsim run scenarios/book-baseline.yaml ;;
  test) exit 0 ;;
  run) exec node -e 'process.exit(process.argv[1] in require("${ROOT}package.json").scripts ? 0 : 1)' "$2" ;;
  *) echo "npm $1: not on this desk" >&2; exit 1 ;;
esac
`;

export interface Finished {
  readonly code: number | null;
  /** Standard output and error as a terminal shows them. */
  readonly shown: string;
}

export interface Desk {
  readonly folder: string;
  run(script: string): Promise<Finished>;
}

export function createDesk(): Desk {
  const folder = mkdtempSync(join(tmpdir(), 'pushsim-docs-'));
  const bin = join(folder, '.bin');
  mkdirSync(bin);
  const program = (name: string, text: string) => {
    writeFileSync(join(bin, name), text);
    chmodSync(join(bin, name), 0o755);
  };
  program('pushsim', `#!/usr/bin/env bash\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  program('npx', NPX);
  program('npm', NPM);
  cpSync(join(ROOT, 'scenarios'), join(folder, 'scenarios'), { recursive: true });
  cpSync(join(ROOT, 'scenario.schema.json'), join(folder, 'scenario.schema.json'));
  symlinkSync(join(ROOT, 'test'), join(folder, 'test'));
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  return { folder, run: (script) => finished(script, folder, env) };
}

function finished(script: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-euo', 'pipefail', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let shown = '';
    child.stdout.on('data', (chunk) => {
      shown += chunk;
    });
    child.stderr.on('data', (chunk) => {
      shown += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, shown }));
  });
}

export interface Step {
  readonly command: string;
  readonly expected: readonly string[];
}

/** `$ command` and what it shows, in turns; a command goes on in the next line after a backslash. */
export function stepsOf(text: string): readonly Step[] {
  const steps: { command: string; expected: string[] }[] = [];
  for (const line of text.split('\n')) {
    const last = steps.at(-1);
    if (line.startsWith('$ ')) steps.push({ command: line.slice(2), expected: [] });
    else if (last === undefined) throw new Error(`a console block begins with "$ ", not with: ${line}`);
    else if (last.expected.length === 0 && last.command.endsWith('\\')) last.command += `\n${line}`;
    else last.expected.push(line);
  }
  return steps;
}

/** A line that stands for any number of lines. */
const GAP = '…';

/** Expected lines with their gaps as a pattern over the lines shown; spaces at line ends do not count. */
export function shows(shown: string, expected: readonly string[]): boolean {
  const lines = shown.split('\n').map((line) => line.trimEnd());
  while (lines.at(-1) === '') lines.pop();
  const wanted = expected.map((line) => line.trimEnd());
  while (wanted.at(-1) === '') wanted.pop();
  return matches(lines, wanted);
}

function matches(lines: readonly string[], wanted: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return lines.length === 0;
  if (first.trim() !== GAP) return lines[0] === first && matches(lines.slice(1), rest);
  return lines.some((_, at) => matches(lines.slice(at), rest)) || matches([], rest);
}
