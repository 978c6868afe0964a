/** A Redis of the test's own, on the loopback interface, in a folder that is thrown away. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { folder } from '../../cli/run-program.js';
import { findProgram } from '../../support/programs.js';

/** Installed (not started) where there is none and that is possible; undefined where it is not. */
export const REDIS_SERVER = findProgram('redis-server', 'redis-server', 'a sweep over a real Redis');

export interface Redis {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startRedis(program: string): Promise<Redis> {
  const port = await freePort();
  const options = [
    '--bind',
    '127.0.0.1',
    '--port',
    String(port),
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder(),
  ];
  const child = spawn(program, [...options, '--maxmemory-policy', 'noeviction'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await answered(child);
  return {
    url: `redis://127.0.0.1:${port}`,
    stop: async () => {
      const gone = new Promise((resolve) => child.on('close', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

function answered(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on('data', (text) => String(text).includes('Ready to accept connections') && resolve());
    child.on('close', () => reject(new Error('redis-server ended')));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
