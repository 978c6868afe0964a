import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { main } from '../../src/cli/program.js';

export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The program in this process, with what it wrote. */
export async function pushsim(...args: string[]): Promise<Finished> {
  let out = '';
  let err = '';
  const toOut = (chunk: unknown) => {
    out += String(chunk);
    return true;
  };
  const toErr = (chunk: unknown) => {
    err += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(toOut),
    vi.spyOn(process.stderr, 'write').mockImplementation(toErr),
    // yargs prints help through the console.
    vi.spyOn(console, 'log').mockImplementation((text) => void toOut(`${text}\n`)),
    vi.spyOn(console, 'error').mockImplementation((text) => void toErr(`${text}\n`)),
  ];
  try {
    return { code: await main(args), out, err };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

export function folder(): string {
  return mkdtempSync(join(tmpdir(), 'pushsim-test-'));
}

/** A scenario file of its own, in a new folder. */
export function file(text: string, name = 'small.yaml'): string {
  const path = join(folder(), name);
  writeFileSync(path, text);
  return path;
}

export const SMALL = `description: A small mesh with one change
istio: "1.17"
mesh: { generate: [{ namespace: shop, name: cart, services: 1, endpoints: 3, proxies: 1 per endpoint }] }
events: [{ at: 1s, repeat: 3, every: 500ms, endpoints: { services: shop/cart, ready: "+1" } }]
run: { duration: 10s, seed: tests }
`;
