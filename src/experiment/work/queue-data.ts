/** What goes through the queue, checked on both ends: whoever reaches Redis can put anything there. */
import { z } from 'zod';
import { hash128, toHex } from '../../engine/random/hash.js';
import type { Data } from './queue-connection.js';
import type { Outcome, Task } from './task.js';

/** Beyond it no scenario is read anyway. */
const LONGEST_TEXT = 64 * 1024 * 1024;

const SourceShape = z.strictObject({
  text: z.string().max(LONGEST_TEXT),
  file: z.string().max(4096),
  sets: z.array(z.string().max(LONGEST_TEXT)).max(10_000),
  replicas: z.int().min(1).max(1_000).optional(),
  warmUp: z.literal('auto').optional(),
  measures: z.array(z.string().max(500)).max(1_000).optional(),
});

const DataShape = z.strictObject({
  task: z.strictObject({ source: SourceShape, replication: z.int().min(0).max(1e6) }),
  files: z.record(z.string().max(4096), z.string().regex(/^[0-9a-f]{8,64}$/)),
  version: z.string().max(100),
});

const OutcomeShape = z.strictObject({
  measures: z.record(z.string().regex(/^[A-Za-z_]\P{C}{0,499}$/u), z.number().nullable()),
  fingerprint: z.string().regex(/^[0-9a-f]{8,128}$/),
});

export function readData(value: unknown): Data | undefined {
  const read = DataShape.safeParse(value);
  return read.success ? (read.data as Data) : undefined;
}

export function readOutcome(value: unknown): Outcome | undefined {
  const read = OutcomeShape.safeParse(value);
  return read.success ? (read.data as Outcome) : undefined;
}

export function contentHash(text: string): string {
  return hash128(text).map(toHex).join('');
}

/** The task as data, and the texts that go beside it. */
export function dataOf(
  task: Task,
  version: string,
): { readonly data: Data; readonly texts: ReadonlyMap<string, string> } {
  const { files = {}, ...source } = task.source;
  const texts = new Map(Object.values(files).map((text) => [contentHash(text), text]));
  const named = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, contentHash(text)]));
  return { data: { task: { ...task, source }, files: named, version }, texts };
}
