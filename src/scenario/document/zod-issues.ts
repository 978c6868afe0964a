/** zod's issues → ours: one per mistake, placed on the key or value that causes it, with the nearest known name. */
import { z } from 'zod';
import { didYouMean } from '../units/nearest.js';
import type { Path, Reporter } from './reporter.js';

type ZodIssue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;

/** Checks a value against a schema; problems go to the reporter, and then there is no value. */
export function check<S extends z.ZodType>(
  schema: S,
  value: unknown,
  path: Path,
  reporter: Reporter,
): z.output<S> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  for (const issue of result.error.issues) report(issue, schema, value, path, reporter);
  return undefined;
}

function report(issue: ZodIssue, schema: Schema, value: unknown, base: Path, reporter: Reporter): void {
  const steps = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const path = [...base, ...steps];
  const received = valueAt(value, steps);
  if (issue.code === 'unrecognized_keys') {
    const known = keysOf(schemaAt(schema, steps));
    for (const key of issue.keys) {
      const hint = didYouMean(key, known) ?? (known.length > 0 ? `known keys: ${known.join(', ')}` : undefined);
      reporter.error('unknown-key', [...path, key], 'unknown key', { hint, part: 'key' });
    }
    return;
  }
  if (issue.code === 'invalid_union') {
    const branch = likelyBranch(issue.errors, received);
    if (branch) {
      for (const inner of branch) {
        const nested = { ...inner, path: [...issue.path, ...inner.path] } as ZodIssue;
        report(nested, schema, value, base, reporter);
      }
      return;
    }
  }
  const [expected = '', said] = expectation(issue).split('\n');
  const hint =
    said ?? (issue.code === 'invalid_union' ? nearKey(received, keysOf(schemaAt(schema, steps))) : undefined);
  if (received === undefined) reporter.error('missing-key', path, expected, { hint });
  else reporter.error(issue.code === 'invalid_type' ? 'wrong-type' : 'bad-value', path, expected, { received, hint });
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function expectation(issue: ZodIssue): string {
  // A text of our own always wins; zod's own begin like this.
  if (!/^(Invalid|Too small|Too big|Unrecognized)/.test(issue.message)) return issue.message;
  if (issue.code === 'invalid_type') return TYPE_NAMES[issue.expected] ?? issue.expected;
  return issue.code === 'too_small' ? 'something, not nothing' : 'another value';
}

/**
 * The alternative a mapping was meant to be: the one whose complaints are all inside known keys. Undefined when that
 * is none or several, and for anything but mappings: then the union's own text says it better.
 */
function likelyBranch(branches: readonly (readonly ZodIssue[])[], received: unknown): readonly ZodIssue[] | undefined {
  if (typeof received !== 'object' || received === null || Array.isArray(received)) return undefined;
  const inside = branches.filter((issues) =>
    issues.every((issue) => issue.path.length > 0 && valueAt(received, issue.path.slice(0, 1)) !== undefined),
  );
  return inside.length === 1 ? inside[0] : undefined;
}

/** For a mapping that fits no alternative: the key one of its keys was meant to be. */
function nearKey(received: unknown, known: readonly string[]): string | undefined {
  if (typeof received !== 'object' || received === null || Array.isArray(received)) return undefined;
  const strange = Object.keys(received).filter((key) => !known.includes(key));
  return strange.map((key) => didYouMean(key, known)).find((hint) => hint !== undefined);
}

/** What stands at a path in plain data; undefined when nothing does. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const step of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[step];
  }
  return at;
}

/** The schema below optional, default, transform and the like. */
function unwrap(schema: Schema): Schema {
  let at: Schema = schema;
  for (;;) {
    if (at instanceof z.ZodPipe) at = at.in;
    else if (at instanceof z.ZodOptional || at instanceof z.ZodPrefault || at instanceof z.ZodNullable)
      at = at.unwrap();
    else return at;
  }
}

function schemaAt(schema: Schema, path: readonly (string | number)[]): Schema[] {
  let at: Schema[] = alternatives(schema);
  for (const step of path) {
    at = at.flatMap((one): Schema[] => {
      if (one instanceof z.ZodObject) {
        const next = (one.shape as Record<string, Schema>)[String(step)];
        return next ? alternatives(next) : [];
      }
      if (one instanceof z.ZodArray) return alternatives(one.element);
      return [];
    });
  }
  return at;
}

function alternatives(schema: Schema): Schema[] {
  const plain = unwrap(schema);
  return plain instanceof z.ZodUnion ? plain.options.flatMap(alternatives) : [plain];
}

function keysOf(schemas: readonly Schema[]): string[] {
  return [...new Set(schemas.flatMap((one) => (one instanceof z.ZodObject ? Object.keys(one.shape) : [])))];
}
