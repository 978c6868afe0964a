/** A finished work item as a file: which sweep and which item it is of, and a sum over its content. */
import { z } from 'zod';
import { hash128, toHex } from '../../engine/random/hash.js';
import type { Outcome } from '../work/task.js';

const Measures = z.record(z.string(), z.number().nullable());

export const OutcomeShape = z.strictObject({
  measures: Measures,
  fingerprint: z.string().regex(/^[0-9a-f]{8,128}$/),
});

const ItemShape = OutcomeShape.extend({ sweep: z.string(), index: z.int().min(0), sum: z.string() });

function sumOf(sweep: string, index: number, { measures, fingerprint }: Outcome): string {
  return hash128(JSON.stringify([sweep, index, fingerprint, measures]))
    .map(toHex)
    .join('');
}

export function itemText(sweep: string, index: number, outcome: Outcome): string {
  const { measures, fingerprint } = outcome;
  return `${JSON.stringify({ sweep, index, sum: sumOf(sweep, index, outcome), measures, fingerprint })}\n`;
}

/** Undefined for what is damaged, of another sweep, or of another item: it is as good as not done. */
export function readItem(text: string, sweep: string, index: number): Outcome | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = ItemShape.safeParse(value);
  if (!read.success || read.data.sweep !== sweep || read.data.index !== index) return undefined;
  const outcome = { measures: read.data.measures as Outcome['measures'], fingerprint: read.data.fingerprint };
  return read.data.sum === sumOf(sweep, index, outcome) ? outcome : undefined;
}
