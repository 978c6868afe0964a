/** What is done to a parsed YAML tree before it becomes plain data: refuse the unsound, keep texts, find places. */
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  visit,
} from 'yaml';
import type { IssueCode } from './issues.js';

/** Nesting beyond this is no scenario; recursion below stays far from the end of the stack. */
export const DEEPEST = 64;

/** Each costs a walk through the whole document. */
const MOST_ALIASES = 1_000;

export type Refuse = (code: IssueCode, text: string, offset?: number) => void;

/** Reports duplicate keys, keys that are no scalars, cycles and depth; false when the tree must not be used. */
export function checkTree(document: Document.Parsed, refuse: Refuse): boolean {
  let sound = true;
  let aliases = 0;
  const fail = (code: IssueCode, text: string, node: Node | null) => {
    refuse(code, text, node?.range?.[0]);
    sound = false;
  };
  try {
    visit(document, {
      Node(_key, node, path) {
        if (path.filter(isCollection).length > DEEPEST) {
          fail('too-deep', `the file is nested more than ${DEEPEST} levels deep`, node);
          return visit.BREAK;
        }
        if (isAlias(node) && ++aliases > MOST_ALIASES) {
          fail('alias-limit', `there are more than ${MOST_ALIASES} aliases`, node);
          return visit.BREAK;
        }
        if (isAlias(node) && pathHolds(path, node.resolve(document))) {
          fail('alias-limit', `the alias *${node.source} contains itself`, node);
          return visit.BREAK;
        }
        if (isMap(node)) {
          const seen = new Set<string>();
          for (const { key } of node.items) {
            if (!isScalar(key)) fail('yaml-syntax', 'a key must be plain text', isNode(key) ? key : node);
            else if (seen.has(String(key.value)))
              fail('duplicate-key', `the key ${String(key.value)} occurs twice`, key);
            else seen.add(String(key.value));
          }
        }
        return undefined;
      },
    });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    fail('too-deep', 'the file is nested too deeply to be read', null);
  }
  return sound;
}

function pathHolds(path: readonly unknown[], target: unknown): boolean {
  return target !== undefined && path.includes(target);
}

/** Keys whose text matters beyond its value: `1.30` would become 1.3, and `+1` would become 1. */
const KEEP_TEXT = new Set(['istio', 'ready', 'seed']);

/** Makes text again of the numbers whose writing matters. */
export function keepTexts(document: Document.Parsed, rootKey: string | undefined): void {
  const keep = (value: unknown) => {
    if (isScalar(value) && typeof value.value === 'number' && value.source) value.value = value.source as never;
  };
  if (rootKey !== undefined && KEEP_TEXT.has(rootKey)) keep(document.contents);
  visit(document, {
    Pair(_key, pair) {
      if (isScalar(pair.key) && KEEP_TEXT.has(String(pair.key.value))) keep(pair.value);
    },
  });
}

/** The offset of a path, or of its nearest ancestor that stands in the text. */
export function offsetOf(document: Document.Parsed, path: readonly (string | number)[], part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const [i, step] of path.entries()) {
    if (isAlias(node)) node = (node as Alias).resolve(document);
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(
        (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
      );
      if (!pair) break;
      const keyOffset = isNode(pair.key) ? pair.key.range?.[0] : undefined;
      const valueOffset = isNode(pair.value) ? pair.value.range?.[0] : undefined;
      const last = i === path.length - 1;
      offset = (last && part === 'key' ? keyOffset : (valueOffset ?? keyOffset)) ?? offset;
      next = pair.value;
    } else if (isSeq(node)) {
      next = node.items[Number(step)];
      if (!isNode(next)) break;
      offset = next.range?.[0] ?? offset;
    } else break;
    node = next;
  }
  return offset;
}
