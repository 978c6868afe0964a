/**
 * What `npm start`, `npm test` and their like run: makes the project ready (packages installed, sources compiled) and
 * then does what was asked. Plain JavaScript without packages, because there may be none yet.
 *
 * Ready is decided by modification times alone, so that a second start costs next to nothing.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);

const INSTALL_STAMP = at('node_modules', '.pushsim-installed');
const BUILD_STAMP = at('dist', '.built');
const PROGRAM = at('dist', 'cli', 'main.js');
const BIN = at('node_modules', '.bin', 'pushsim');
const TSC = at('node_modules', 'typescript', 'bin', 'tsc');

/** Milliseconds since 1970, or 0 for what is not there. */
function changed(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** The latest change in a folder; folders count, so that a deleted file is noticed. */
function latestIn(folder) {
  let latest = changed(folder);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    latest = Math.max(latest, entry.isDirectory() ? latestIn(path) : changed(path));
  }
  return latest;
}

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (done.error) throw done.error;
  // A shell's convention for a program ended by a signal: 130 for Ctrl-C.
  return done.signal ? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[done.signal] ?? 0) : done.status;
}

const node = (...args) => run(process.execPath, args);

function need(code, what) {
  if (code === 0) return;
  console.error(`\n${what} failed`);
  process.exit(code);
}

function install() {
  const lock = at('package-lock.json');
  // The second is npm's own: someone installed without this program, after the lock file was written.
  const installed = Math.max(changed(INSTALL_STAMP), changed(at('node_modules', '.package-lock.json')));
  if (installed > changed(lock) && existsSync(TSC)) return;
  console.error('installing packages …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  need(run(npm, args, { stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' }), 'npm ci');
  writeFileSync(INSTALL_STAMP, '');
}

function build() {
  install();
  const sources = Math.max(latestIn(at('src')), changed(at('tsconfig.json')), changed(at('package.json')));
  // Equal times count as changed: some file systems only keep whole seconds.
  if (existsSync(PROGRAM) && changed(BUILD_STAMP) > sources) return;
  const began = new Date();
  rmSync(at('dist'), { recursive: true, force: true });
  need(node(TSC, '-p', at('tsconfig.json')), 'the build');
  chmodSync(PROGRAM, 0o755);
  link();
  writeFileSync(BUILD_STAMP, '');
  // As of the beginning: what was edited while the compiler ran is compiled next time.
  utimesSync(BUILD_STAMP, began, began);
}

/** So that `npx pushsim` works inside the project as it does where the package is installed. */
function link() {
  mkdirSync(dirname(BIN), { recursive: true });
  rmSync(BIN, { force: true });
  try {
    symlinkSync(join('..', '..', 'dist', 'cli', 'main.js'), BIN);
  } catch {
    // Without the right to make links (Windows) there is still `npm start --`.
  }
}

const BIOME = ['node_modules', '@biomejs', 'biome', 'bin', 'biome'];

/** Types, then format and lint. Tests are not compiled by the build, so their types are looked at here; what must run in a browser is compiled without Node's. */
function check() {
  const types = node(TSC, '-p', at('test', 'tsconfig.json'), '--noEmit');
  const browser = node(TSC, '-p', at('tsconfig.browser.json'));
  const style = node(at(...BIOME), 'check', '--log-level=error');
  return types || browser || style;
}

function vitest(args, env) {
  const program = at('node_modules', 'vitest', 'vitest.mjs');
  const config = at('test', 'vitest.config.ts');
  return run(process.execPath, [program, 'run', '--config', config, ...args], { env: { ...process.env, ...env } });
}

/** Everything is checked even when the first part fails. The summary comes last, with what could not be run. */
function test(args) {
  const checked = check();
  const place = mkdtempSync(join(tmpdir(), 'pushsim-test-'));
  const notRun = join(place, 'not-run');
  const tested = vitest(args, { PUSHSIM_NOT_RUN: notRun });
  const word = (code) => (code === 0 ? 'ok' : `failed (${code})`);
  console.log(`\ntypes and style: ${word(checked)}; tests: ${word(tested)}`);
  if (existsSync(notRun)) process.stdout.write(readFileSync(notRun, 'utf8'));
  rmSync(place, { recursive: true, force: true });
  return checked || tested;
}

const TASKS = {
  start: (args) => node(PROGRAM, ...(args.length > 0 ? args : ['run', 'scenarios/book-baseline.yaml'])),
  build: () => 0,
  check,
  test,
  bench: (args) => node(at('node_modules', 'tsx', 'dist', 'cli.mjs'), at('bench', 'engine.ts'), ...args),
  results: () => node(at('node_modules', 'tsx', 'dist', 'cli.mjs'), at('bench', 'results', 'write.ts')),
};

const [task = 'start', ...args] = process.argv.slice(2);
if (!Object.hasOwn(TASKS, task)) {
  console.error(`ready.mjs: unknown task ${task}; tasks: ${Object.keys(TASKS).join(', ')}`);
  process.exit(2);
}
build();
process.exitCode = TASKS[task](args);
