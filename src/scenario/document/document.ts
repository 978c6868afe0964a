/**
 * YAML text → plain data plus a way back from a path to line and column. Everything hostile stops here: huge files,
 * deep nesting, alias bombs, cycles, binary.
 */
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { checkTree, DEEPEST, keepTexts, offsetOf, type Refuse } from './document-tree.js';
import type { ScenarioIssue } from './issues.js';
import { createReporter, type Locate } from './reporter.js';

export interface ReadText {
  /** One per YAML document in the text; empty when there are issues. */
  readonly documents: readonly { readonly value: unknown; readonly locate: Locate }[];
  readonly issues: readonly ScenarioIssue[];
}

/** How often aliases may multiply the document; the usual defence against "billion laughs". */
const MOST_ALIASES = 100;
/** Reading takes about half a second a mebibyte. */
const LARGEST = 4 * 1024 * 1024;

/** @param rootKey the key the text would stand under, when it is only a value (`--set`). */
export function readText(text: string, file: string, options: { largest?: number; rootKey?: string } = {}): ReadText {
  const counter = new LineCounter();
  const at = (offset: number) => placeAt(text, file, counter, offset);
  const reporter = createReporter(() => at(0));
  const refuse: Refuse = (code, expected, offset = 0) =>
    createReporter(() => at(offset), reporter.issues).error(code, [], expected);
  const result = (): ReadText => ({ documents: [], issues: reporter.issues });

  const largest = options.largest ?? LARGEST;
  if (text.length > largest) {
    refuse(
      'too-large',
      `the file is larger than ${largest / 1024 / 1024} MiB; generate the mesh or split it into files`,
    );
    return result();
  }
  const strange = text.search(NOT_TEXT);
  if (strange >= 0) {
    countLines(text, counter);
    refuse('unreadable', 'this is not a text file in UTF-8', strange);
    return result();
  }
  if (flowDepth(text) > 4 * DEEPEST) {
    refuse('too-deep', `the file is nested more than ${DEEPEST} levels deep`);
    return result();
  }
  let parsed: Document.Parsed[];
  try {
    // The library compares every key with every other; `checkTree` finds duplicates in one pass.
    parsed = [
      ...parseAllDocuments(text, { lineCounter: counter, uniqueKeys: false, prettyErrors: false }),
    ] as Document.Parsed[];
  } catch (error) {
    // Only exhausted recursion ends here: the parser reports everything else in `errors`.
    refuse(
      'too-deep',
      `the file is nested too deeply to be read${error instanceof RangeError ? '' : ` (${String(error)})`}`,
    );
    return result();
  }
  const documents: { value: unknown; locate: Locate }[] = [];
  for (const document of parsed) {
    if (document.errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) {
      refuse('too-deep', `the file is nested more than ${DEEPEST} levels deep`);
      continue;
    }
    for (const error of document.errors.slice(0, 20)) {
      const hint = SYNTAX_HINTS[error.code];
      createReporter(() => at(error.pos[0]), reporter.issues).error('yaml-syntax', [], firstLine(error.message), {
        hint,
      });
    }
    if (document.errors.length > 0) continue;
    const locate: Locate = (path, part) => at(offsetOf(document, path, part));
    if (!checkTree(document, refuse)) continue;
    keepTexts(document, options.rootKey);
    try {
      documents.push({ value: document.toJS({ maxAliasCount: MOST_ALIASES }), locate });
    } catch (error) {
      refuse('alias-limit', `aliases cannot be expanded: ${firstLine(String((error as Error).message))}`);
    }
  }
  return reporter.issues.length > 0 ? result() : { documents, issues: [] };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const NOT_TEXT = /[\u0000-\u0008\u000e-\u001f\ufffd]/;

/** The library says what the grammar of YAML says; people want to know which slip does that. */
const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  BLOCK_AS_IMPLICIT_KEY: 'a text with ": " inside needs quotes',
  MULTILINE_IMPLICIT_KEY: 'a text with ": " inside needs quotes, or the line before is not finished',
  BAD_INDENT: 'entries of one mapping or list begin in the same column',
  TAB_AS_INDENT: 'YAML is indented with blanks, not tabs',
  MISSING_CHAR: 'a bracket, comma or quote is missing here or before',
  BAD_SCALAR_START: 'a text that begins with this character needs quotes',
};

function firstLine(message: string): string {
  return message.split('\n', 1)[0]!.replace(/ at line \d+, column \d+:?$/, '');
}

/** An upper bound of the nesting of flow collections, cheap enough to ask before parsing. */
function flowDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 0x5b || c === 0x7b) deepest = Math.max(deepest, ++depth);
    else if ((c === 0x5d || c === 0x7d) && depth > 0) depth--;
  }
  return deepest;
}

function countLines(text: string, counter: LineCounter): void {
  counter.addNewLine(0);
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) counter.addNewLine(i + 1);
}

function placeAt(text: string, file: string, counter: LineCounter, offset: number) {
  const { line, col } = counter.linePos(offset);
  if (line <= 0) return { file, line: 1, column: 1 };
  const start = offset - col + 1;
  const end = text.indexOf('\n', start);
  const excerpt = text.slice(start, end < 0 ? Math.min(text.length, start + 5000) : end).replace(/\r$/, '');
  return { file, line, column: Math.max(1, col), excerpt };
}
