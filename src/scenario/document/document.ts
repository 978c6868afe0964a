/**
 * YAML text → plain data plus a way back from a path to line and column. Everything hostile stops here: huge files,
 * deep nesting, alias bombs, cycles, binary.
 */
import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import { checkTree, DEEPEST, keepTexts, offsetOf, type Refuse } from './document-tree.js';
import type { ScenarioIssue } from './issues.js';
import { looksLikeJson, offsetInJson, readJson } from './json-text.js';
import { createReporter, type Locate, type Place } from './reporter.js';

export interface ReadText {
  /** One per YAML document in the text; empty when there are issues. */
  readonly documents: readonly { readonly value: unknown; readonly locate: Locate }[];
  readonly issues: readonly ScenarioIssue[];
}

/** How often aliases may multiply the document; the usual defence against "billion laughs". */
const MOST_ALIASES = 100;
/** Reading takes about half a second a mebibyte. */
const LARGEST = 4 * 1024 * 1024;
/** Of one document; the later ones mostly follow from the first. */
const MOST_SYNTAX_ERRORS = 20;
const TOO_DEEP = `the file is nested more than ${DEEPEST} levels deep`;

/** @param rootKey the key the text would stand under, when it is only a value (`--set`). */
export function readText(
  text: string,
  file: string,
  options: { largest?: number; rootKey?: string; json?: boolean } = {},
): ReadText {
  const reader = new TextReader(text, file);
  const largest = options.largest ?? LARGEST;
  const json = options.json === true && text.length <= largest && looksLikeJson(text) ? reader.readJson() : undefined;
  return json ?? reader.read(largest, options.rootKey);
}

/** One text; what is wrong with it is collected, and of what can be read all is read. */
class TextReader {
  private readonly counter = new LineCounter();
  private readonly issues: ScenarioIssue[] = [];

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {}

  read(largest: number, rootKey: string | undefined): ReadText {
    const parsed = this.isReadable(largest) ? this.parse() : [];
    const documents = parsed.flatMap((document) => this.dataOf(document, rootKey));
    return this.issues.length > 0 ? { documents: [], issues: this.issues } : { documents, issues: [] };
  }

  /** Undefined for what is YAML after all. */
  readJson(): ReadText | undefined {
    const { text } = this;
    const values = NOT_TEXT.test(text) ? undefined : readJson(text);
    if (values === undefined) return undefined;
    countLines(text, this.counter);
    const documents = values.map(({ value, start }) => ({
      value,
      locate: ((path) => this.placeAt(offsetInJson(text, start, path))) as Locate,
    }));
    return { documents, issues: [] };
  }

  private readonly refuse: Refuse = (code, expected, offset = 0) => {
    createReporter(() => this.placeAt(offset), this.issues).error(code, [], expected);
  };

  /** Whether it is safe to parse. */
  private isReadable(largest: number): boolean {
    const { text } = this;
    const before = this.issues.length;
    const strange = text.length > largest ? -1 : text.search(NOT_TEXT);
    if (text.length > largest) {
      const size = `${largest / 1024 / 1024} MiB`;
      this.refuse('too-large', `the file is larger than ${size}; generate the mesh or split it into files`);
    } else if (strange >= 0) {
      countLines(text, this.counter);
      this.refuse('unreadable', 'this is not a text file in UTF-8', strange);
    } else if (NOTHING_BETWEEN.test(text)) {
      countLines(text, this.counter);
      this.refuse('yaml-syntax', 'there is nothing between these commas', text.search(NOTHING_BETWEEN));
    } else if (countAliases(text) > MOST_ALIASES_WRITTEN) {
      this.refuse('alias-limit', `there are more than ${MOST_ALIASES_WRITTEN} aliases`);
    } else if (flowDepth(text) > 4 * DEEPEST) {
      this.refuse('too-deep', TOO_DEEP);
    }
    return this.issues.length === before;
  }

  private parse(): readonly Document.Parsed[] {
    try {
      // The library compares every key with every other; `checkTree` finds duplicates in one pass.
      const options = { lineCounter: this.counter, uniqueKeys: false, prettyErrors: false };
      return [...parseAllDocuments(this.text, options)] as Document.Parsed[];
    } catch (error) {
      // Only exhausted recursion ends here: the parser reports everything else in `errors`.
      const reason = error instanceof RangeError ? '' : ` (${String(error)})`;
      this.refuse('too-deep', `the file is nested too deeply to be read${reason}`);
      return [];
    }
  }

  /** The document as plain data; none if something is wrong with it. */
  private dataOf(document: Document.Parsed, rootKey: string | undefined): ReadText['documents'] {
    if (!this.isWellFormed(document) || !checkTree(document, this.refuse)) return [];
    keepTexts(document, rootKey);
    try {
      const value: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
      return [{ value, locate: (path, part) => this.placeAt(offsetOf(document, path, part)) }];
    } catch (error) {
      this.refuse('alias-limit', `aliases cannot be expanded: ${firstLine(String((error as Error).message))}`);
      return [];
    }
  }

  private isWellFormed({ errors }: Document.Parsed): boolean {
    if (errors.some((error) => error.code === 'RESOURCE_EXHAUSTION')) {
      this.refuse('too-deep', TOO_DEEP);
      return false;
    }
    for (const error of errors.slice(0, MOST_SYNTAX_ERRORS)) {
      const hint = SYNTAX_HINTS[error.code];
      const reporter = createReporter(() => this.placeAt(error.pos[0]), this.issues);
      reporter.error('yaml-syntax', [], firstLine(error.message), { hint });
    }
    return errors.length === 0;
  }

  private placeAt(offset: number): Place {
    const { text, file } = this;
    const { line, col } = this.counter.linePos(offset);
    if (line <= 0) return { file, line: 1, column: 1 };
    const start = offset - col + 1;
    const end = text.indexOf('\n', start);
    const excerpt = text.slice(start, end < 0 ? Math.min(text.length, start + 5000) : end).replace(/\r$/, '');
    return { file, line, column: Math.max(1, col), excerpt };
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const NOT_TEXT = /[\u0000-\u0008\u000e-\u001f\ufffd]/;

/** Each costs a walk through the whole document. */
const MOST_ALIASES_WRITTEN = 1_000;

/** An upper bound, cheap enough to ask before parsing. */
function countAliases(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/(?:^|[\s,[{:-])\*[^\s,\]}]/g)) if (++count > MOST_ALIASES_WRITTEN) break;
  return count;
}

/** The parser takes a second for each ten thousand of them. */
const NOTHING_BETWEEN = /,(?:\s*,){99}/;

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
