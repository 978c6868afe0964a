/** The program as processes of its own, to be killed. Each is ended by its own handle, never by name. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly err: string }>;
}

export function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', MAIN, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, ...env },
  });
  let err = '';
  child.stderr?.on('data', (chunk) => {
    err += String(chunk);
  });
  const ended = new Promise<Awaited<Running['ended']>>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, err }));
  });
  return { child, ended };
}

/** How many work items a folder holds. */
export function itemsIn(folder: string): number {
  try {
    return readdirSync(join(folder, 'items', '0')).filter((name) => /^\d+\.json$/.test(name)).length;
  } catch {
    return 0;
  }
}

/** Waits for something that will happen; how long it takes is not judged. */
export async function until(happened: () => boolean, running?: Running): Promise<void> {
  let over = false;
  void running?.ended.then(() => {
    over = true;
  });
  while (!happened() && !over) await new Promise((resolve) => setTimeout(resolve, 5));
}
