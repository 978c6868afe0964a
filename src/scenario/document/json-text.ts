/**
 * JSON as clusters give it: one value, or several one after the other (JSON lines, `kubectl get -w -o json`). Read by the
 * engine's own parser, some twenty times as fast as the YAML parser; where something stands is looked up only when it is
 * asked for.
 */

export interface JsonValue {
  readonly value: unknown;
  /** Where it begins in the text. */
  readonly start: number;
}

export function looksLikeJson(text: string): boolean {
  return /^\ufeff?\s*\{/.test(text);
}

/** Deeper than this is left to the other reader, which says so. */
const DEEPEST = 64;

/** Undefined for what is no JSON: YAML in flow style begins alike. */
export function readJson(text: string): readonly JsonValue[] | undefined {
  const values: JsonValue[] = [];
  let from = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  for (;;) {
    while (from < text.length && isBlank(text.charCodeAt(from))) from++;
    if (from >= text.length) return values;
    const end = endOfValue(text, from);
    if (end === undefined) return undefined;
    try {
      values.push({ value: JSON.parse(text.slice(from, end)), start: from });
    } catch {
      return undefined;
    }
    from = end;
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;
}

/** Behind the object or list that begins there. */
function endOfValue(text: string, start: number): number | undefined {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) {
      const end = endOfString(text, i);
      if (end === undefined) return undefined;
      i = end - 1;
    } else if (code === 0x7b || code === 0x5b) {
      if (++depth > DEEPEST) return undefined;
    } else if (code === 0x7d || code === 0x5d) {
      if (--depth === 0) return i + 1;
    } else if (depth === 0) return undefined;
  }
  return undefined;
}

function endOfString(text: string, start: number): number | undefined {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x22) return i + 1;
  }
  return undefined;
}

/** Where the value at a path stands, or the nearest one around it; the text is known to be JSON. */
export function offsetInJson(text: string, start: number, path: readonly (string | number)[]): number {
  let at = start;
  for (const step of path) {
    const next = childOf(text, at, step);
    if (next === undefined) break;
    at = next;
  }
  return at;
}

function childOf(text: string, start: number, step: string | number): number | undefined {
  const isList = text[start] === '[';
  if (!isList && text[start] !== '{') return undefined;
  let i = skipBlank(text, start + 1);
  for (let index = 0; i < text.length && text[i] !== ']' && text[i] !== '}'; index++) {
    let key: unknown = index;
    if (!isList) {
      const end = endOfString(text, i) ?? text.length;
      key = JSON.parse(text.slice(i, end));
      i = skipBlank(text, skipBlank(text, end) + 1);
    }
    if (key === step) return i;
    i = skipBlank(text, endOfAny(text, i));
    if (text[i] === ',') i = skipBlank(text, i + 1);
  }
  return undefined;
}

function endOfAny(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start) ?? text.length;
  if (first === '{' || first === '[') return endOfValue(text, start) ?? text.length;
  let i = start;
  while (i < text.length && !',]}'.includes(text[i]!) && !isBlank(text.charCodeAt(i))) i++;
  return i;
}

function skipBlank(text: string, from: number): number {
  let i = from;
  while (i < text.length && isBlank(text.charCodeAt(i))) i++;
  return i;
}
