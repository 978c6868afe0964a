/** What a file falls apart into before anybody asks what it means, and what is said of the parts that cannot be read. */

/** One piece of an input, with the line it begins on. */
export type Piece = JsonRecord | TextRecord | ListEnd | BadRecord;

export interface JsonRecord {
  readonly is: 'json';
  readonly line: number;
  readonly text: string;
  readonly value: unknown;
  /** Whether it is an element of a list around it, which ends with a `ListEnd`. */
  readonly inList: boolean;
}

/** A line that is not JSON. */
export interface TextRecord {
  readonly is: 'text';
  readonly line: number;
  readonly text: string;
}

/** A list is over: what stood around its elements, such as `kind` and `apiVersion` of a typed list. */
export interface ListEnd {
  readonly is: 'list-end';
  readonly line: number;
  readonly around: unknown;
}

export interface BadRecord {
  readonly is: 'bad';
  readonly line: number;
  readonly what: string;
}

export type OnPiece = (record: Piece) => void;

/** A record beyond this is skipped and said to be too large. */
export const LARGEST_RECORD = 32 * 1024 * 1024;

/** Plain objects only: arrays and null are not. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The mapping under a key; empty when it is absent, null or something else. */
export function objectAt(value: unknown, key: string): Record<string, unknown> {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : {};
}

export function textAt(value: unknown, key: string): string | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : undefined;
}

export function listAt(value: unknown, key: string): readonly unknown[] {
  const found = isObject(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

/** What a parser said, on one line. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Node quotes what stands there, which may be anybody's.
  return message
    .replace(/\s+/g, ' ')
    .replace(/,? (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/, '')
    .slice(0, 120);
}
