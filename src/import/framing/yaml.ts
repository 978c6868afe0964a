/**
 * A stream of YAML documents → values, one document or one item of a list at a time, so that a dump of any size is never
 * parsed as a whole. What nobody reads, `managedFields`, is left out before parsing.
 */
import { boolYaml11Tag, CORE_SCHEMA, floatYaml11Tag, intYaml11Tag, load, mergeTag, YAMLException } from 'js-yaml';
import type { OnPiece } from './piece.js';

/** As kubectl reads it: `on` and `yes` are true, 0644 is octal, `<<` merges. */
const KUBERNETES = CORE_SCHEMA.withTags(boolYaml11Tag, intYaml11Tag, floatYaml11Tag, mergeTag);

/** A document or item beyond this is skipped: kubectl's own limit of an object is 3 MiB of JSON. */
const LARGEST = 16 * 1024 * 1024;

const SEPARATOR = /^---(?:\s|$)/;
const ITEMS = /^items:\s*(?:#.*)?$/;
const MANAGED = /^(\s*)(?:- )?managedFields:\s*$/;

export class YamlSplitter {
  readonly #next: OnPiece;
  /** Lines of the document around its items, each item replaced by nothing, and their numbers. */
  #around: string[] = [];
  #aroundLines: number[] = [];
  #item: string[] = [];
  #size = 0;
  #itemLine = 0;
  #documentLine = 1;
  #line = 0;
  /** Within `items:`; the column of its dashes, once known. */
  #inItems = false;
  #dashes = -1;
  #skippedBelow = -1;

  constructor(next: OnPiece) {
    this.#next = next;
  }

  line(text: string): void {
    this.#line += 1;
    if (SEPARATOR.test(text) || text === '...') {
      this.#documentEnds();
      return;
    }
    if (this.#skips(text)) return;
    // A line that is none of the list's does not end it for good.
    if (this.#dashes >= 0 && isDash(text, this.#dashes)) this.#inItems = true;
    if (this.#inItems && this.#isOfItems(text)) return;
    if (this.#around.length === 0) {
      if (text.trim() === '') return;
      this.#documentLine = this.#line;
    }
    this.#around.push(text);
    this.#aroundLines.push(this.#line);
    this.#grows(text);
    if (ITEMS.test(text)) {
      this.#inItems = true;
      this.#dashes = -1;
    }
  }

  end(): void {
    this.#documentEnds();
  }

  /** `managedFields` and what is indented below it. */
  #skips(text: string): boolean {
    if (this.#skippedBelow >= 0) {
      const indent = indentOf(text);
      const dash = text.startsWith('- ', indent);
      if (text.trim() === '' || indent > this.#skippedBelow || (indent === this.#skippedBelow && dash)) return true;
      this.#skippedBelow = -1;
    }
    const managed = MANAGED.exec(text);
    if (managed === null || !text.includes('managedFields')) return false;
    this.#skippedBelow = managed[1]!.length;
    return true;
  }

  /** False when the list is over. */
  #isOfItems(text: string): boolean {
    const indent = indentOf(text);
    if (text.trim() === '' || text.startsWith('#', indent)) {
      if (this.#item.length > 0) this.#item.push(text);
      return true;
    }
    const dash = isDash(text, indent);
    if (this.#dashes < 0 && dash) this.#dashes = indent;
    if (dash && indent === this.#dashes) {
      this.#itemEnds();
      this.#itemLine = this.#line;
      this.#item.push(text);
      return true;
    }
    if (this.#dashes >= 0 && indent > this.#dashes && this.#item.length > 0) {
      this.#item.push(text);
      this.#grows(text);
      return true;
    }
    this.#itemEnds();
    this.#inItems = false;
    return false;
  }

  #grows(text: string): void {
    this.#size += text.length + 1;
    if (this.#size <= LARGEST) return;
    const line = this.#item.length > 0 ? this.#itemLine : this.#documentLine;
    this.#next({ is: 'bad', line, what: 'a YAML document of more than 16 MiB that is not a list of items' });
    this.#size = 0;
    if (this.#item.length > 0) this.#item = [];
    else {
      this.#around = [];
      this.#aroundLines = [];
    }
  }

  #itemEnds(): void {
    if (this.#item.length === 0) return;
    const text = this.#item.join('\n');
    this.#item = [];
    this.#size = 0;
    const first = this.#itemLine;
    const value = this.#parsed(text, (line) => Math.min(first + line, this.#line));
    if (Array.isArray(value)) this.#next({ is: 'json', line: this.#itemLine, text: '', value: value[0], inList: true });
  }

  #documentEnds(): void {
    const hadItems = this.#inItems || this.#dashes >= 0;
    this.#itemEnds();
    this.#inItems = false;
    this.#dashes = -1;
    this.#skippedBelow = -1;
    const text = this.#around.join('\n');
    const numbers = this.#aroundLines;
    this.#around = [];
    this.#aroundLines = [];
    this.#size = 0;
    if (text.trim() === '') return;
    const value = this.#parsed(text, (line) => numbers[line] ?? this.#line) ?? (hadItems ? headOf(text) : undefined);
    if (value === undefined || value === null) return;
    if (hadItems) this.#next({ is: 'list-end', line: this.#line, around: value });
    else this.#next({ is: 'json', line: this.#documentLine, text: '', value, inList: false });
  }

  /** @param numberOf a line of the text, which count from 0 */
  #parsed(text: string, numberOf: (line: number) => number): unknown {
    try {
      return load(text, { schema: KUBERNETES });
    } catch (error) {
      const isSyntax = error instanceof YAMLException;
      const line = numberOf(isSyntax ? (error.mark?.line ?? 0) : 0);
      this.#next({ is: 'bad', line, what: yamlProblem(text, isSyntax ? error.reason : String(error)) });
      return undefined;
    }
  }
}

/** One whole text; undefined with what is wrong with it when it is not YAML. */
export function readYaml(text: string): { value: unknown } | { line: number; what: string } {
  try {
    return { value: load(text, { schema: KUBERNETES }) };
  } catch (error) {
    const isSyntax = error instanceof YAMLException;
    return {
      line: 1 + (isSyntax ? (error.mark?.line ?? 0) : 0),
      what: yamlProblem(text, isSyntax ? error.reason : String(error)),
    };
  }
}

function yamlProblem(text: string, reason: string): string {
  if (text.includes('{{')) return 'a template ({{ }}); render it first, e.g. with helm template or kubectl kustomize';
  return `not YAML: ${reason.replace(/\s+/g, ' ').slice(0, 120)}`;
}

/** What a list is of, even where something else around it is broken. */
function headOf(text: string): object | undefined {
  const [, kind] = /^kind: *(\w+)\s*$/m.exec(text) ?? [];
  const [, apiVersion] = /^apiVersion: *([\w./]+)\s*$/m.exec(text) ?? [];
  return kind === undefined || apiVersion === undefined ? undefined : { kind, apiVersion };
}

function isDash(text: string, at: number): boolean {
  return text[at] === '-' && indentOf(text) === at && (text.length === at + 1 || text[at + 1] === ' ');
}

function indentOf(text: string): number {
  let i = 0;
  while (text[i] === ' ') i += 1;
  return i;
}
