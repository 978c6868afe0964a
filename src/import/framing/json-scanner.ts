/**
 * Splits a stream of bytes into JSON values and lines of text without building anything larger than one value: values
 * one a line, pretty-printed and concatenated, in an array, or in a list such as `{"items": [`; lines that are no JSON
 * may stand between them. A value that is cut or broken is one bad record; reading goes on at the next line that begins
 * like the bad one did.
 */
import { ByteStore } from './byte-store.js';
import { columnOf, openingColumn } from './columns.js';
import { OpenList } from './open-list.js';
import { LARGEST_RECORD, type OnPiece, reasonOf } from './piece.js';
import { Resync } from './resync.js';
import {
  BLANK,
  CLOSE_BRACKET,
  COMMA,
  NEWLINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  RETURN,
  TAB,
  ValueScan,
} from './value-scan.js';

/** `bracket`: whether `[` begins an array or a line of text, the next character tells. */
type Mode = 'between' | 'bracket' | 'value' | 'text' | 'skip';

/** Separates records of JSON sequences (RFC 7464). */
const RECORD_SEPARATOR = 0x1e;

export class JsonScanner {
  readonly #next: OnPiece;
  readonly #largest: number;
  readonly #value = new ValueScan();
  readonly #resync = new Resync();
  #mode: Mode = 'between';
  #bytes: Buffer = Buffer.alloc(0);
  readonly #store = new ByteStore();
  /** The next byte to look at, unless a value is being scanned. */
  #at = 0;
  #line = 1;
  #startLine = 1;
  readonly #place = { start: 0, indent: 0, lineStart: 0 };
  /** Where a line of text would begin: not before the end of a value on the same line. */
  #textFrom = 0;
  readonly #list = new OpenList();

  /** @param largest bytes of a record; longer ones are bad */
  constructor(next: OnPiece, largest = LARGEST_RECORD) {
    this.#next = next;
    this.#largest = largest;
  }

  push(chunk: Buffer): void {
    const keep = this.#kept();
    this.#bytes = this.#store.joined(this.#bytes, keep, chunk);
    this.#at -= keep;
    this.#place.start -= keep;
    this.#place.lineStart -= keep;
    this.#textFrom -= keep;
    this.#value.shift(keep);
    while (this.#at < this.#bytes.length) this.#step();
  }

  end(): void {
    if (this.#mode === 'text' || this.#mode === 'bracket') this.#textEnds(this.#bytes.length);
    else if (this.#mode === 'value' && this.#value.isOpen) this.#bad('the file ends in the middle of this record');
    else if (this.#list.isOpen)
      this.#next({ is: 'bad', line: this.#line, what: 'the file ends before its list is closed' });
    if (this.#list.isOpen || this.#list.isClosing) this.#listEnds(undefined);
    this.#mode = 'between';
  }

  /** Where what may still be needed begins. */
  #kept(): number {
    if (this.#mode === 'skip') return this.#at;
    const from = this.#mode === 'between' ? this.#textFrom : Math.min(this.#place.start, this.#textFrom);
    return Math.max(0, Math.min(this.#at, from));
  }

  #step(): void {
    if (this.#mode === 'between') this.#between();
    else if (this.#mode === 'value') this.#scanValue();
    else if (this.#mode === 'text') this.#text();
    else if (this.#mode === 'bracket') this.#bracket();
    else this.#skip();
  }

  #newline(at: number): void {
    this.#line += 1;
    this.#place.lineStart = at + 1;
    this.#textFrom = at + 1;
  }

  #between(): void {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at++) {
      const c = bytes[this.#at]!;
      if (c === NEWLINE) this.#newline(this.#at);
      else if (c === BLANK || c === TAB || c === RETURN || c === RECORD_SEPARATOR || (c === COMMA && this.#list.isOpen))
        continue;
      else if (c === CLOSE_BRACKET && this.#list.endsAt(columnOf(this.#bytes, this.#place.lineStart, this.#at))) {
        this.#at += 1;
        this.#list.isOpen = false;
        if (this.#list.hasObject) this.#resumeAround();
        else this.#listEnds(undefined);
        return;
      } else {
        this.#begin(c);
        return;
      }
    }
  }

  #begin(c: number): void {
    this.#place.start = this.#at;
    this.#place.indent = this.#at - this.#place.lineStart;
    this.#startLine = this.#line;
    if (this.#list.isOpen && this.#list.beginsAgain(this.#bytes, this.#at, this.#place.indent)) {
      this.#next({ is: 'bad', line: this.#line, what: 'the list before this line is not closed' });
      this.#listEnds(undefined);
    }
    if (c !== OPEN_BRACE && c !== OPEN_BRACKET) {
      if (this.#list.isOpen) this.#bad('an object was expected here');
      else this.#textBegins();
    } else if (c === OPEN_BRACKET && !this.#list.isOpen) {
      this.#mode = 'bracket';
      this.#at += 1;
    } else {
      this.#mode = 'value';
      this.#value.begin(this.#at, this.#list.isOpen);
    }
  }

  #textBegins(): void {
    this.#mode = 'text';
    this.#place.start = Math.max(0, this.#textFrom);
  }

  /** `[pod/istiod-1/discovery] …` and `[2026-01-02 …` begin lines of text. */
  #bracket(): void {
    const c = this.#bytes[this.#at]!;
    if (c === BLANK || c === TAB || c === RETURN || c === NEWLINE) {
      if (c === NEWLINE) this.#newline(this.#at);
      this.#at += 1;
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET || c === CLOSE_BRACKET || c === QUOTE)
      this.#listBegins(undefined);
    else this.#textBegins();
  }

  #listBegins(around: string | undefined): void {
    this.#list.begins(
      around,
      this.#place.indent,
      around === undefined ? -1 : openingColumn(this.#bytes, this.#place.lineStart, this.#at),
    );
    this.#mode = 'between';
  }

  /** The rest of an object whose list has been read. */
  #resumeAround(): void {
    this.#mode = 'value';
    this.#list.isClosing = true;
    this.#place.start = this.#at;
    this.#startLine = this.#line;
    this.#value.resume(this.#at);
  }

  #scanValue(): void {
    const found = this.#value.scan(this.#bytes, this.#place, (at) => this.#newline(at));
    this.#at = this.#value.at;
    const { start } = this.#place;
    if (found === 'more') {
      if (this.#bytes.length - start > this.#largest) this.#bad('a record that is too large');
    } else if (found === 'text') this.#textBegins();
    else if (found === 'list') this.#listBegins(this.#bytes.toString('utf8', start, this.#at));
    else if (found === 'ended') this.#valueEnds();
    else this.#bad(found.wrong);
  }

  #valueEnds(): void {
    const text = this.#bytes.toString('utf8', this.#place.start, this.#at);
    this.#mode = 'between';
    this.#textFrom = this.#at;
    if (this.#list.isClosing) {
      this.#listEnds(text);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.#next({ is: 'bad', line: this.#startLine, what: `not JSON: ${reasonOf(error)}` });
      return;
    }
    this.#next({ is: 'json', line: this.#startLine, text, value, inList: this.#list.isOpen });
  }

  #listEnds(rest: string | undefined): void {
    const read = this.#list.ends(rest);
    if ('wrong' in read) this.#next({ is: 'bad', line: this.#startLine, what: read.wrong });
    this.#next({ is: 'list-end', line: this.#line, around: 'around' in read ? read.around : undefined });
  }

  #bad(what: string): void {
    this.#next({ is: 'bad', line: this.#startLine, what });
    // Its end may have been none.
    if (this.#list.isClosing) this.#list.goesOn();
    this.#mode = 'skip';
    this.#resync.begin();
    // The next record may begin on this very line.
    if (this.#place.lineStart > this.#place.start) {
      this.#at = this.#place.lineStart - 1;
      this.#line -= 1;
    } else if (this.#bytes[this.#at] !== NEWLINE) this.#at = Math.min(this.#at + 1, this.#bytes.length);
  }

  #skip(): void {
    const bad = this.#list.resumes(this.#place.indent);
    const at = this.#resync.scan(this.#bytes, this.#at, bad, (end) => this.#newline(end));
    this.#at = Math.abs(at);
    if (at < 0) return;
    this.#place.lineStart = at - this.#resync.column;
    this.#textFrom = this.#place.lineStart;
    this.#mode = 'between';
  }

  #text(): void {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) {
      this.#at = this.#bytes.length;
      if (this.#at - this.#place.start > this.#largest) this.#bad('a line that is too long');
      return;
    }
    this.#textEnds(end);
    this.#newline(end);
    this.#at = end + 1;
    this.#mode = 'between';
  }

  #textEnds(end: number): void {
    const last = end > this.#place.start && this.#bytes[end - 1] === RETURN ? end - 1 : end;
    this.#next({ is: 'text', line: this.#startLine, text: this.#bytes.toString('utf8', this.#place.start, last) });
  }
}
