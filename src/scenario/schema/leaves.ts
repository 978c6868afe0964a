/**
 * The smallest parts of the grammar as zod schemas. A message is what was expected, optionally followed by a newline
 * and a hint; `zod-issues.ts` takes it apart again.
 */
import { z } from 'zod';
import type { Nanos } from '../../engine/time.js';
import { didYouMean } from '../units/nearest.js';
import { parseBytes, parseCores } from '../units/quantities.js';
import { type Parsed, parseDuration, parseRate } from '../units/units.js';

export function message(expected: string, hint?: string): string {
  return hint === undefined ? expected : `${expected}\n${hint}`;
}

/** Text or number in the file, read by `parse`. The description goes to the JSON Schema. */
function written<T>(parse: (text: string) => Parsed<T>, description: string, input: z.ZodType<string | number> = TEXT) {
  return input.meta({ description }).transform((value, context): T => {
    const parsed = parse(String(value));
    if (parsed.ok) return parsed.value;
    context.issues.push({ code: 'custom', message: message(parsed.expected, parsed.hint), input: value });
    return z.NEVER;
  });
}

/** As text if it is one, or a number: what is neither may not be asked for it. */
export const plain = (input: unknown) => (typeof input === 'string' || typeof input === 'number' ? String(input) : '');

const failed = <T>(parsed: Parsed<T>, otherwise: string) =>
  parsed.ok ? otherwise : message(parsed.expected, parsed.hint);

const TEXT = z.union([z.string(), z.number()], { error: 'a quantity' });
/** Only zero needs no unit, as in Go. */
const DURATION_TEXT = z.union([z.string(), z.literal(0)], {
  error: (issue) => failed(parseDuration(plain(issue.input)), 'a duration, such as 100ms'),
});

export const Duration = written<Nanos>(parseDuration, 'A Go duration: 100ms, 2.5s, 1m30s', DURATION_TEXT);
export const Bytes = written<number>(parseBytes, 'Bytes as a Kubernetes quantity: 512, 200Ki, 2Gi');
export const Cores = written<number>(parseCores, 'Cores as a Kubernetes quantity: 2, 1.5, 500m');
export const Rate = written<Nanos>(
  parseRate,
  'Events per time: 3/s, 90/m, 1/250ms',
  z.string({ error: (issue) => failed(parseRate(plain(issue.input)), 'a rate, such as 3/s') }),
);

/** A whole number of at least `least`; what it counts goes to the JSON Schema. */
export function count(description: string, least: number, most: number) {
  const error = `a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error }).meta({ description });
}

/** One of a few words, with the nearest one as the hint. */
export function oneOf<const T extends readonly [string, ...string[]]>(words: T, description: string) {
  const shown = words.length > 12 ? `${words.slice(0, 12).join(', ')}, …` : words.join(', ');
  const error = (issue: { readonly input?: unknown }) =>
    message(`one of ${shown}`, typeof issue.input === 'string' ? didYouMean(issue.input, words) : undefined);
  return z.enum(words, { error }).meta({ description });
}

const DNS_NAME = /^[a-z0-9](?:[-a-z0-9]{0,251}[a-z0-9])?$/;
const OBJECT_NAME = /^[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?$/;

/** Name of a service, namespace or proxy: a DNS label. */
export function dnsName(description: string) {
  const error = 'a name of lower-case letters, digits and dashes';
  return z.string({ error }).regex(DNS_NAME, { error }).meta({ description });
}

/** Name of a Kubernetes object: may also hold dots. */
export function objectName(description: string) {
  const error = 'a name of lower-case letters, digits, dashes and dots';
  return z.string({ error }).regex(OBJECT_NAME, { error }).meta({ description });
}

export const Labels = z
  .record(z.string(), z.string({ error: labelError }), { error: 'a mapping of labels, such as { app: cart }' })
  .meta({ description: 'Kubernetes labels' });

function labelError(issue: { readonly input?: unknown }): string {
  return message('text', plain(issue.input) === '' ? undefined : `labels are text: "${plain(issue.input)}"`);
}

export const ExportTo = z
  .array(z.string({ error: 'a namespace, "*", "." or "~"' }).min(1, { error: 'a namespace, "*", "." or "~"' }), {
    error: 'a list of namespaces, such as ["."]',
  })
  .meta({ description: 'Namespaces that may see it: "*", ".", "~" or names; empty is everyone' });
