/** Programs that are not npm packages: found, installed where the user is root and there is apt, else named as not run. */
import { spawnSync } from 'node:child_process';
import { noteNotRun } from './not-run.js';

const LOOK_IN = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin', '/snap/bin'];

/** The path of the program, or undefined; then says what is not run, now and in the last lines of the whole run. */
export function findProgram(name: string, aptPackage: string, purpose: string): string | undefined {
  const found = locate(name) ?? (install(aptPackage) ? locate(name) : undefined);
  if (found === undefined) noteNotRun(`${purpose} (needs ${name}; apt package ${aptPackage})`);
  return found;
}

function locate(name: string): string | undefined {
  for (const folder of LOOK_IN) {
    const path = `${folder}/${name}`;
    if (spawnSync(path, ['--version'], { stdio: 'ignore' }).status === 0) return path;
  }
  return undefined;
}

function install(aptPackage: string): boolean {
  if (process.getuid?.() !== 0) return false;
  // RUNLEVEL=1 keeps packages from starting their services; the lock is waited for, as another test may install, too.
  const env = { ...process.env, RUNLEVEL: '1', DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]) =>
    spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', ...args], { env, stdio: 'ignore' }).status === 0;
  return apt('update') && apt('install', '-y', '--no-install-recommends', aptPackage);
}
