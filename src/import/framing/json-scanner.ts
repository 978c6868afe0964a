/**
 * Splits a stream of bytes into JSON values and lines of text without building anything larger than one value: values
 * one a line, pretty-printed and concatenated, in an array, or in a list such as `{"items": [`; lines that are no JSON
 * may stand between them. A value that is cut or broken is one bad record; reading goes on at the next line that begins
 * like the bad one did.
 */
import { LARGEST_RECORD, type OnPiece } from './piece.js';

/** Keys of an object around a list whose elements are the records. */
const LIST_KEYS: ReadonlySet<string> = new Set(['items', 'records', 'events', 'logEvents', 'Records', 'results']);

const [QUOTE, BACKSLASH, NEWLINE, RETURN, BLANK, TAB] = [0x22, 0x5c, 0x0a, 0x0d, 0x20, 0x09] as const;
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d] as const;
const [COMMA, COLON] = [0x2c, 0x3a] as const;

const EMPTY = Buffer.alloc(0);

/** `bracket`: whether `[` begins an array or a line of text, the next character tells. */
type Mode = 'between' | 'bracket' | 'value' | 'text' | 'skip';

/** How lines within an indented object may begin; a line of text is none of these. */
const WITHIN_OBJECT: ReadonlySet<number> = new Set([CLOSE_BRACE, CLOSE_BRACKET, QUOTE, COMMA, NEWLINE, RETURN]);

export class JsonScanner {
  #mode: Mode = 'between';
  /** Bytes from `#start` on that are not done with. */
  #bytes: Buffer = EMPTY;
  #at = 0;
  #start = 0;
  #line = 1;
  #startLine = 1;
  #lineStart = 0;
  /** Where a line of text would begin: not before the end of a value on the same line. */
  #textFrom = 0;
  /** While skipping: the column reached in the blanks a line begins with; -1 further on in it. */
  #blanks = -1;

  #depth = 0;
  #inString = false;
  #stringStart = 0;
  #escaped = false;
  #afterValue = false;
  #justOpened = false;
  #newlines = 0;
  #indent = 0;
  #key = '';
  /** Within the list of an object, whose text up to there this is; a bare array has none. */
  #around: string | undefined;
  #inList = false;

  readonly #next: OnPiece;
  readonly #largest: number;
  /** Whether a list's end was seen, of `{"items": [ … ]` with the rest of its object to come. */
  #closing = false;

  /** @param largest bytes of a record; longer ones are bad */
  constructor(next: OnPiece, largest = LARGEST_RECORD) {
    this.#next = next;
    this.#largest = largest;
  }

  push(chunk: Buffer): void {
    const keep = this.#kept();
    const rest = this.#bytes.subarray(keep);
    this.#bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    this.#at -= keep;
    this.#start -= keep;
    this.#lineStart -= keep;
    this.#textFrom -= keep;
    this.#stringStart -= keep;
    this.#scan();
  }

  /** Where what may still be needed begins. */
  #kept(): number {
    if (this.#mode === 'skip') return this.#at;
    const from = this.#mode === 'between' ? this.#textFrom : Math.min(this.#start, this.#textFrom);
    return Math.max(0, Math.min(this.#at, from));
  }

  end(): void {
    if (this.#mode === 'text' || this.#mode === 'bracket') this.#textEnds(this.#bytes.length);
    else if (this.#mode === 'value' && this.#depth > 0) this.#bad('the file ends in the middle of this record');
    else if (this.#inList) this.#next({ is: 'bad', line: this.#line, what: 'the file ends before its list is closed' });
    if (this.#inList || this.#closing) this.#listEnds(undefined);
    this.#mode = 'between';
  }

  #scan(): void {
    while (this.#at < this.#bytes.length) {
      if (this.#mode === 'between') this.#between();
      else if (this.#mode === 'text') this.#text();
      else if (this.#mode === 'skip') this.#skip();
      else if (this.#mode === 'bracket') this.#bracket();
      else this.#value();
    }
  }

  #newline(at: number): void {
    this.#line += 1;
    this.#lineStart = at + 1;
    this.#textFrom = at + 1;
  }

  #between(): void {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at++) {
      const c = bytes[this.#at]!;
      if (c === NEWLINE) this.#newline(this.#at);
      else if (c === BLANK || c === TAB || c === RETURN || c === 0x1e || (c === COMMA && this.#inList)) continue;
      else if (c === CLOSE_BRACKET && this.#inList) {
        this.#at += 1;
        this.#inList = false;
        if (this.#around === undefined) this.#listEnds(undefined);
        else this.#resumeAround();
        return;
      } else {
        this.#begin(c);
        return;
      }
    }
  }

  #begin(c: number): void {
    this.#start = this.#at;
    this.#startLine = this.#line;
    this.#indent = this.#at - this.#lineStart;
    if (c !== OPEN_BRACE && c !== OPEN_BRACKET) {
      if (this.#inList) this.#bad('an object was expected here');
      else this.#textBegins();
      return;
    }
    if (c === OPEN_BRACKET && !this.#inList) {
      this.#mode = 'bracket';
      this.#at += 1;
      return;
    }
    this.#mode = 'value';
    this.#depth = 0;
    this.#inString = false;
    this.#afterValue = false;
    this.#justOpened = false;
    this.#newlines = 0;
    this.#key = '';
  }

  #textBegins(): void {
    this.#mode = 'text';
    this.#start = Math.max(0, this.#textFrom);
  }

  /** `[pod/istiod-1/discovery] …` and `[2026-01-02 …` begin lines of text. */
  #bracket(): void {
    const c = this.#bytes[this.#at]!;
    if (c === BLANK || c === TAB || c === RETURN || c === NEWLINE) {
      if (c === NEWLINE) this.#newline(this.#at);
      this.#at += 1;
    } else if (c === OPEN_BRACE || c === OPEN_BRACKET || c === CLOSE_BRACKET || c === QUOTE) {
      this.#around = undefined;
      this.#inList = true;
      this.#mode = 'between';
    } else this.#textBegins();
  }

  /** The rest of an object whose list has been read: scanned as a value that has been open for a while. */
  #resumeAround(): void {
    this.#mode = 'value';
    this.#closing = true;
    this.#start = this.#at;
    this.#startLine = this.#line;
    this.#depth = 1;
    this.#inString = false;
    this.#afterValue = true;
    this.#justOpened = false;
    this.#newlines = 1;
    this.#key = '';
  }

  #value(): void {
    const bytes = this.#bytes;
    const { length } = bytes;
    while (this.#at < length) {
      if (this.#inString) {
        if (!this.#string()) return;
        continue;
      }
      const c = bytes[this.#at]!;
      if (c === BLANK || c === TAB || c === RETURN) {
        this.#at += 1;
        continue;
      }
      if (c === NEWLINE) {
        this.#newline(this.#at);
        this.#newlines += 1;
        this.#at += 1;
        continue;
      }
      if (!this.#token(c)) return;
    }
    if (length - this.#start > this.#largest) this.#bad('a record that is too large');
  }

  /** False when the mode has changed. */
  #token(c: number): boolean {
    if (this.#depth > 0 && this.#breaks(c)) return false;
    this.#justOpened = false;
    this.#at += 1;
    switch (c) {
      case QUOTE:
        this.#inString = true;
        this.#stringStart = this.#at;
        return true;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        this.#depth += 1;
        this.#justOpened = true;
        this.#afterValue = false;
        return !this.#opensList(c);
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        this.#depth -= 1;
        this.#afterValue = true;
        if (this.#depth > 0) return true;
        this.#valueEnds();
        return false;
      case COMMA:
      case COLON:
        this.#afterValue = false;
        return true;
      default:
        this.#afterValue = true;
        return true;
    }
  }

  /** Whether here is something that cannot follow, such as the next record where this one was cut. */
  #breaks(c: number): boolean {
    if (this.#justOpened && this.#depth === 1 && this.#newlines === 0 && !this.#inList && !this.#closing) {
      if (c !== QUOTE && c !== CLOSE_BRACE) {
        this.#textBegins();
        return true;
      }
    }
    const opens = c === OPEN_BRACE || c === OPEN_BRACKET || c === QUOTE;
    if (!opens) return false;
    const isNext = c === OPEN_BRACE && this.#newlines === 1 && this.#at - this.#lineStart <= this.#indent;
    const compact = isNext && this.#bytes[this.#lineStart - 2] !== OPEN_BRACKET && !this.#justOpened && !this.#closing;
    if (!this.#afterValue && !compact) return false;
    this.#bad(this.#afterValue ? 'this record is cut or broken: a comma is missing' : 'this record is cut');
    return true;
  }

  /** The key of the string just read decides whether `[` opens the list of records. */
  #opensList(c: number): boolean {
    if (c !== OPEN_BRACKET || this.#inList || this.#closing) return false;
    if (this.#depth !== 2 || this.#bytes[this.#start] !== OPEN_BRACE || !LIST_KEYS.has(this.#key)) return false;
    this.#around = this.#bytes.toString('utf8', this.#start, this.#at);
    this.#inList = true;
    this.#mode = 'between';
    return true;
  }

  /** False when it is not over, or broken. */
  #string(): boolean {
    const bytes = this.#bytes;
    let i = this.#at;
    if (this.#escaped) i += 1;
    this.#escaped = false;
    for (; i < bytes.length; i++) {
      const c = bytes[i]!;
      if (c === QUOTE) {
        this.#inString = false;
        this.#afterValue = true;
        this.#at = i + 1;
        if (this.#depth === 1 && i - this.#stringStart < 16) this.#key = bytes.toString('latin1', this.#stringStart, i);
        return true;
      }
      if (c === BACKSLASH) {
        i += 1;
        // Its other half is in the next chunk.
        if (i === bytes.length) this.#escaped = true;
      } else if (c === NEWLINE) {
        this.#at = i;
        this.#bad('this record is cut: a line ends within a text');
        return false;
      }
    }
    this.#at = Math.min(i, bytes.length);
    if (bytes.length - this.#start > this.#largest) this.#bad('a record that is too large');
    return false;
  }

  #valueEnds(): void {
    const text = this.#bytes.toString('utf8', this.#start, this.#at);
    this.#mode = 'between';
    this.#textFrom = this.#at;
    if (this.#closing) {
      this.#listEnds(text);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (error) {
      this.#next({ is: 'bad', line: this.#startLine, what: `not JSON: ${reason(error)}` });
      return;
    }
    this.#next({ is: 'json', line: this.#startLine, text, value, inList: this.#inList });
  }

  #listEnds(rest: string | undefined): void {
    let around: unknown;
    if (this.#around !== undefined && rest !== undefined) {
      try {
        around = JSON.parse(`${this.#around}]${rest}`);
      } catch (error) {
        this.#next({ is: 'bad', line: this.#startLine, what: `around the list: not JSON: ${reason(error)}` });
      }
    }
    this.#inList = false;
    this.#closing = false;
    this.#around = undefined;
    this.#next({ is: 'list-end', line: this.#line, around });
  }

  #bad(what: string): void {
    this.#next({ is: 'bad', line: this.#startLine, what });
    if (this.#closing) this.#listEnds(undefined);
    this.#mode = 'skip';
    this.#blanks = -1;
    // The next record may begin on this very line.
    if (this.#lineStart > this.#start) {
      this.#at = this.#lineStart - 1;
      this.#line -= 1;
    } else if (this.#bytes[this.#at] !== NEWLINE) this.#at = Math.min(this.#at + 1, this.#bytes.length);
  }

  /** To the next line that begins, at the column of the bad record or left of it, as a record does. */
  #skip(): void {
    const bytes = this.#bytes;
    for (; this.#at < bytes.length; this.#at++) {
      if (this.#blanks < 0) {
        const newline = bytes.indexOf(NEWLINE, this.#at);
        if (newline < 0) {
          this.#at = bytes.length;
          return;
        }
        this.#at = newline;
        this.#newline(newline);
        this.#blanks = 0;
        continue;
      }
      const c = bytes[this.#at]!;
      if (c === BLANK || c === TAB) this.#blanks += 1;
      else if (this.#resumesAt(c)) {
        this.#lineStart = this.#at - this.#blanks;
        this.#textFrom = this.#lineStart;
        this.#mode = 'between';
        return;
      } else if (c === NEWLINE) {
        this.#newline(this.#at);
        this.#blanks = 0;
      } else this.#blanks = -1;
    }
  }

  #resumesAt(c: number): boolean {
    const column = this.#blanks;
    if (c === OPEN_BRACE) return column <= this.#indent;
    if (this.#inList) return c === CLOSE_BRACKET && column <= this.#indent;
    return column === 0 && !WITHIN_OBJECT.has(c);
  }

  #text(): void {
    const end = this.#bytes.indexOf(NEWLINE, this.#at);
    if (end < 0) {
      this.#at = this.#bytes.length;
      if (this.#at - this.#start > this.#largest) this.#bad('a line that is too long');
      return;
    }
    this.#textEnds(end);
    this.#newline(end);
    this.#at = end + 1;
    this.#mode = 'between';
  }

  #textEnds(end: number): void {
    const last = end > this.#start && this.#bytes[end - 1] === RETURN ? end - 1 : end;
    this.#next({ is: 'text', line: this.#startLine, text: this.#bytes.toString('utf8', this.#start, last) });
  }
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 120);
}
